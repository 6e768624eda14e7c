#include "notewired/page.h"

#include <string.h>

/* Where the client is then, and how much there is beyond. */
static void
end_page(struct buf *b, const struct cursor *at, int64_t pending)
{
	char text[CURSOR_TEXT];

	cursor_format(at, text);
	buf_addf(b, "],\"last_seq\":\"%s\",\"pending\":%lld}", text,
	    (long long)(pending > 0 ? pending : 0));
}

/* Lines to the elements of an array; how many there are, past the limit too. */
static int64_t
put_elements(struct buf *b, const struct iovec *piece, int n, int64_t limit)
{
	const char *p, *end, *eol;
	int64_t rows = 0;
	int i;

	for (i = 0; i < n; i++) {
		p = piece[i].iov_base;
		end = p + piece[i].iov_len;
		for (; p < end; p = eol + 1, rows++) {
			eol = memchr(p, '\n', (size_t)(end - p));
			if (rows >= limit)
				continue;
			if (rows > 0)
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

	buf_adds(b, "{\"results\":[");
	rows = put_elements(b, piece, n, limit);
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
