#ifndef NOTEWIRED_HUB_MEMBER_H
#define NOTEWIRED_HUB_MEMBER_H

#include "codec/signal.h"
#include "notewired/hub/hub.h"
#include "notewired/hub/presence.h"

/*
 * Who is on a board: a peer of its, as the others know it, with the readers
 * that it has here.  One that has none just now, as a long-poll between two
 * requests, stays a member for a while: its place among the signals is kept,
 * and what is for it alone waits.
 */
#define MEMBER_LEASE_MS	10000
/* So many at a time; who leaves when there are more is gone at once. */
#define MEMBER_LEASES_MAX	4096
/* Bytes that wait for one, and for all together. */
#define MEMBER_MAIL_MAX	((size_t)64 << 10)
#define MEMBER_MAIL_ALL	((size_t)16 << 20)

struct member {
	struct table_entry at;		/* in hub.members; first */
	struct hub	*hub;
	struct presence	*presence;
	struct member	*next;		/* of the board's */
	struct reader	*readers;	/* the newest first */
	struct group	*group;		/* while there are none: where the last
					   one was … */
	uint64_t	 place;		/* … and the frame that it needs next */
	const struct reader *resumed;	/* who went on from such a place last … */
	uint64_t	 heard;		/* … before which it has heard all */
	struct timer	 lease;
	char		*data;		/* JSON it says of itself; NULL: null */
	struct parcel	*mail;		/* the oldest; NULL: none */
	size_t		 mail_bytes;
	bool		 listed;	/* it was told once who is there */
	bool		 hidden;	/* it said that it is not there */
	bool		 changed;	/* the others are to be told */
};

/* The reader is of that member from now on.  ST_NOMEM. */
enum status member_join(struct reader *r, struct watched *b, const char *id);
/* It is not any more: it is about to leave the hub. */
void member_leave(struct reader *r);
/* All members are forgotten, who have no readers. */
void members_drop(struct hub *h);

/* NULL: there is no such member of that board. */
struct member *member_find(const struct hub *h, const char *board,
    const char *id);
/* What it says of itself; "null": that it is not there.  ST_NOMEM. */
enum status member_describe(struct member *m, const char *json, size_t len);
/*
 * Something for it alone, which it gets at once where it can.  ST_LIMIT: too
 * much waits for it, or for all; ST_NOMEM.
 */
enum status member_post(struct member *m, const struct signal *s);

/*
 * Appends, for a reader that goes on with the frame `next` of its group, what
 * its member has missed since it was there last.
 */
void member_put_missed(struct reader *r, uint64_t next, struct buf *out);
/*
 * Appends what waits for a reader that has all that is in the ring: who is
 * there, if it has not been told, and what is for it alone.
 */
void member_put_waiting(struct reader *r, struct buf *out);

#endif
