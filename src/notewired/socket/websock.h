#ifndef NOTEWIRED_SOCKET_WEBSOCK_H
#define NOTEWIRED_SOCKET_WEBSOCK_H

#include <stddef.h>

#include "notewired/hub/holder.h"
#include "notewired/socket/ask.h"
#include "notewired/socket/opening.h"
#include "notewired/socket/ws.h"

/*
 * WebSockets of boards, subprotocol notewire.v1.  Down go the changes and what
 * a feed says of itself, as {"event":NAME,"id":CURSOR,"data":…}; up come
 * operations, one a message (uplink.h), and signals (upsignal.h).
 */
#define WEBSOCK_PROTOCOL	"notewire.v1"

/* Close codes beyond the protocol's own (RFC 6455, 7.4.2). */
enum {
	WEBSOCK_EXPIRED = 4401,
	WEBSOCK_REVOKED = 4403,
	WEBSOCK_BOARD_GONE = 4404,
	WEBSOCK_SLOW = 4408,
};

struct uplink;

struct websock {
	struct reader	 reader;
	struct ws	 ws;
	struct uplink	*uplink;	/* NULL: it has said nothing yet */
	struct share	 share;
	int64_t		 paced_at;	/* until when its messages are paid for */
	enum role	 role;
	bool		 over;		/* the connection is closed */
};

struct websocks {
	struct holder	*holder;
	struct openings	 openings;
	struct ws_house	 house;
	struct asks	 asks;
};

/* Those that it is one of. */
static inline struct websocks *
websock_all(const struct websock *s)
{
	return (struct websocks *)(void *)((char *)s->ws.house -
	    offsetof(struct websocks, house));
}

/* ST_NOMEM.  `holder` and what it points to are set. */
enum status websocks_init(struct websocks *all, struct holder *holder);
/* Fills in what all openings of WebSockets share. */
void websocks_prepare(struct websocks *all, struct openings *o);
/* The configuration has changed. */
void websocks_reread(struct websocks *all);
/* Listens on that socket, behind a web server. */
enum status websocks_open(struct websocks *all, int fd);
/* Lets nobody in any more. */
void websocks_close(struct websocks *all);
/* None may be left. */
void websocks_fini(struct websocks *all);

/* The opening is accepted, as the responder said; a refusal is answered. */
void websock_new(struct websocks *all, struct opening *o,
    const struct handover *m);
/* Sends {"event":NAME,"data":JSON}. */
void websock_tell(struct websock *s, const char *name, const char *json,
    size_t len);

/* The same, of a problem. */
void websock_tell_problem(struct websock *s, const char *name,
    const struct problem *p);

/* An upgrade that is to be decided about (openings.ready and left). */
void upgrade_ready(void *websocks, struct opening *o);
void upgrade_left(void *asked);

#endif
