/*
 * Any data becomes lines of one field and one empty line; what stands in them,
 * joined by LF, is the data with every line end made LF.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/sse.h"
#include "feed.h"

#define FIELD	"data: "

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The data as a client is to see it, with the LF that ends its last line. */
static void
put_seen(struct buf *b, const char *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (data[i] == '\n' && i > 0 && data[i - 1] == '\r')
			continue;
		buf_addc(b, data[i] == '\r' ? '\n' : data[i]);
	}
	buf_addc(b, '\n');
}

/* What stands behind the field's name, line for line. */
static void
put_read(struct buf *b, const struct buf *stream)
{
	const char *p = stream->data, *end = stream->data + stream->len - 1;
	const char *lf;

	must(memchr(p, '\r', stream->len) == NULL);
	must(*end == '\n');
	while (p < end) {
		must((size_t)(end - p) > strlen(FIELD));
		must(memcmp(p, FIELD, strlen(FIELD)) == 0);
		p += strlen(FIELD);
		lf = memchr(p, '\n', (size_t)(end - p));
		must(lf != NULL);
		buf_add(b, p, (size_t)(lf + 1 - p));
		p = lf + 1;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf stream, seen, got;

	buf_init(&stream, 10 * size + 100);
	buf_init(&seen, size + 1);
	buf_init(&got, size + 1);
	sse_event(&stream, NULL, NULL, size ? (const char *)data : "", size);
	must(buf_status(&stream) == ST_OK);
	put_seen(&seen, (const char *)data, size);
	put_read(&got, &stream);
	must(got.len == seen.len);
	must(memcmp(got.data, seen.data, seen.len) == 0);
	buf_fini(&stream);
	buf_fini(&seen);
	buf_fini(&got);
	return 0;
}
