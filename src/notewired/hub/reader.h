#ifndef NOTEWIRED_HUB_READER_H
#define NOTEWIRED_HUB_READER_H

#include "codec/notice.h"
#include "notewired/follow/letter.h"
#include "notewired/loop/peer.h"
#include "notewired/loop/wheel.h"

/*
 * Whoever reads a board's log from here: a place in it, and a connection.  What
 * it is told, and when, is decided here; how that goes over its connection is
 * its kind's.
 */
struct reader;
struct hub;
struct group;
struct member;

struct reader_kind {
	/*
	 * Sends whole frames, after which the reader is at `at`.  ST_CLOSED,
	 * ST_NOMEM; ST_GONE: these were the last it takes.
	 */
	enum status	(*frames)(struct reader *r, struct iovec *piece, int n,
			    const struct cursor *at);
	/* Sends a notice; NOTICE_RESET and NOTICE_END are the last word. */
	enum status	(*notice)(struct reader *r, const struct notice *n);
	/*
	 * The reader has left the hub: closes its connection, at once or when
	 * what it was sent last is through, and frees it.
	 */
	void		(*close)(struct reader *r, bool broken);
};

struct reader {
	const struct reader_kind *kind;
	struct hub	*hub;
	struct peer	*peer;
	struct group	*group;		/* NULL: not in the hub */
	uint32_t	 index;		/* in the group */
	bool		 fetching : 1;	/* a letter is under way */
	bool		 caught_up : 1;	/* once: up-to-date was sent */
	bool		 listed : 1;	/* it knows who is on the board */
	bool		 polls : 1;		/* it is one request of many */
	bool		 followed : 1;	/* its member has had a newer reader */
	bool		 farewell : 1;	/* it left on purpose */
	struct member	*member;	/* NULL: hears no signals */
	struct reader	*elder;		/* the member's next */
	struct cursor	 after;		/* where it is, unless it is live */
	struct claimed	 claimed;
	uint32_t	 heartbeat_ms;	/* 0: none */
	uint32_t	 retry_min_ms;
	uint32_t	 retry_max_ms;
	uint32_t	 stuck_left;
	int64_t		 expires_at;	/* wall clock; 0: never */
	struct timer	 timer;
	int64_t		 beat_at;	/* these are monotonic; INT64_MAX: not */
	int64_t		 proof_at;
	int64_t		 until;		/* the hold's own end (a long-poll's) */
	int64_t		 stuck_at;	/* too long without progress, unless
					   less is unsent then than stuck_left */
};

/* Begins, once it is in a group (hub_join); `timer` is this file's. */
void reader_begin(struct reader *r, int64_t now);
/* Goes on from `after`, from the ring where that has it, else from the store. */
void reader_place(struct reader *r);
/* Sends what the ring has for it. */
void reader_feed(struct reader *r);
/* Sends what was fetched. */
void reader_fetched(struct reader *r, struct letter *l);
/* What a check of its credential came to. */
void reader_checked(struct reader *r, enum status st);
/* Its connection did not take all at once. */
void reader_full(struct reader *r);
/* Its connection has room again. */
void reader_room(struct reader *r);

/* What it has been sent: there it can go on, whatever waits for it in the ring. */
struct cursor reader_at(const struct reader *r);
/* Says why as the last word, with a time to come back at where `again`. */
void reader_end(struct reader *r, const char *reason, bool again);
/* Its client has left, or the connection broke. */
void reader_gone(struct reader *r);

#endif
