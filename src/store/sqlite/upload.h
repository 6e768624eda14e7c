#ifndef STORE_SQLITE_UPLOAD_H
#define STORE_SQLITE_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "store/file.h"
#include "store/sqlite/conn.h"
#include "store/sqlite/datafile.h"
#include "store/store.h"

/* A content on its way: in memory, and past FILE_INLINE on the disk. */
struct upload {
	struct store	*s;
	int64_t		 size;
	struct buf	 bytes;		/* as long as it is small */
	int		 fd;		/* -1: it is */
	char		 path[DATAFILE_PATH];
	bool		 kept;		/* the path is no more: it is in files/ */
};

/* How a note and its board stand before a file comes (SQL_FILE_ROOM). */
struct file_room {
	int64_t	note;		/* its row */
	bool	known;		/* the id is taken */
};

/*
 * Whether the board may have one more file of that size at that note: the
 * errors of store_upload_open, and none where the id is known.
 */
enum status upload_check(struct conn *c, const struct store_options *o,
    const struct upload_wish *wish, struct file_room *room);

#endif
