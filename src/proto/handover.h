#ifndef PROTO_HANDOVER_H
#define PROTO_HANDOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/record.h"
#include "base/str.h"

/*
 * How the responder hands a response that lasts over to the daemon.  It has
 * authorised the request, and sent the head and what comes before the first
 * change.  Over one SOCK_SEQPACKET connection:
 *
 * 1. The responder sends one message, and the client's descriptor with it
 *    (SCM_RIGHTS).
 * 2. The daemon answers with one byte within HANDOVER_MS: HANDOVER_TAKEN, it will
 *    hold it; HANDOVER_BUSY, somebody has too many already, so nobody should.
 *    Anything else, or nothing: the responder holds it itself.
 * 3. The responder sends HANDOVER_GO and closes its copy of the descriptor.  Only
 *    from then on does the daemon read it, write to it or change its mode;
 *    without that byte it lets go.  So an answer that comes too late cannot make
 *    two writers.
 *
 * Then the connection is free for the next message.  Either side may close it
 * between two; a message that is not read when it is closed was not said
 * (ECONNRESET), and goes over another.
 *
 * The message is text: "notewire-hold 2", then lines of name=value, all there,
 * each once, in any order.
 *
 * A WebSocket comes the other way: the daemon has the connection, and asks the
 * responder for `GET /boards/{b}/changes` with what the client sent and with
 * HANDOVER_PARAM; the answer's body is such a message, or its status says why
 * not.  What the client says later it plays as `POST /boards/{b}/ops` with the
 * claim that it was given (HANDOVER_CLAIM).  Both parameters count only on a
 * connection of the data directory's owner.
 *
 * A signal (codec/signal.h) is one message as well, without a descriptor, and
 * answered by HANDOVER_TAKEN, HANDOVER_BUSY or, where it is for or from a peer
 * that is not there, HANDOVER_NOBODY.
 */
#define HANDOVER_PARAM	"NOTEWIRE_SOCKET"
#define HANDOVER_CLAIM	"NOTEWIRE_CLAIM"
#define HANDOVER_TYPE	"application/vnd.notewire.hold"

#define HANDOVER_TAKEN	'A'
#define HANDOVER_BUSY	'B'
#define HANDOVER_NOBODY	'N'
#define HANDOVER_GO	'G'
#define HANDOVER_MS	1000
/* No message is longer. */
#define HANDOVER_MAX	2048

enum handover_kind {
	HANDOVER_FCGI = 0,	/* a FastCGI connection */
	HANDOVER_CGI,		/* standard output of a CGI run */
	HANDOVER_SOCKET,	/* a WebSocket, which the daemon has already */
};

enum handover_feed {
	HANDOVER_LONGPOLL = 0,
	HANDOVER_EVENTSOURCE,
	HANDOVER_CONTINUOUS,
	HANDOVER_HTMLFILE,
	HANDOVER_WEBSOCKET,
	HANDOVER_FEEDS
};

/* As it stands in the message. */
const char *handover_feed_name(enum handover_feed feed);

/* What the reader's rights come from. */
enum handover_claim {
	HANDOVER_LINK = 0,	/* SHA-256 of a link's token */
	HANDOVER_SESSION,	/* SHA-256 of a session's handle */
	HANDOVER_ROW,		/* a link's row in the store */
};

struct handover {
	enum handover_kind	kind;
	enum handover_feed	feed;
	enum handover_claim	claim;
	enum role		role;
	bool			docs;
	uint16_t		request;	/* FastCGI's id, 1 …; 0 for CGI */
	char			board[ID_SIZE];
	char			nonce[ID_SIZE];	/* of a forever frame, or "" */
	char			peer[ID_SIZE];	/* as the others know it; "": hears
						   no signals */
	struct cursor		after;		/* epoch "": from the beginning */
	int64_t			limit;		/* rows of a long-poll */
	int64_t			heartbeat_ms;
	int64_t			timeout_ms;	/* of a long-poll */
	int64_t			retry_min_ms;
	int64_t			retry_max_ms;
	int64_t			sent;		/* bytes of the document so far */
	int64_t			expires_at;	/* wall clock; 0: never */
	int64_t			row;		/* for HANDOVER_ROW */
	unsigned char		digest[32];	/* for the other two */
	uint64_t		owner_address;	/* tell people apart; 0: does */
	uint64_t		owner_session;	/* not count */
};

/* Appends the message. */
void handover_print(struct buf *b, const struct handover *h);
/* Reads a whole message strictly.  ST_INVALID; then `*h` is all zero. */
enum status handover_parse(const char *bytes, size_t n, struct handover *h);

/* Appends the claim alone: "row:12", "link:…" or "session:…" with a digest. */
void handover_print_claim(struct buf *b, const struct handover *h);
/* Reads that into claim, row and digest.  ST_INVALID. */
enum status handover_parse_claim(const char *text, struct handover *h);

#endif
