#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Text without its case, for searches: Unicode's simple case folding (the
 * classes C and S of CaseFolding), a character for a character, the same in
 * every locale.  Nothing else is taken from a text: accents stay, and so does
 * the way they are composed.
 *
 * Folded text is stored (the table `search`).  Whoever changes the folding
 * adds a step to the schema that empties that table and sets every board's
 * `indexed` to 0.
 */
uint32_t fold_char(uint32_t c);

/* Appends the text folded.  Bytes that are no UTF-8 are taken as they are. */
void fold_add(struct buf *b, const char *s, size_t n);

#endif
