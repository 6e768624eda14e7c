#ifndef NOTEWIRE_NET_WEBSOCKET_H
#define NOTEWIRE_NET_WEBSOCKET_H

#include "base/buf.h"
#include "base/status.h"
#include "notewire/net/http.h"
#include "proto/ws_frame.h"

#define WEBSOCKET_PROTOCOL	"notewire.v1"
#define WEBSOCKET_PIECE		((size_t)16 << 10)

/* A WebSocket as a client has it, over a connection of http.h. */
struct websocket {
	struct http	*http;
	unsigned	 code;		/* of the close that came, or 0 */
	char		 reason[WS_CONTROL_MAX + 1];
	int		 refused;	/* the HTTP status that came instead, or 0 */
	/* private */
	struct ws_in	 in;
	struct buf	 message;
	struct buf	 control;
	char		 piece[WEBSOCKET_PIECE];
	size_t		 at;
	size_t		 have;
};

/*
 * Opens it at the URL (http or https).  ST_DENIED: refused, see `refused`;
 * ST_INVALID: what answers speaks something else; ST_CLOSED, ST_TIMEOUT, ST_NOMEM.
 * The caller calls websocket_fini in any case.
 */
enum status websocket_open(struct websocket *w, struct http *http,
    const char *url, const char *token);
/*
 * The same with more lines of the head, which a NULL ends, in the place of the
 * token.
 */
enum status websocket_open_as(struct websocket *w, struct http *http,
    const char *url, const char *const *lines);
void websocket_fini(struct websocket *w);
/* Sends a message of text.  ST_CLOSED, ST_IO, ST_NOMEM. */
enum status websocket_say(struct websocket *w, const char *text);
/*
 * The next text message, good until the next call; pings are answered.
 * ST_TIMEOUT: nothing came for so long; ST_CLOSED, see `code`; ST_INVALID: not
 * the protocol, or no text.
 */
enum status websocket_next(struct websocket *w, int timeout_ms,
    const struct buf **message);

#endif
