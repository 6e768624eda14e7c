/*
 * Any Accept header comes out the same whole and byte by byte.  A well-formed
 * one can only gain by an element that names the type, and without the type's
 * text in it nothing is named.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/accept.h"
#include "feed.h"

#define STREAM	"text/event-stream"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
mentions(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i + strlen(STREAM) <= size; i++)
		if (strncasecmp(text + i, STREAM, strlen(STREAM)) == 0)
			return true;
	return false;
}

static enum status
end_with(struct accept a, const char *more)
{
	accept_feed(&a, more, strlen(more));
	return accept_end(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct accept whole, bytes;
	enum status st;

	accept_init(&whole, STREAM);
	accept_feed(&whole, text, size);
	accept_init(&bytes, STREAM);
	EACH_PIECE(i, n, size, 1)
		accept_feed(&bytes, text + i, n);
	st = end_with(whole, "");
	must(end_with(bytes, "") == st);
	must(st != ST_OK || mentions(text, size));
	if (st == ST_INVALID)
		return 0;
	must(end_with(whole, "," STREAM) == ST_OK);
	must(end_with(whole, "," STREAM ";q=0") == st);
	must(end_with(whole, ",*/*") == st);
	must(end_with(whole, ",*") == ST_INVALID);
	return 0;
}
