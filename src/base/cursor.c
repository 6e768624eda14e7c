#include "base/cursor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

void
cursor_format(const struct cursor *c, char out[CURSOR_TEXT])
{
	(void)snprintf(out, CURSOR_TEXT, "%s-%" PRId64, c->epoch, c->seq);
}

bool
cursor_equal(const struct cursor *a, const struct cursor *b)
{
	return a->seq == b->seq && strcmp(a->epoch, b->epoch) == 0;
}

enum status
cursor_parse(const char *text, struct cursor *c)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	uint64_t seq;

	memset(c, 0, sizeof(*c));
	if (strspn(text, alphabet) != EPOCH_LEN || text[EPOCH_LEN] != '-' ||
	    str_uint(text + EPOCH_LEN + 1, INT64_MAX, &seq))
		return ST_INVALID;
	memcpy(c->epoch, text, EPOCH_LEN);
	c->seq = (int64_t)seq;
	return ST_OK;
}
