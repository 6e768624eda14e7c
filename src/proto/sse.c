#include "proto/sse.h"

#include <inttypes.h>
#include <string.h>

#include "proto/chars.h"

/* Ends a block that began at `start`, or takes it back. */
static void
end_block(struct buf *b, size_t start)
{
	buf_addc(b, '\n');
	if (buf_status(b))
		buf_truncate(b, start);
}

/* `prefix` and the text, once for each line of it. */
static void
put_lines(struct buf *b, const char *prefix, const char *text, size_t len)
{
	size_t i, from = 0;

	buf_adds(b, prefix);
	for (i = 0; i < len; i++) {
		if (text[i] != '\r' && text[i] != '\n')
			continue;
		buf_add(b, text + from, i - from);
		buf_addc(b, '\n');
		buf_adds(b, prefix);
		if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
			i++;
		from = i + 1;
	}
	buf_add(b, text + from, len - from);
	buf_addc(b, '\n');
}

/* A field that cannot go over several lines; NULL for none. */
static void
put_field(struct buf *b, const char *prefix, const char *text)
{
	const char *p;

	if (text == NULL)
		return;
	for (p = text; *p != '\0'; p++)
		if (chars_is_control((unsigned char)*p))
			buf_fail(b, ST_INVALID);
	put_lines(b, prefix, text, strlen(text));
}

void
sse_retry(struct buf *b, int64_t ms)
{
	size_t start = b->len;

	if (ms < 0)
		buf_fail(b, ST_INVALID);
	buf_addf(b, "retry: %" PRId64 "\n", ms);
	end_block(b, start);
}

void
sse_event(struct buf *b, const char *name, const char *id, const char *data,
    size_t len)
{
	size_t start = b->len;

	put_field(b, "event: ", name);
	put_field(b, "id: ", id);
	put_lines(b, "data: ", data, len);
	end_block(b, start);
}

void
sse_comment(struct buf *b, const char *text)
{
	size_t start = b->len;

	put_lines(b, ": ", text, strlen(text));
	end_block(b, start);
}
