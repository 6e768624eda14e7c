#ifndef NOTEWIRED_LOOP_CORK_H
#define NOTEWIRED_LOOP_CORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "notewired/loop/poller.h"

/*
 * While it is in, small things that go over sockets are gathered and leave
 * together (batch.h): most of what a small send costs is the call.  Whose they
 * are only its owner knows.
 */
struct batch;

struct corked {
	struct poller_key key;		/* the connection */
	uint32_t	 at;		/* where its bytes are */
	uint32_t	 len;
	enum status	 st;		/* how it went, once settled */
};

/*
 * The batch is over: of these bytes so many were taken, or a negative errno.
 * What that came to is kept for cork_end.
 */
typedef enum status cork_sent_fn(void *arg, struct poller_key key, char *bytes,
    size_t n, int32_t took);
typedef void cork_over_fn(void *arg, struct poller_key key, enum status st);

struct cork {
	struct batch	*batch;		/* NULL: it never is in */
	bool		 in;
	cork_sent_fn	*sent;
	void		*arg;
	struct corked	*sends;		/* since it is in, in their order */
	size_t		 n;
	size_t		 settled;	/* of them, known how they went */
	char		*bytes;		/* of those that are not settled */
	size_t		 len;
	int64_t		 batches;	/* ever */
	int64_t		 batched;	/* sends in them, ever */
};

/* ST_INVALID: the system has no batches, and it works without them; ST_NOMEM. */
enum status cork_init(struct cork *k, cork_sent_fn *sent, void *arg);
void cork_fini(struct cork *k);

void cork_begin(struct cork *k);
/*
 * Copies the pieces.  `again`: the connection has some in here that are not
 * settled.  false: it cannot take these, or not before cork_settle.
 */
bool cork_take(struct cork *k, struct poller_key key, bool again,
    const struct iovec *piece, int n);
/* Sends what was gathered so far. */
void cork_settle(struct cork *k);
/*
 * It is out: sends the rest, then tells of each connection, in the order in
 * which they came.  `over` may do whatever it likes.
 */
void cork_end(struct cork *k, cork_over_fn *over);

#endif
