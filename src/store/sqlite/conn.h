#ifndef STORE_SQLITE_CONN_H
#define STORE_SQLITE_CONN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/status.h"
#include "store/sqlite/sql.h"

/* Only recovery and the -shm's first making ever make a connection wait. */
#define CONN_BUSY_MS	5000

/*
 * One connection to the database file, with its prepared statements; one
 * thread at a time.  Every connection has automatic checkpoints off and leaves
 * the -wal at close: SQLite up to 3.51.2 can corrupt a WAL database when two
 * connections write or checkpoint at the same instant, so both happen only
 * under the gate (gate.h).
 */
struct conn {
	sqlite3		*db;
	sqlite3_stmt	*stmts[SQL_COUNT];
	int		 wal_pages;	/* in the -wal after the last commit */
};

enum conn_mode {
	CONN_READ,
	CONN_WRITE,		/* makes the file where it is missing */
};

/*
 * ST_READONLY: opened for writing, and it cannot be; ST_NOTFOUND: for reading,
 * and there is none; ST_NOMEM, ST_IO.  `*out` is NULL then.
 */
enum status conn_open(const char *path, enum conn_mode mode, struct conn **out);
/* Accepts NULL. */
void conn_close(struct conn *c);

/*
 * The status of a result code, logging what is nobody's doing but the
 * system's.  SQLITE_OK, SQLITE_ROW and SQLITE_DONE are ST_OK.
 */
enum status conn_status(struct conn *c, int rc);

/*
 * Statements with their parameters, named by one letter each: i int64_t,
 * t text, d a digest (32 bytes), b text of a length (pointer, size_t), x the
 * same as a BLOB, NULL where the pointer is.
 *
 * conn_run plays one that yields nothing.  conn_row goes to the first row,
 * ST_NOTFOUND where there is none; the caller reads `*row` and gives it back
 * with conn_done, in every case.  conn_next goes to the next row.
 */
enum status conn_run(struct conn *c, enum sql which, const char *types, ...);
enum status conn_row(struct conn *c, enum sql which, sqlite3_stmt **row,
    const char *types, ...);
enum status conn_next(struct conn *c, sqlite3_stmt *row);
/* Accepts NULL. */
void conn_done(sqlite3_stmt *row);

/* A column as text; "" for NULL. */
const char *column_text(sqlite3_stmt *row, int column);

#endif
