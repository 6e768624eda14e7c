#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cursor.h"
#include "base/record.h"
#include "base/status.h"
#include "base/str.h"
#include "store/mutation.h"

/*
 * The only door to the data.  Every call blocks and may be made from any
 * thread.  Strings given in are ids as their parsers left them; records shown
 * by a call are good only until the function that gets them returns.
 *
 * A log is numbered densely per board: seq 1, 2, 3 …  A change, what it
 * changes and the client's key commit together; an answer of ST_OK means that
 * all of it survives power loss.
 */
struct store;

struct store_options {
	const char	*dir;		/* made (0700) where it is missing */
	int64_t		 readers;	/* read connections, at least 1 */
	int64_t		 log_rows;	/* a board keeps at most so many … */
	int64_t		 log_age_ms;	/* … and none older than that */
	int64_t		 revisions;	/* bodies kept of a note */
	int64_t		 key_age_ms;	/* how long a key is remembered */
	int64_t		 disk_floor;	/* bytes that writes leave free */
};

/*
 * Opens the data directory, bringing its schema up to date.  ST_DENIED: it
 * belongs to another user; ST_NEWER: a newer program wrote it; ST_READONLY:
 * it is new or old and cannot be written; ST_IO, ST_FULL, ST_NOMEM.  `*out` is
 * NULL then.  A directory that is current but cannot be written opens, and
 * store_apply answers ST_READONLY.
 */
enum status store_open(const struct store_options *o, struct store **out);
/* No call may be under way.  Accepts NULL. */
void store_close(struct store *s);

/*
 * Plays `n` mutations in order in one transaction, together with what other
 * threads bring at the same time.  Each stands or fails alone, in its
 * `out.st`; the call's own status is ST_OK once all that stand are durable.
 * Otherwise (ST_FULL, ST_READONLY, ST_NOMEM, ST_IO) nothing was changed.
 */
enum status store_apply(struct store *s, struct mutation *m, size_t n);

/* Who asks: the SHA-256 of a link's token, or of a session's handle. */
struct credential {
	const unsigned char	*link;		/* 32 bytes, or NULL */
	const unsigned char	*session;	/* 32 bytes, or NULL */
};

struct access {
	enum role	role;
	int64_t		link;		/* the link's row, for mutation.actor */
	int64_t		expires_at;	/* the earliest end of it; 0: none */
	char		board[ID_SIZE];
};

/*
 * What the credential allows on the board; of several links the strongest.
 * With `board` NULL a link's own board.  ST_NOTFOUND: nothing, or no such
 * board; ST_EXPIRED: the session is known no more.  `*out` is all zero then.
 */
enum status store_access(struct store *s, const struct credential *who,
    const char *board, struct access *out);

/* Functions that get records; they return false when they want no more. */
typedef bool store_board_fn(void *arg, const struct board *b, enum role role);
typedef bool store_note_fn(void *arg, const struct note *n);
typedef bool store_change_fn(void *arg, const struct change *c);
typedef bool store_link_fn(void *arg, const struct link *l);

/*
 * The board and its notes (not the trashed ones) as of one moment: first the
 * board is shown, once, with ROLE_NONE; then each note.  ST_NOTFOUND.
 */
enum status store_snapshot(struct store *s, const char *board,
    store_board_fn *board_fn, store_note_fn *note_fn, void *arg);

/* One note, trashed or not.  ST_NOTFOUND. */
enum status store_note(struct store *s, const char *board, const char *id,
    store_note_fn *fn, void *arg);

/* Why a cursor cannot be served. */
enum reset {
	RESET_NONE = 0,
	RESET_EPOCH,		/* history may have been rewound */
	RESET_FLOOR,		/* older than what the log keeps */
	RESET_AHEAD,		/* newer than the newest change */
};

struct tail_query {
	const char	*board;
	struct cursor	 after;		/* epoch "": from the beginning */
	bool		 now;		/* after the newest change instead */
	bool		 docs;		/* show notes with their changes */
	int64_t		 limit;		/* rows at most */
};

struct tail {
	enum reset	reset;
	struct cursor	head;		/* the newest change */
	struct cursor	next;		/* after the last one shown */
};

/*
 * Shows the changes after a cursor, dense and in order, read with `*out` in
 * one transaction.  ST_NOTFOUND: no such board.  ST_GONE: out->reset says
 * why, out->head is set, nothing was shown.
 */
enum status store_tail(struct store *s, const struct tail_query *q,
    struct tail *out, store_change_fn *fn, void *arg);

/* A board's links that are good now.  ST_NOTFOUND. */
enum status store_links(struct store *s, const char *board,
    store_link_fn *fn, void *arg);

/* The boards of a session, with the strongest role on each.  ST_EXPIRED. */
enum status store_session(struct store *s, const unsigned char session[32],
    store_board_fn *fn, void *arg);

struct store_stat {
	char	epoch[EPOCH_SIZE];
	char	instance[17];	/* 16 hex digits, for the life of the data */
	bool	writable;	/* as far as can be told without writing */
	int64_t	commits;	/* transactions so far, by all programs */
	int64_t	boards;
	int64_t	notes;
};

enum status store_stat(struct store *s, struct store_stat *out);

/*
 * Watching: the eventfd becomes readable when the board may have changed, in
 * this process or another, or when links or sessions may have ended.  A hint:
 * it can come for nothing, and it never carries the change itself; so register
 * first, then read with the cursor, then wait.  The descriptor stays the
 * caller's and must outlive the watch.  ST_NOMEM, ST_IO.
 */
struct watch;

enum status store_watch(struct store *s, const char *board, int eventfd,
    struct watch **out);
/* Accepts NULL. */
void store_unwatch(struct store *s, struct watch *w);

#endif
