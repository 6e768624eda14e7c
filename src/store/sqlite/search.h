#ifndef STORE_SQLITE_SEARCH_H
#define STORE_SQLITE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/record.h"
#include "store/sqlite/sql.h"

/*
 * How the search index (the table `search`) is asked.  It answers with all
 * notes of a board that have every three characters in a row of every term,
 * found without the other boards' notes: a board has a token of its own, which
 * leads the search.  Whether such a note holds the terms themselves, its
 * folded text tells.
 */

/* Bytes of a board's token: three private characters, and a NUL. */
#define SEARCH_TOKEN	13

void search_token(int64_t board, char out[SEARCH_TOKEN]);
/* Appends the expression for MATCH.  Terms shorter than that add nothing. */
void search_match(struct buf *b, int64_t board, const char *const *terms,
    size_t n);
/* Whether all of the terms occur. */
bool search_holds(const char *text, const char *const *terms, size_t n);

/*
 * The statement that finds the notes with a rev above `indexed`, in the order
 * of their revs; `floor` is what the log has dropped.
 */
enum sql search_unindexed(int64_t indexed, int64_t floor);

/*
 * The note's text into `*text`, which is emptied first.  A note that cannot be
 * read has none, and the log says so.
 */
enum status search_read(note_text_fn *fn, const struct note *n,
    struct buf *text);

#endif
