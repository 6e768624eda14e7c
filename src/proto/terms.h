#ifndef PROTO_TERMS_H
#define PROTO_TERMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/utf8.h"

/* Bytes of what somebody searches for, and the most terms it can hold. */
#define TERMS_TEXT_MAX	200
#define TERMS_MAX	(TERMS_TEXT_MAX / 2)

/*
 * What somebody searches for, taken apart: words between white space, and
 * "quoted words", which are one term with all that stands between the quotes.
 * A quote ends a word; one that is not closed reaches to the end.  There are no
 * operators: every other character stands for itself.  Terms come out folded
 * (fold.h) and are never empty.
 */
struct terms {
	const char	*term[TERMS_MAX];	/* each ends in a NUL */
	size_t		 n;
	/* the parser's own */
	bool		 failed;
	bool		 quoted;
	size_t		 taken;			/* bytes so far */
	size_t		 begun;			/* where the term starts */
	size_t		 len;
	struct utf8	 utf8;
	char		 part[UTF8_MAX];	/* of a character */
	size_t		 part_len;
	char		 text[TERMS_TEXT_MAX * 2];	/* folding may lengthen */
};

void terms_init(struct terms *t);
void terms_feed(struct terms *t, const char *bytes, size_t n);
/*
 * ST_INVALID: no UTF-8, a NUL, more than TERMS_TEXT_MAX bytes, or no term at
 * all; then t->n is 0.
 */
enum status terms_end(struct terms *t);

/* All three for a whole string. */
enum status terms_parse(struct terms *t, const char *text);

#endif
