#include "store/sqlite/search.h"

#include <string.h>

#include "base/log.h"
#include "base/utf8.h"

/* Characters of a token of the index. */
#define GRAM		3
/* Boards are numbered in this many bits a character, in plane 15. */
#define TOKEN_BITS	15
#define TOKEN_FIRST	UINT32_C(0xf0000)

void
search_token(int64_t board, char out[SEARCH_TOKEN])
{
	uint64_t left = (uint64_t)board;
	size_t i, len = 0;

	for (i = 0; i < GRAM; i++) {
		len += utf8_encode(TOKEN_FIRST +
		    (uint32_t)(left & ((1u << TOKEN_BITS) - 1)), out + len);
		left >>= TOKEN_BITS;
	}
	out[len] = '\0';
}

/* Bytes of so many characters at the beginning; 0 where there are fewer. */
static size_t
span(const char *s, size_t left, size_t characters)
{
	size_t n, at = 0;
	uint32_t c;

	for (; characters > 0; characters--, at += n) {
		n = utf8_decode(s + at, left - at, &c);
		if (n == 0)
			return 0;
	}
	return at;
}

static void
add_gram(struct buf *b, const char *s, size_t n)
{
	buf_adds(b, " AND \"");
	buf_add(b, s, n);
	buf_addc(b, '"');
}

/* Every third of a term's grams, and the last, so that none is left out. */
static void
add_term(struct buf *b, const char *term)
{
	size_t left = strlen(term), n = span(term, left, GRAM), one;

	while (n > 0) {
		add_gram(b, term, n);
		if (span(term + n, left - n, GRAM) > 0)
			one = n;
		else if (n < left)
			one = span(term, left, 1);
		else
			return;
		term += one;
		left -= one;
		n = span(term, left, GRAM);
	}
}

void
search_match(struct buf *b, int64_t board, const char *const *terms, size_t n)
{
	char token[SEARCH_TOKEN];
	size_t i;

	search_token(board, token);
	buf_addf(b, "\"%s\"", token);
	for (i = 0; i < n; i++)
		add_term(b, terms[i]);
}

bool
search_holds(const char *text, const char *const *terms, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strstr(text, terms[i]) == NULL)
			return false;
	return true;
}

enum sql
search_unindexed(int64_t indexed, int64_t floor)
{
	return indexed < floor ? SQL_UNINDEXED_UNLOGGED : SQL_UNINDEXED;
}

enum status
search_read(note_text_fn *fn, const struct note *n, struct buf *text)
{
	enum status st;

	buf_reset(text);
	st = fn(n, text);
	if (st != ST_INVALID)
		return st;
	log_error("store", "search", "note=%s error=unreadable", n->id);
	buf_reset(text);
	return ST_OK;
}
