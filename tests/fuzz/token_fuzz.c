/*
 * A text that is taken for a token is a letter, a dot and an id; its digest is
 * the same as that of its bytes.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/token.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char hash[DIGEST_SIZE], again[DIGEST_SIZE];
	char text[64] = "";
	enum status st;
	enum role role;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	st = token_parse(text, &role);
	must((st == ST_OK) == (role != ROLE_NONE));
	must(st == ST_OK || st == ST_INVALID);
	if (st == ST_OK) {
		must(strlen(text) == TOKEN_SIZE - 1);
		must(strchr("rwa", text[0]) != NULL && text[1] == '.');
		must(str_is_id(text + 2));
	}
	must(token_hash(text, hash) == ST_OK);
	must(digest_bytes(text, strlen(text), again) == ST_OK);
	must(digest_equal(hash, again));
	return 0;
}
