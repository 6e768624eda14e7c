#ifndef CODEC_MARKDOWN_H
#define CODEC_MARKDOWN_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Notes as Markdown (CommonMark 0.30, and what GitHub adds).  Whatever people
 * wrote comes out of a Markdown reader as the same text and as nothing else:
 * punctuation that could mean something gets a backslash, so that no HTML
 * passes either, and blanks that a reader would drop are written as numeric
 * entities.  A line's end is a hard break, an empty line parts two paragraphs.
 */
struct note_draft;

/* "# " and the text, on one line, with an empty line behind. */
void markdown_put_title(struct buf *b, const char *text);
/*
 * "## " and the title; the text, or "- [x] " and each item's text, in the order
 * of their places; an empty line behind.  ST_NOMEM sticks to the buffer.
 */
void markdown_put_note(struct buf *b, const struct note_draft *d);

#endif
