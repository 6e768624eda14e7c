#include "notewired/handover/page.h"

#include <stdbool.h>
#include <string.h>

#include "notewired/hub/form.h"

/* Where the client is then, and how much there is beyond. */
static void
end_page(struct buf *b, const struct cursor *at, int64_t pending)
{
	char text[CURSOR_TEXT];

	cursor_format(at, text);
	buf_addf(b, "],\"last_seq\":\"%s\",\"pending\":%lld}", text,
	    (long long)(pending > 0 ? pending : 0));
}

/*
 * Lines to the elements of an array, either the changes or the others; how many
 * there are, past the limit too.
 */
static int64_t
put_elements(struct buf *b, const struct iovec *piece, int n, bool changes,
    int64_t limit)
{
	const char *p, *end, *eol;
	int64_t rows = 0;
	int i;

	for (i = 0; i < n; i++) {
		p = piece[i].iov_base;
		end = p + piece[i].iov_len;
		for (; p < end; p = eol + 1) {
			eol = memchr(p, '\n', (size_t)(end - p));
			if (form_is_change(p, (size_t)(eol - p)) != changes ||
			    rows++ >= limit)
				continue;
			if (rows > 1)
				buf_addc(b, ',');
			buf_add(b, p, (size_t)(eol - p));
		}
	}
	return rows;
}

void
page_rows(struct buf *b, const struct iovec *piece, int n, int64_t limit,
    const struct cursor *at, int64_t head)
{
	struct cursor last = *at;
	int64_t rows;
	size_t start;

	buf_addc(b, '{');
	start = b->len;
	buf_adds(b, "\"signals\":[");
	if (put_elements(b, piece, n, false, INT64_MAX) > 0)
		buf_adds(b, "],");
	else
		buf_truncate(b, start);
	buf_adds(b, "\"results\":[");
	rows = put_elements(b, piece, n, true, limit);
	if (rows > limit)
		last.seq -= rows - limit;	/* the log is dense */
	end_page(b, &last, head - last.seq);
}

void
page_empty(struct buf *b, const char *reset, const struct cursor *at)
{
	buf_addc(b, '{');
	if (reset != NULL)
		buf_addf(b, "\"reset\":\"%s\",", reset);
	buf_adds(b, "\"results\":[");
	end_page(b, at, 0);
}
