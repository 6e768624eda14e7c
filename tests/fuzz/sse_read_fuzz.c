/*
 * Any bytes tell the same events in one piece and byte by byte, each with data
 * without a CR and within the limit; and what is written is read.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/sse.h"
#include "proto/sse_read.h"
#include "feed.h"

#define DATA_MAX	((size_t)64)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status
note_down(void *arg, const struct sse_seen *e)
{
	struct buf *b = arg;

	must(e->len <= DATA_MAX);
	must(memchr(e->data, '\r', e->len) == NULL);
	buf_addf(b, "%s/%s/", e->name, e->id);
	buf_add(b, e->data, e->len);
	buf_addc(b, '\n');
	return ST_OK;
}

static enum status
read_all(const char *bytes, size_t n, size_t piece, struct buf *told)
{
	enum status st = ST_OK;
	struct sse_read r;
	size_t at, part;

	sse_read_init(&r, DATA_MAX, note_down, told);
	for (at = 0; at < n; at += part) {
		part = n - at < piece ? n - at : piece;
		st = sse_read_feed(&r, bytes + at, part);
	}
	sse_read_fini(&r);
	return st;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = size ? (const char *)data : "";
	struct buf whole, single;

	buf_init(&whole, SIZE_MAX);
	buf_init(&single, SIZE_MAX);
	must(read_all(bytes, size, SIZE_MAX, &whole) ==
	    read_all(bytes, size, 1, &single));
	must(whole.len == single.len);
	must(memcmp(whole.data, single.data, whole.len) == 0);
	buf_fini(&whole);
	buf_fini(&single);
	return 0;
}
