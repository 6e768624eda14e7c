#ifndef STORE_SQLITE_STORE_PRIV_H
#define STORE_SQLITE_STORE_PRIV_H

#include "store/sqlite/group.h"
#include "store/sqlite/pool.h"
#include "store/sqlite/watch.h"
#include "store/sqlite/write.h"
#include "store/store.h"

/* The parts of an open store; each has its own lock. */
struct store {
	char		 dir[4096];
	struct writer	 writer;	/* only inside the group */
	struct group	*group;
	struct pool	*pool;
	struct watcher	*watcher;
};

/*
 * Takes a connection and begins a transaction, so that everything read until
 * end_read belongs to one moment.
 */
enum status begin_read(struct store *s, struct conn **c);
void end_read(struct store *s, struct conn *c);

/* A row of SQL_NOTE_VIEW, SQL_NOTE_BY_ROW or SQL_NOTES_OF_BOARD. */
void read_fill_note(sqlite3_stmt *row, struct note *n);
/* Shows the board as store_snapshot does; `*number` is its row.  ST_NOTFOUND. */
enum status read_show_board(struct conn *c, const char *id,
    store_board_fn *fn, void *arg, int64_t *number);

#endif
