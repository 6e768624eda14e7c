#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cursor.h"
#include "base/record.h"
#include "base/status.h"
#include "base/str.h"
#include "store/file.h"
#include "store/mutation.h"
#include "store/view.h"

/*
 * The only door to the data: what can be done is in mutation.h, what can be
 * read in view.h, attachments are in file.h, and the rest here.  Every call blocks and may be made from any
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
	bool		 only_read;	/* nothing in it is made or written */
	int64_t		 readers;	/* read connections, at least 1 */
	int64_t		 log_rows;	/* a board keeps so many (and up to 255
					   until it is swept again) … */
	int64_t		 log_age_ms;	/* … and none older than that */
	int64_t		 revisions;	/* bodies kept of a note */
	int64_t		 key_age_ms;	/* how long a key is remembered */
	int64_t		 disk_floor;	/* bytes that writes leave free */
	int64_t		 board_bytes;	/* of all files of a board, at most */
	int64_t		 store_bytes;	/* of all files */
};

/*
 * Opens the data directory, bringing its schema up to date.  ST_DENIED: it
 * belongs to another user; ST_NEWER: a newer program wrote it; ST_READONLY:
 * it is new, old or half-made and cannot be written; ST_IO, ST_FULL, ST_NOMEM.
 * `*out` is NULL then.  A directory that is current but cannot be written
 * opens, and store_apply answers ST_READONLY.
 *
 * With `only_read` nothing is prepared: ST_NOTFOUND where that would be needed,
 * since no program has written there yet, or one of another version has.
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
/* A mutation of its own, which stands where this is ST_OK. */
enum status store_apply_one(struct store *s, struct mutation *m);

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
 * caller's and must outlive the watch; many watches may share one.  ST_NOMEM,
 * ST_IO.
 */
struct watch;

enum status store_watch(struct store *s, const char *board, int eventfd,
    struct watch **out);

/* Why a watch rang, since it was last asked. */
enum {
	WATCH_MOVED = 1,	/* the board's log may have grown, or it is gone */
	WATCH_ENDED = 2,	/* sessions may have ended */
};

unsigned store_watch_why(struct watch *w);
/* Accepts NULL. */
void store_unwatch(struct store *s, struct watch *w);

#endif
