/*
 * Any Authorization header comes out the same whole and byte by byte; a token
 * that is taken is the header's end.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/bearer.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct bearer whole, bytes;
	enum status st;
	size_t len;

	bearer_init(&whole);
	bearer_feed(&whole, text, size);
	bearer_init(&bytes);
	EACH_PIECE(i, n, size, 1)
		bearer_feed(&bytes, text + i, n);
	st = bearer_end(&whole);
	must(bearer_end(&bytes) == st);
	must(memcmp(&whole, &bytes, sizeof(whole)) == 0);
	len = strlen(whole.token);
	must((st == ST_OK) == (len > 0));
	if (st)
		return 0;
	must(size >= strlen("bearer ") + len && len < BEARER_SIZE);
	must(strncasecmp(text, "bearer ", strlen("bearer ")) == 0);
	must(memcmp(text + size - len, whole.token, len) == 0);
	return 0;
}
