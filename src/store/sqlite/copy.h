#ifndef STORE_SQLITE_COPY_H
#define STORE_SQLITE_COPY_H

#include "base/status.h"
#include "store/sqlite/conn.h"

/* The database in the data directory, and in a backup. */
#define COPY_DATABASE	"notes.db"

/*
 * Copies a database as its connection sees it, with all that is still in its
 * -wal, to a path: one file, without a -wal of its own, on the disk when it has that name; what
 * had it is gone.  ST_FULL, ST_READONLY, ST_NOMEM, ST_IO; then the path is as
 * it was.
 */
enum status copy_to_path(struct conn *from, const char *path);
/*
 * Removes a database with what stands beside it: a log or a journal that a
 * dead process left would be played into the next file of that name.
 */
void copy_remove(const char *path);
/* Copies one over all of another, in one transaction of it. */
enum status copy_over(struct conn *from, sqlite3 *to);

#endif
