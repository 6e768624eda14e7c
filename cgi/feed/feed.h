#ifndef CGI_FEED_FEED_H
#define CGI_FEED_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "call/access.h"
#include "call/call.h"

/* What a reader of a board's log asked for. */
enum feed_kind {
	FEED_NORMAL = 0,	/* what there is, at once */
	FEED_LONGPOLL,		/* the same, or wait until there is something */
	/* These go on: */
	FEED_EVENTSOURCE,	/* events (HTML Living Standard, 9.2) */
	FEED_CONTINUOUS,	/* lines of JSON */
	FEED_HTMLFILE,		/* scripts in a frame */
};

struct feed {
	enum feed_kind		 kind;
	struct tail_query	 query;		/* `after` moves as it is read */
	int64_t			 timeout_ms;	/* of a long-poll */
	int64_t			 heartbeat_ms;
	const char		*nonce;		/* of a frame's scripts */
	char			 peer[ID_SIZE];	/* as the others know it, or "" */
};

/* Reads the query and headers.  ST_INVALID with c->problem. */
enum status feed_read(struct call *c, struct feed *f);

/* One page of JSON; a long-poll may wait for it. */
enum status feed_page(struct call *c, const struct claim *claim,
    struct feed *f);
/* Held streams, each in its form (feed_stream.h). */
enum status feed_eventsource(struct call *c, const struct claim *claim,
    struct feed *f);
enum status feed_continuous(struct call *c, const struct claim *claim,
    struct feed *f);
enum status feed_htmlfile(struct call *c, const struct claim *claim,
    struct feed *f);

#endif
