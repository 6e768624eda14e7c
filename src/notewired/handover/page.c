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

/* What a page takes of the lines: all before a change that is one too many. */
struct page {
	struct buf	*b;
	int64_t		 limit;		/* changes */
	int64_t		 rows;		/* changes so far, past the limit too */
	int64_t		 left;		/* lines past it */
	int64_t		 elements;	/* of the array */
};

static void
put_line(struct page *p, const char *line, size_t len, bool changes)
{
	const bool is_change = form_is_change(line, len);

	p->rows += is_change;
	if (p->rows > p->limit || p->left > 0)
		p->left++;
	else if (is_change == changes) {
		if (p->elements++ > 0)
			buf_addc(p->b, ',');
		buf_add(p->b, line, len);
	}
}

/* Lines to the elements of an array, either the changes or the others. */
static void
put_elements(struct page *page, const struct iovec *piece, int n, bool changes)
{
	const char *p, *end, *eol;
	int i;

	page->rows = page->left = page->elements = 0;
	for (i = 0; i < n; i++) {
		p = piece[i].iov_base;
		end = p + piece[i].iov_len;
		for (; p < end; p = eol + 1) {
			eol = memchr(p, '\n', (size_t)(end - p));
			put_line(page, p, (size_t)(eol - p), changes);
		}
	}
}

int64_t
page_rows(struct buf *b, const struct iovec *piece, int n, int64_t limit,
    const struct cursor *at, int64_t head)
{
	struct page page = { .b = b, .limit = limit };
	struct cursor last = *at;
	size_t start;

	buf_addc(b, '{');
	start = b->len;
	buf_adds(b, "\"signals\":[");
	put_elements(&page, piece, n, false);
	if (page.elements > 0)
		buf_adds(b, "],");
	else
		buf_truncate(b, start);
	buf_adds(b, "\"results\":[");
	put_elements(&page, piece, n, true);
	if (page.rows > limit)
		last.seq -= page.rows - limit;	/* the log is dense */
	end_page(b, &last, head - last.seq);
	return page.left;
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
