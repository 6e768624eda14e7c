/*
 * Any bytes of any feed tell the same in one piece and byte by byte.  The first
 * byte says which feed it is.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "notewire/net/feed_read.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status
note_down(void *arg, const char *name, const struct cJSON *data)
{
	struct buf *b = arg;

	buf_adds(b, name);
	json_put_value(b, data);
	return ST_OK;
}

static enum status
read_all(unsigned kind, const char *bytes, size_t n, size_t piece,
    struct buf *told)
{
	struct feed_read r = { .kind = kind % (FEED_WEBSOCKET + 1),
	    .fn = note_down, .arg = told };
	enum status st = ST_OK;
	size_t at, part;

	feed_read_init(&r);
	for (at = 0; at < n && st == ST_OK; at += part) {
		part = n - at < piece ? n - at : piece;
		st = feed_read_feed(&r, bytes + at, part);
	}
	if (st == ST_OK)
		st = feed_read_end(&r);
	feed_read_fini(&r);
	return st;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + 1;
	struct buf whole, single;

	if (size == 0)
		return 0;
	buf_init(&whole, SIZE_MAX);
	buf_init(&single, SIZE_MAX);
	must(read_all(data[0], bytes, size - 1, SIZE_MAX, &whole) ==
	    read_all(data[0], bytes, size - 1, 1, &single));
	must(whole.len == single.len);
	must(memcmp(whole.data, single.data, whole.len) == 0);
	buf_fini(&whole);
	buf_fini(&single);
	return 0;
}
