#ifndef STORE_SQLITE_WRITE_H
#define STORE_SQLITE_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/str.h"
#include "store/mutation.h"
#include "store/sqlite/bell.h"
#include "store/sqlite/conn.h"
#include "store/sqlite/gate.h"
#include "store/sqlite/group.h"
#include "store/store.h"

/*
 * The one writer of a process.  Everything here runs under the gate, in one
 * thread at a time; the play_… functions inside a transaction.  A failed one
 * leaves no trace: it is undone to a savepoint, or, as with notes, it fails
 * before its first change.
 */
struct writer {
	struct store_options	 o;
	char			 path[4096];
	struct gate		 gate;
	struct bell		 bell;
	struct conn		*db;		/* opened at the first write */
	char			 instance[BELL_INSTANCE + 1];
	int64_t			 now;		/* of this transaction */
	struct buf		 body;		/* a note's new body */
	bool			 loose;		/* contents may have lost their
						   last file */
};

/* Bytes that a body may have in any case; the caller's own limit is lower. */
#define BODY_MAX	((size_t)32 << 20)

struct board_row {
	int64_t	board;
	int64_t	head;
	int64_t	floor;
	int64_t	indexed;	/* the newest seq that the search index knows */
};

/* Under the gate: opens the connection where that was not yet done. */
enum status writer_ready(struct writer *w);
/* A group's work (group.h): one transaction with all their mutations. */
void writer_run(struct writer *w, struct job *jobs);
/* Under the gate: a checkpoint when the -wal has grown enough for one. */
void writer_checkpoint(struct writer *w);

/* The board's row.  ST_NOTFOUND. */
enum status writer_board(struct writer *w, const char *id, struct board_row *b);
/*
 * Numbers the board's next change: b->head is its seq afterwards.  `note` and
 * `revision` as in the table `log`.  Sweeps the board's past now and then.
 */
enum status writer_log(struct writer *w, struct board_row *b, int64_t note,
    int64_t revision);

#define LOG_BOARD	0
#define LOG_LINKS	(-1)
#define LOG_TRASHED	0

/*
 * Contents that stand outside the database.  Before the transaction those of
 * a job come to their place; after it, those go that the job did not get a row
 * for; and after the commit (writer->loose) those that lost their last row.
 */
enum status writer_keep_files(struct writer *w, struct job *j);
void writer_drop_files(struct writer *w, const struct job *j);
void writer_free_loose(struct writer *w);

enum status play_board_create(struct writer *w, struct mutation *m);
enum status play_board_update(struct writer *w, struct mutation *m);
enum status play_board_delete(struct writer *w, struct mutation *m);
enum status play_board_index(struct writer *w, struct mutation *m);
enum status play_note(struct writer *w, struct mutation *m);
enum status play_link_add(struct writer *w, struct mutation *m);
enum status play_link_revoke(struct writer *w, struct mutation *m);
enum status play_session_join(struct writer *w, struct mutation *m);
enum status play_session_end(struct writer *w, struct mutation *m);
enum status play_ticket_add(struct writer *w, struct mutation *m);
enum status play_ticket_use(struct writer *w, struct mutation *m);
enum status play_file_add(struct writer *w, struct mutation *m);
enum status play_file_delete(struct writer *w, struct mutation *m);

#endif
