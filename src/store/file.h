#ifndef STORE_FILE_H
#define STORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/record.h"
#include "base/status.h"

/*
 * The contents of attachments.  One comes as an upload, without holding up
 * anybody, and becomes a file of its note by MUT_FILE_ADD (mutation.h): whole,
 * or not at all.  Up to FILE_INLINE bytes stand in the database; what is
 * larger is a file of its own in the data directory, one for each content
 * however many attachments have it, and gone with the last of them.
 */
struct store;
struct upload;
struct content;

#define FILE_INLINE	((size_t)64 << 10)
/* Attachments of one note, at most. */
#define FILES_A_NOTE	256

/* What an upload is to become; strings stay the caller's. */
struct upload_wish {
	const char	*board;
	const char	*note;
	const char	*id;
	int64_t		 size;		/* as far as known; else 0 */
};

/*
 * Looks whether there is room for it, as MUT_FILE_ADD will again: ST_NOTFOUND
 * (no such note, or in the trash), ST_LIMIT, ST_FULL.  An id that is there
 * already passes: it may be the same file once more.  ST_NOMEM.  `*out` is NULL
 * then.
 */
enum status store_upload_open(struct store *s, const struct upload_wish *wish,
    struct upload **out);
/* The next bytes.  ST_FULL, ST_READONLY, ST_BUSY, ST_NOMEM, ST_IO. */
enum status store_upload_add(struct upload *u, const void *bytes, size_t n);
/* All bytes are there, and on the disk when this returns.  ST_IO, ST_FULL. */
enum status store_upload_end(struct upload *u);
/* Throws away what no mutation took.  Accepts NULL. */
void store_upload_close(struct upload *u);

/* Bytes of files that the board may still take.  ST_NOTFOUND. */
enum status store_file_room(struct store *s, const char *board, int64_t *room);

typedef void store_file_fn(void *arg, const struct file *f);

/*
 * Shows one file; with `content` it also opens what it holds, which the caller
 * gives back.  ST_NOTFOUND, ST_BUSY (no descriptors), ST_NOMEM, ST_IO; then
 * nothing was shown and `*content` is NULL.
 */
enum status store_file(struct store *s, const char *board, const char *id,
    store_file_fn *fn, void *arg, struct content **content);
/* Exactly `n` bytes from the byte `at` on.  ST_IO: it has not so many. */
enum status store_content_read(const struct content *c, int64_t at, char *to,
    size_t n);
/* Accepts NULL. */
void store_content_close(struct content *c);

#endif
