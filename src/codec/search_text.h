#ifndef CODEC_SEARCH_TEXT_H
#define CODEC_SEARCH_TEXT_H

#include "base/buf.h"
#include "base/record.h"

/*
 * What a search looks at (note_text_fn): the note's title and then its text, or
 * each of its items' texts, joined by newlines and folded (fold.h, which says
 * what a change of this takes too).  ST_INVALID where the stored body cannot
 * be read, ST_NOMEM, ST_TOOBIG.
 */
enum status search_text(const struct note *n, struct buf *text);

#endif
