#ifndef STORE_VIEW_H
#define STORE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cursor.h"
#include "base/record.h"
#include "base/status.h"
#include "base/str.h"

/*
 * What can be read of a store, each call as of one moment.  Records are shown to
 * a caller's function, which must not call the store, and are good until then.
 */
struct store;

/*
 * Who asks, by one of these: the SHA-256 of a link's token, of a session's
 * handle, of a ticket (which is only looked at), or a link by its row, as the
 * use of a ticket answered it.
 */
struct credential {
	const unsigned char	*link;		/* 32 bytes, or NULL */
	const unsigned char	*session;	/* 32 bytes, or NULL */
	const unsigned char	*ticket;	/* 32 bytes, or NULL */
	int64_t			 row;		/* 0: none */
};

struct access {
	enum role	role;
	int64_t		link;		/* the link's row, for mutation.actor */
	int64_t		expires_at;	/* the earliest end of it; 0: none */
	char		board[ID_SIZE];
	struct cursor	head;		/* the board's newest change then */
};

/*
 * What the credential allows on the board; of several links the strongest.
 * With `board` NULL the own board of a link's token.  ST_NOTFOUND: nothing, or
 * no such board; ST_EXPIRED: the session is known no more.  `*out` is all zero then.
 */
enum status store_access(struct store *s, const struct credential *who,
    const char *board, struct access *out);

/* The functions return false when they want no more. */
typedef bool store_board_fn(void *arg, const struct board *b, enum role role);
typedef bool store_note_fn(void *arg, const struct note *n);
typedef bool store_change_fn(void *arg, const struct change *c);
typedef bool store_link_fn(void *arg, const struct link *l);
typedef bool store_revision_fn(void *arg, const struct revision *r);

/*
 * The board and its notes (not the trashed ones) as of one moment: first the
 * board is shown, once, with ROLE_NONE; then each note, unless `note_fn` is
 * NULL.  ST_NOTFOUND.
 */
enum status store_snapshot(struct store *s, const char *board,
    store_board_fn *board_fn, store_note_fn *note_fn, void *arg);

/* Every board, in the order of their making. */
enum status store_boards(struct store *s, store_board_fn *fn, void *arg);

/* One note, trashed or not.  ST_NOTFOUND. */
enum status store_note(struct store *s, const char *board, const char *id,
    store_note_fn *fn, void *arg);

/*
 * The notes in the trash, the one that went there last first; before them the
 * board, as store_snapshot shows it.  ST_NOTFOUND.
 */
enum status store_trash(struct store *s, const char *board,
    store_board_fn *board_fn, store_note_fn *note_fn, void *arg);

struct history_query {
	const char	*board;
	const char	*id;		/* of the note */
	int64_t		 before;	/* a rev; INT64_MAX: from the newest */
	int64_t		 limit;		/* revisions at most */
};

/* What is kept of a note's revisions, newest first.  ST_NOTFOUND. */
enum status store_history(struct store *s, const struct history_query *q,
    store_revision_fn *fn, void *arg);

#define SEARCH_LIMIT_MAX	200

struct search_query {
	const char		*board;
	const char *const	*terms;	/* all must occur; not empty, in the
					   form that `text` gives to a note */
	size_t			 terms_n;	/* at least 1 */
	int64_t			 limit;	/* notes; 1 to SEARCH_LIMIT_MAX */
	note_text_fn		*text;	/* the same in all searches */
};

struct search {
	bool	more;		/* there are more than were shown */
	bool	stale;		/* MUT_BOARD_INDEX is worth its while */
};

/*
 * Shows the notes whose text holds every term, last changed first; none from
 * the trash.  The answer is exact whatever the state of the index, of which
 * only its time depends.  ST_NOTFOUND: no such board.
 */
enum status store_search(struct store *s, const struct search_query *q,
    struct search *out, store_note_fn *fn, void *arg);

/* Why a cursor cannot be served. */
enum reset {
	RESET_NONE = 0,
	RESET_EPOCH,		/* history may have been rewound */
	RESET_FLOOR,		/* older than what the log keeps */
	RESET_AHEAD,		/* newer than the newest change */
};
/* "epoch", "floor", "ahead".  Static. */
const char *reset_name(enum reset r);

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

#endif
