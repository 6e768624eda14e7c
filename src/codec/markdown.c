#include "codec/markdown.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "codec/note.h"

/* Digits that an ordered list's number has at most (CommonMark 0.30, 5.2). */
#define NUMBER_DIGITS	9

/* Where line ends go. */
enum shape {
	ONE_LINE,		/* headings and items have none: as entities */
	PARAGRAPHS,
};

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

static void
put_entity(struct buf *b, char ch)
{
	buf_addf(b, "&#%d;", ch);
}

/* A character that may mean something wherever it stands. */
static bool
is_mark(char ch)
{
	return ch != '\0' && strchr("\\`*_{}[]<>#&~|", ch) != NULL;
}

/*
 * A place that GitHub takes for that of an address (its section 6.9), in which
 * a backslash would then be seen: it may not become one.
 */
static bool
is_address(const char *line, const char *p)
{
	if (*p == ':')
		return strncmp(p, "://", 3) == 0;
	return *p == '.' && p - line >= 3 && strncasecmp(p - 3, "www", 3) == 0;
}

/*
 * Bytes at the start of a line that would begin a list, a rule, a heading's
 * underline or a table's: up to the one that needs the backslash.  0: none.
 */
static size_t
opening(const char *p)
{
	size_t n;

	if (*p != '\0' && strchr("-+=:", *p) != NULL)
		return 1;
	n = strspn(p, "0123456789");
	return n > 0 && n <= NUMBER_DIGITS && (p[n] == '.' || p[n] == ')') ?
	    n + 1 : 0;
}

/* Blanks at either end of a line are kept as entities; its first byte is next. */
static const char *
put_indent(struct buf *b, const char *p)
{
	size_t n;

	for (; is_blank(*p); p++)
		put_entity(b, *p);
	n = opening(p);
	if (n == 0)
		return p;
	buf_add(b, p, n - 1);
	buf_addc(b, '\\');
	buf_addc(b, p[n - 1]);
	return p + n;
}

/* One line up to its end, which is not taken. */
static const char *
put_line(struct buf *b, const char *p)
{
	const char *line = p, *end = p + strcspn(p, "\r\n"), *last = end;

	p = put_indent(b, p);
	while (last > p && is_blank(last[-1]))
		last--;
	for (; p < last; p++) {
		if (is_mark(*p) || is_address(line, p))
			buf_addc(b, '\\');
		buf_addc(b, *p);
	}
	for (; p < end; p++)
		put_entity(b, *p);
	return end;
}

/*
 * `n` line ends between two lines, or before the first or behind the last one:
 * a break, a new paragraph, and what is more than that as entities.
 */
static void
put_ends(struct buf *b, size_t n, bool inside)
{
	if (inside && n == 1) {
		buf_adds(b, "\\\n");
		return;
	}
	if (inside) {
		buf_adds(b, "\n\n");
		n -= 2;
	}
	for (; n > 0; n--)
		put_entity(b, '\n');
}

static void
put_text(struct buf *b, const char *text, enum shape shape)
{
	const char *p = text;
	size_t n;

	while (*p != '\0') {
		n = strspn(p, "\n");
		if (n > 0) {
			put_ends(b, n, shape == PARAGRAPHS && p > text &&
			    p[-1] != '\r' && p[n] != '\r' && p[n] != '\0');
			p += n;
		} else if (*p == '\r')
			put_entity(b, *p++);
		else
			p = put_line(b, p);
	}
}

/* In the order that people see: by place, then by id. */
static int
compare_items(const void *one, const void *other)
{
	const struct note_item *a = one, *b = other;

	if (a->pos != b->pos)
		return a->pos < b->pos ? -1 : 1;
	return strcmp(a->id, b->id);
}

static void
put_items(struct buf *b, const struct note_draft *d)
{
	struct note_item *sorted;
	size_t i;

	if (d->items_n == 0)
		return;
	sorted = calloc(d->items_n, sizeof(*sorted));
	if (sorted == NULL) {
		buf_fail(b, ST_NOMEM);
		return;
	}
	memcpy(sorted, d->items, d->items_n * sizeof(*sorted));
	qsort(sorted, d->items_n, sizeof(*sorted), compare_items);
	for (i = 0; i < d->items_n; i++) {
		buf_adds(b, sorted[i].done ? "- [x] " : "- [ ] ");
		put_text(b, sorted[i].text, ONE_LINE);
		buf_addc(b, '\n');
	}
	buf_addc(b, '\n');
	free(sorted);
}

void
markdown_put_title(struct buf *b, const char *text)
{
	buf_adds(b, "# ");
	put_text(b, text, ONE_LINE);
	buf_adds(b, "\n\n");
}

void
markdown_put_note(struct buf *b, const struct note_draft *d)
{
	buf_adds(b, "## ");
	put_text(b, d->title, ONE_LINE);
	buf_adds(b, "\n\n");
	if (d->kind == NOTE_CHECKLIST)
		put_items(b, d);
	else if (d->text[0] != '\0') {
		put_text(b, d->text, PARAGRAPHS);
		buf_adds(b, "\n\n");
	}
}
