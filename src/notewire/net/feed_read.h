#ifndef NOTEWIRE_NET_FEED_READ_H
#define NOTEWIRE_NET_FEED_READ_H

#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"
#include "proto/sse_read.h"

struct cJSON;

/* The feeds, by the names of the API and one more. */
enum feed_kind {
	FEED_NORMAL = 0,
	FEED_LONGPOLL,
	FEED_EVENTSOURCE,
	FEED_CONTINUOUS,
	FEED_HTMLFILE,
	FEED_WEBSOCKET,
};

/* "normal" … "websocket".  ST_INVALID. */
enum status feed_parse(const char *name, enum feed_kind *out);
/* Static. */
const char *feed_name(enum feed_kind k);

/*
 * What a feed tells, in whatever form: "change" with the change, or the name of
 * a notice ("up-to-date", "reset", "end", "heartbeat" …) with what it says.
 * `data` is good until the function returns; a failure ends the reading.
 */
typedef enum status feed_fn(void *arg, const char *name,
    const struct cJSON *data);

/* A feed that is read, however its bytes are cut. */
struct feed_read {
	enum feed_kind	 kind;
	feed_fn		*fn;
	void		*arg;
	/* private */
	struct buf	 text;		/* not yet complete */
	size_t		 looked;	/* so much of it holds no end */
	struct sse_read	 sse;
};

/* The first three are the caller's. */
void feed_read_init(struct feed_read *r);
void feed_read_fini(struct feed_read *r);
/* ST_INVALID: not what that feed looks like; ST_TOOBIG, ST_NOMEM, the function's. */
enum status feed_read_feed(struct feed_read *r, const char *bytes, size_t n);
/* The answer's end, where a page is complete; of a WebSocket a message's. */
enum status feed_read_end(struct feed_read *r);

#endif
