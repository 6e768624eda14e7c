#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>

/*
 * UTF-8 by RFC 3629 (shortest forms, no surrogates), a byte at a time.  All
 * zero is the state between two characters.
 */
struct utf8 {
	unsigned	need;	/* continuation bytes still to come */
	unsigned char	low;	/* what the next one may be */
	unsigned char	high;
};

/* Whether the byte may stand here; after a false the state means nothing. */
bool utf8_step(struct utf8 *u, unsigned char c);
/* Whether no character is half done. */
bool utf8_complete(const struct utf8 *u);

#endif
