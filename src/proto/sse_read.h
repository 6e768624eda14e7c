#ifndef PROTO_SSE_READ_H
#define PROTO_SSE_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * Reads an event stream (HTML Living Standard, 9.2.6) as a client does, however
 * its bytes are cut.  An event that the stream's end cuts is never shown.
 */
#define SSE_NAME_SIZE	64
#define SSE_ID_SIZE	256

/* One event; good until the function returns. */
struct sse_seen {
	const char	*name;		/* "message" where it has none */
	const char	*id;		/* the last that was given, "" for none */
	const char	*data;
	size_t		 len;
};

/* Returns a failure to end the reading. */
typedef enum status sse_seen_fn(void *arg, const struct sse_seen *e);

struct sse_read {
	sse_seen_fn	*fn;
	void		*arg;
	/* private */
	struct buf	 line;
	struct buf	 data;
	char		 name[SSE_NAME_SIZE];
	char		 id[SSE_ID_SIZE];
	bool		 began;		/* past a byte-order mark */
	bool		 after_cr;	/* an LF now belongs to it */
	enum status	 st;		/* sticks */
};

/* `max`: bytes of one event's data. */
void sse_read_init(struct sse_read *r, size_t max, sse_seen_fn *fn, void *arg);
void sse_read_fini(struct sse_read *r);
/* ST_TOOBIG, ST_NOMEM, or what the function answered; a failure sticks. */
enum status sse_read_feed(struct sse_read *r, const char *bytes, size_t n);

#endif
