#ifndef TRANSFER_SPOOL_H
#define TRANSFER_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * Bytes on their way that are too many for memory: a file without a name in
 * the data directory, gone with its descriptor.  Written first, then read.
 */
struct spool {
	int		fd;
	int64_t		size;
	int64_t		floor;		/* bytes that stay free on the disk */
	struct buf	out;		/* not yet written */
};

/* Nothing is open yet; spool_close may be called. */
void spool_init(struct spool *s);
/*
 * Opens it in `dir`, leaving `floor` bytes of its disk free.  ST_READONLY,
 * ST_FULL, ST_BUSY (no descriptors), ST_IO, logged.
 */
enum status spool_open(struct spool *s, const char *dir, int64_t floor);
/* Opens it in memory, where no disk can be written.  ST_BUSY, ST_IO, logged. */
enum status spool_open_memory(struct spool *s);
void spool_close(struct spool *s);

/* Appends.  ST_FULL, ST_NOMEM, ST_IO. */
enum status spool_add(struct spool *s, const void *bytes, size_t n);
/* No more comes: from here on it can be read. */
enum status spool_end(struct spool *s);

/*
 * One line without its end; `*at` moves behind it.  ST_NOTFOUND: there is none
 * any more; ST_NOMEM, ST_IO.
 */
enum status spool_line(const struct spool *s, int64_t *at, struct buf *line);

/* The bytes from `at` on, at most `room`; `*got` is 0 at the end.  ST_IO. */
enum status spool_read(const struct spool *s, int64_t at, char *to,
    size_t room, size_t *got);

#endif
