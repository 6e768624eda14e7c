#ifndef NOTEWIRED_HUB_HUB_H
#define NOTEWIRED_HUB_HUB_H

#include "notewired/follow/follower.h"
#include "notewired/hub/form.h"
#include "notewired/hub/reader.h"
#include "notewired/hub/ring.h"
#include "notewired/hub/table.h"
#include "notewired/hub/tally.h"

/*
 * Where boards' changes meet their readers.  Each watched board has a group for
 * each form that somebody reads it in; a group is one ring of encoded frames
 * and the readers' places in it.  There are no queues: a reader is a cursor
 * with a connection, and who falls behind the ring is fed from the store.
 */

/* Readers to whom everything looks the same. */
struct audience {
	enum form	form;
	bool		docs;		/* hear of notes whole */
	bool		signals;	/* hear of signals */
};

/* What the walk touches of a reader. */
struct hot {
	uint64_t	next;		/* the frame it needs next; while it is
					   behind, of those that tell no change */
	uint32_t	flags;		/* 0: can be fed */
	uint32_t	spare;
};

enum {
	HOT_BEHIND = 1,		/* not in the ring: `reader.after` says where */
	HOT_FULL = 2,		/* its connection takes nothing now */
};

struct group {
	struct group	*next;		/* of the board's */
	struct watched	*board;
	struct audience	 audience;
	struct ring	 ring;
	struct hot	*hot;
	struct reader	**readers;	/* the same, in the same order */
	uint32_t	 n;
	uint32_t	 cap;
	uint32_t	 leases;	/* members who come back to it (member.h) */
	uint64_t	 slowest;	/* no live reader is before this frame */
	/* the walk */
	struct group	*queued;	/* the next in the queue */
	bool		 waits;		/* is in the queue */
	uint32_t	 at;
	uint32_t	 left;		/* readers to go */
	int64_t		 news_us;	/* since when; 0: nothing new */
};

struct watched {
	struct table_entry at;		/* in hub.boards; first */
	uint64_t	 life;		/* what was told in an earlier one does
					   not go on from `head` */
	struct cursor	 head;		/* of what has been told; epoch "": not
					   yet known */
	struct group	*groups;
	struct presence	*presence;	/* NULL: no members */
	uint32_t	 readers;
};

struct hub {
	struct peers	*peers;
	struct wheel	*wheel;
	struct follower	*follower;
	struct tally	*tally;
	size_t		 ring_bytes;	/* of one group, at most */
	int64_t		 stall_ms;
	struct table	 boards;
	struct table	 members;	/* of all boards */
	size_t		 leases;	/* of them, without a reader */
	size_t		 mail_bytes;	/* that wait for them */
	uint64_t	 lives;		/* of boards, ever */
	struct group	*first;		/* to be walked */
	struct group	*last;
	bool		 untidy;	/* some group or board is for nobody */
	struct buf	 frame;		/* where one is made */
};

/* The other parts are the caller's to set.  ST_NOMEM. */
enum status hub_init(struct hub *h);
/* No reader may be left, nor a member. */
void hub_fini(struct hub *h);

/*
 * Takes a reader in, which goes on from r->after; as a member of the board
 * where the audience hears signals.  ST_NOMEM: it was not.
 */
enum status hub_join(struct hub *h, struct reader *r, const char *board,
    struct audience audience, const char *member);
/* Takes it out.  Its group stays until hub_sweep, which ends a turn. */
void hub_leave(struct reader *r);
void hub_sweep(struct hub *h);

/* NULL: nobody reads it here. */
struct watched *hub_board(const struct hub *h, const char *id);
/* Shows the readers of that board, or of all (NULL); they may leave. */
void hub_each(struct hub *h, struct watched *only,
    void (*fn)(struct reader *r));
/* All readers of the group are to be looked at, from wherever the walk is. */
void hub_enqueue(struct hub *h, struct group *g);

/* Whether some readers have not been looked at since something came. */
bool hub_busy(const struct hub *h);
/* Feeds the next slice of those. */
void hub_walk(struct hub *h);

static inline struct hot *
reader_hot(const struct reader *r)
{
	return &r->group->hot[r->index];
}

#endif
