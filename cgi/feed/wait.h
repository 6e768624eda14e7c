#ifndef CGI_FEED_WAIT_H
#define CGI_FEED_WAIT_H

#include "call/access.h"
#include "call/call.h"

/*
 * A held response between two looks at the log: it has a slot (hold.h), a
 * watch on its board, and a client that may leave.
 */
struct wait {
	struct call		*c;
	const struct claim	*claim;
	int			 slot;
	int			 wake;		/* eventfd of the watch */
	struct watch		*watch;
	int64_t			 until;		/* the hold's own end; monotonic */
};

/*
 * Takes a slot and registers the watch, before the log is read.  ST_BUSY: no
 * slot for this client; then nothing is held, and wait_fini still may be called.
 */
enum status wait_init(struct wait *w, struct call *c,
    const struct claim *claim);
void wait_fini(struct wait *w);

/*
 * People are told apart by their address and, where a browser has one, by
 * their session; a link may be shared by many.  ST_IO.
 */
enum status wait_owner(const struct call *c, const struct claim *claim,
    struct hold_owner *owner);

/* Why waiting ended. */
enum wait_end {
	WAIT_LOOK,		/* the board may have changed */
	WAIT_TIME,		/* it is `at` */
	WAIT_LEFT,		/* the client has left */
	WAIT_STOP,		/* the program ends */
	WAIT_AGE,		/* the hold is too old */
};

/* Waits until something happens, at most until `at` (monotonic ms). */
enum wait_end wait_next(struct wait *w, int64_t at);

/*
 * Whether the claim still allows reading; revoked, expired and gone are told
 * apart no further than a client may know.  ST_OK, ST_NOTFOUND, ST_EXPIRED.
 */
enum status wait_allowed(struct wait *w);

#endif
