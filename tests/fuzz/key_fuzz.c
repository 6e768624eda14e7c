/*
 * Any Idempotency-Key comes out the same whole and byte by byte; a key that is
 * taken reads the same bare and in quotes.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/key.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct key whole, bytes, again;
	char quoted[KEY_SIZE + 2];
	enum status st;

	key_init(&whole);
	key_feed(&whole, text, size);
	key_init(&bytes);
	EACH_PIECE(i, n, size, 1)
		key_feed(&bytes, text + i, n);
	st = key_end(&whole);
	must(key_end(&bytes) == st);
	must(memcmp(&whole, &bytes, sizeof(whole)) == 0);
	must((st == ST_OK) == (whole.text[0] != '\0'));
	if (st)
		return 0;
	(void)snprintf(quoted, sizeof(quoted), "\"%s\"", whole.text);
	must(key_parse(whole.text, &again) == ST_OK);
	must(strcmp(again.text, whole.text) == 0);
	must(key_parse(quoted, &again) == ST_OK);
	must(strcmp(again.text, whole.text) == 0);
	return 0;
}
