#ifndef NOTEWIRED_FOLLOW_LETTER_H
#define NOTEWIRED_FOLLOW_LETTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/str.h"
#include "notewired/loop/poller.h"
#include "store/store.h"

/*
 * What the two threads tell each other.  A question goes to the follower and
 * comes back as its answer; news come unasked.  A letter belongs to whoever
 * holds it.
 */
enum letter_kind {
	LETTER_FOLLOW,		/* from now on the board's news, please */
	LETTER_FORGET,		/* no more of them; has no answer */
	LETTER_FETCH,		/* changes after a place, for one reader */
	LETTER_CHECK,		/* may that one still read? */
	LETTER_NEWS,		/* the board moved: its changes */
	LETTER_LOST,		/* the board's log cannot be followed from where
				   it was: `st` and `head` say what there is */
	LETTER_ENDINGS,		/* sessions may have ended: check everybody */
};

/* One change as JSON, with the note and without. */
struct letter_row {
	int64_t		seq;
	uint32_t	full;		/* where it begins in `bytes` */
	uint32_t	bare;
	uint32_t	end;
	bool		links;		/* somebody's rights may have changed */
};

/* A credential by value (struct credential, store/view.h). */
struct claimed {
	enum {
		CLAIMED_LINK,
		CLAIMED_SESSION,
		CLAIMED_ROW,
	}		kind;
	union {
		int64_t		row;		/* of CLAIMED_ROW */
		unsigned char	digest[32];	/* of the other two */
	};
};

struct letter {
	struct letter		*next;
	enum letter_kind	 kind;
	char			 board[ID_SIZE];
	struct poller_key	 reader;	/* who asked */
	uint64_t		 life;		/* of the board, in the hub */
	/* asked */
	struct cursor		 after;
	int64_t			 limit;		/* rows */
	struct claimed		 claimed;
	/* answered */
	enum status		 st;
	enum reset		 reset;
	struct cursor		 head;		/* the newest change told of */
	struct cursor		 next_at;	/* after the last row here */
	struct buf		 bytes;
	struct letter_row	*rows;
	size_t			 rows_n;
	size_t			 rows_cap;
};

/* NULL: no memory. */
struct letter *letter_new(enum letter_kind kind, const char *board);
/* Accepts NULL. */
void letter_free(struct letter *l);
/* Adds a change of that epoch; ST_NOMEM, ST_TOOBIG stick in l->bytes. */
void letter_add(struct letter *l, const char *epoch, const struct change *ch);
/* The JSON of a row. */
const char *letter_json(const struct letter *l, size_t row, bool docs,
    size_t *len);

#endif
