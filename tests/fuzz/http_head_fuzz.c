/*
 * Any bytes mean the same head in one piece and byte for byte; what it took,
 * written again from its parts, is a head that says the same.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "feed.h"
#include "proto/http_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status
read_head(const char *data, size_t size, size_t piece, struct http_head *h,
    size_t *took)
{
	size_t part;

	*took = 0;
	http_head_init(h);
	EACH_PIECE(at, n, size, piece) {
		part = http_head_feed(h, data + at, n);
		*took += part;
		if (part < n)
			break;
	}
	return http_head_end(h);
}

static void
write_head(const struct http_head *h, struct buf *b)
{
	size_t i;

	buf_addf(b, "%s %s HTTP/1.%d\r\n", h->method, h->target, h->http11);
	for (i = 0; i < h->lines; i++)
		buf_addf(b, "%s: %s\r\n", h->bytes + h->line[i].name,
		    h->bytes + h->line[i].value);
	buf_adds(b, "\r\n");
}

static void
is_same(const struct http_head *a, const struct http_head *b)
{
	size_t i;

	must(strcmp(a->method, b->method) == 0);
	must(strcmp(a->target, b->target) == 0);
	must(a->http11 == b->http11 && a->lines == b->lines);
	for (i = 0; i < a->lines; i++) {
		must(strcmp(a->bytes + a->line[i].name,
		    b->bytes + b->line[i].name) == 0);
		must(strcmp(a->bytes + a->line[i].value,
		    b->bytes + b->line[i].value) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_head whole, bytes, again;
	size_t took, took_bytes;
	struct buf b;
	enum status st;

	st = read_head((const char *)data, size, size, &whole, &took);
	must(read_head((const char *)data, size, 1, &bytes, &took_bytes) == st);
	if (st)
		return 0;
	must(took == took_bytes);
	is_same(&whole, &bytes);
	buf_init(&b, 2 * HTTP_HEAD_MAX);
	write_head(&whole, &b);
	must(buf_status(&b) == ST_OK);
	if (b.len < HTTP_HEAD_MAX) {
		must(read_head(b.data, b.len, b.len, &again, &took) == ST_OK);
		is_same(&whole, &again);
	}
	buf_fini(&b);
	return 0;
}
