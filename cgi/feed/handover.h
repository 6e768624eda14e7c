#ifndef CGI_FEED_HANDOVER_H
#define CGI_FEED_HANDOVER_H

#include "codec/signal.h"
#include "feed/feed.h"

/*
 * Responses that last go to the daemon, where there is one; proto/handover.h
 * says what is spoken.  It comes and goes as it likes: where a connection to it
 * turns out to be one that it has left, the next is tried, and then a new one.
 */

/* After a second of silence nobody waits for it again for so long. */
#define HANDOVER_PAUSE_MS	1000

/* A connection to the daemon. */
struct daemon_line {
	int	fd;
	bool	used;		/* for another request before */
};

/*
 * Reaches the daemon.  ST_NOTFOUND: there is none, or it was silent just now, or
 * this response cannot be given away, as its body is not at its end.
 */
enum status handover_reach(struct call *c, struct daemon_line *line);
/* The line is not needed after all. */
void handover_leave(struct call *c, struct daemon_line *line);
/*
 * Gives the response away over that line, which is gone then in any case.  All
 * that comes before the first change after f->query was sent and flushed, `sent`
 * bytes of document among it; since=now is settled, in f->query, here.  Takes
 * HANDOVER_MS at most.
 *
 * ST_OK: it is the daemon's, c->x is given and nothing may be written any
 * more.  ST_BUSY: nobody should hold it, as without a slot.  ST_NOTFOUND: it
 * is the caller's still, to be held here.
 */
enum status handover_give(struct daemon_line *line, struct call *c,
    const struct claim *claim, struct feed *f, int64_t sent);
/*
 * Tells the daemon, which asked for a WebSocket, what it may hold: the answer
 * is that of the whole request.
 */
enum status handover_tell(struct call *c, const struct claim *claim,
    struct feed *f);

/*
 * Has the daemon pass a signal on.  ST_NOTFOUND: the peer that it is for, or
 * from, is not there; ST_BUSY; ST_GONE: there is no daemon.
 */
enum status handover_signal(struct call *c, const struct signal *s);

/* Whether a daemon takes WebSockets now; it is not disturbed. */
bool handover_has_sockets(const struct config *config);

#endif
