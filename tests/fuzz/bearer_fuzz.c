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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct bearer whole, bytes;
	enum status st;
	size_t i, n;

	bearer_init(&whole);
	bearer_feed(&whole, text, size);
	bearer_init(&bytes);
	for (i = 0; i < size; i++)
		bearer_feed(&bytes, text + i, 1);
	st = bearer_end(&whole);
	must(bearer_end(&bytes) == st);
	must(memcmp(&whole, &bytes, sizeof(whole)) == 0);
	n = strlen(whole.token);
	must((st == ST_OK) == (n > 0));
	if (st)
		return 0;
	must(size >= strlen("bearer ") + n && n < BEARER_SIZE);
	must(strncasecmp(text, "bearer ", strlen("bearer ")) == 0);
	must(memcmp(text + size - n, whole.token, n) == 0);
	return 0;
}
