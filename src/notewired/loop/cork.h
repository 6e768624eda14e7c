#ifndef NOTEWIRED_LOOP_CORK_H
#define NOTEWIRED_LOOP_CORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/status.h"

/*
 * While it is in, small things that are sent over plain sockets are gathered
 * and leave together (batch.h): most of what a small send costs is the call.
 * Whoever sent them hears of it once the cork is out (peer_kind, `sent`).
 */
struct batch;
struct corked;
struct peer;

struct cork {
	struct batch	*batch;		/* NULL: it never is in */
	bool		 in;
	struct corked	*sends;		/* since it is in, in their order */
	size_t		 n;
	size_t		 settled;	/* of them, known how they went */
	char		*bytes;		/* of those that are not settled */
	size_t		 len;
	int64_t		 batches;	/* ever */
	int64_t		 batched;	/* sends in them, ever */
};

/* ST_INVALID: the system has no batches, and it works without them; ST_NOMEM. */
enum status cork_init(struct cork *k);
void cork_fini(struct cork *k);

void cork_begin(struct cork *k);
/*
 * Copies the pieces, to be sent with the others.  false: it does not take them,
 * and the caller sends them itself, now that all before them has been sent.
 */
bool cork_take(struct cork *k, struct peer *c, const struct iovec *piece,
    int n);
/* Sends what was gathered so far; nobody is told yet. */
void cork_settle(struct cork *k);
/* Sends the rest, and tells the owners, who may do whatever they like. */
void cork_end(struct cork *k);

#endif
