#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of one character, at most. */
#define UTF8_MAX	4

/*
 * UTF-8 by RFC 3629 (shortest forms, no surrogates), a byte at a time.  All
 * zero is the state between two characters.
 */
struct utf8 {
	unsigned char	need;	/* continuation bytes still to come */
	unsigned char	low;	/* what the next one may be */
	unsigned char	high;
};

/* Whether the byte may stand here; after a false the state means nothing. */
bool utf8_step(struct utf8 *u, unsigned char c);
/* The same for many bytes, quickly where they are ASCII. */
bool utf8_feed(struct utf8 *u, const char *bytes, size_t n);
/* Whether no character is half done. */
bool utf8_complete(const struct utf8 *u);

/*
 * The character at the beginning of `n` bytes, and how many of them it takes;
 * 0 where there is none, and `*c` is 0.
 */
size_t utf8_decode(const char *s, size_t n, uint32_t *c);
/* Writes a character that is no surrogate; how many bytes it took. */
size_t utf8_encode(uint32_t c, char out[UTF8_MAX]);

#endif
