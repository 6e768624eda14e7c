/*
 * Any Cookie header comes out the same whole and byte by byte; a value that is
 * taken can stand in a header, and is found again behind the same header
 * without it being doubled.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/cookie.h"
#include "feed.h"

#define NAME	"nw-0a1b2c3d"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status
end_with(struct cookie k, const char *more)
{
	cookie_feed(&k, more, strlen(more));
	return cookie_end(&k);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct cookie whole, bytes;
	enum status st;

	cookie_init(&whole, NAME);
	cookie_feed(&whole, text, size);
	cookie_init(&bytes, NAME);
	EACH_PIECE(i, n, size, 1)
		cookie_feed(&bytes, text + i, n);
	must(memcmp(&whole, &bytes, sizeof(whole)) == 0);
	st = cookie_end(&whole);
	must(cookie_end(&bytes) == st);
	must(strcmp(whole.value, bytes.value) == 0);
	must(st == ST_OK || whole.value[0] == '\0');
	must(strpbrk(whole.value, " \t\r\n\";,\\") == NULL);
	must(strlen(whole.value) < COOKIE_SIZE);
	must(end_with(whole, "; " NAME "=x") ==
	    (st == ST_NOTFOUND ? ST_OK : ST_INVALID));
	must(end_with(whole, "; other") == st);
	must(end_with(whole, "\n") == ST_INVALID);
	return 0;
}
