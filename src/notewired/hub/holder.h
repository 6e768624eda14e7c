#ifndef NOTEWIRED_HUB_HOLDER_H
#define NOTEWIRED_HUB_HOLDER_H

#include "config/config.h"
#include "notewired/hub/hub.h"
#include "notewired/hub/quota.h"
#include "proto/handover.h"

/*
 * What all share who are held: responses that were handed over, and WebSockets.
 * How many there may be is counted here, over both.
 */
struct holder {
	const struct config	*config;
	struct peers		*peers;
	struct hub		*hub;
	struct tally		*tally;
	struct quota		 addresses;
	struct quota		 sessions;
	bool			 draining;	/* what begins is ended at once */
	struct buf		 scratch;
};

/* Whom it counts for. */
struct share {
	uint64_t	address;	/* 0: does not count */
	uint64_t	session;
};

void holder_init(struct holder *ho);
void holder_fini(struct holder *ho);
/* The configuration has changed. */
void holder_reread(struct holder *ho);

/*
 * Counts one more reader of that board.  ST_LIMIT, ST_BUSY: no room; ST_NOMEM.
 */
enum status holder_take(struct holder *ho, const char *board,
    enum handover_feed feed, const struct share *s);
/* One less, that holder_take has counted. */
void holder_give(struct holder *ho, enum handover_feed feed,
    const struct share *s);
/*
 * Fills in what the responder says about a reader; the rest of `r` is the
 * caller's, who has set it to zero.
 */
void holder_describe(struct reader *r, const struct handover *m);

#endif
