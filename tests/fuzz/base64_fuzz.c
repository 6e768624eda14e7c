/*
 * Any bytes: read the same whole and byte by byte; what is taken is written
 * back as it was, and any bytes that are written are read back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/base64.h"
#include "feed.h"

#define MOST	(1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status
decode(const char *text, size_t len, size_t piece, struct buf *out)
{
	struct base64 d;

	base64_init(&d);
	EACH_PIECE(i, n, len, piece)
		(void)base64_feed(&d, text + i, n, out);
	return base64_end(&d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct buf whole, bytes, back;
	enum status st;

	buf_init(&whole, MOST);
	buf_init(&bytes, MOST);
	buf_init(&back, MOST);
	st = decode(text, size, size + 1, &whole);
	must(st == decode(text, size, 1, &bytes));
	must(whole.len == bytes.len &&
	    memcmp(whole.data, bytes.data, whole.len) == 0);
	if (st == ST_OK) {
		base64_put(&back, whole.data, whole.len);
		must(back.len == size && memcmp(back.data, text, size) == 0);
	}
	buf_reset(&back);
	buf_reset(&whole);
	base64_put(&back, data, size);
	must(decode(back.data, back.len, 3, &whole) == ST_OK);
	must(whole.len == size && memcmp(whole.data, data, size) == 0);
	buf_fini(&whole);
	buf_fini(&bytes);
	buf_fini(&back);
	return 0;
}
