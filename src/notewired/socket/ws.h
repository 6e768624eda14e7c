#ifndef NOTEWIRED_SOCKET_WS_H
#define NOTEWIRED_SOCKET_WS_H

#include "base/buf.h"
#include "notewired/loop/peers.h"
#include "notewired/loop/wheel.h"
#include "proto/ws_frame.h"

/*
 * A WebSocket that is open (RFC 6455): messages in, messages out, pings
 * answered, and an end that both sides know of.  What the messages mean is its
 * kind's.
 */
struct ws;
struct opening_rest;

struct ws_kind {
	/* A whole message; the kind may end the socket, but not free it. */
	void	(*message)(struct ws *w, enum ws_opcode opcode,
		    const char *bytes, size_t len);
	/* The connection is closed; the last word about it. */
	void	(*closed)(struct ws *w);
};

/* What all WebSockets of the thread share. */
struct ws_house {
	const struct ws_kind *kind;
	struct peers	*peers;
	struct wheel	*wheel;
	size_t		 max_message;
	int64_t		 ping_ms;	/* 0: none are sent */
	int64_t		 pong_ms;
	char		*input;		/* WS_INPUT bytes: what was just read */
	struct buf	 pongs;
};

#define WS_INPUT	((size_t)64 << 10)

enum ws_state {
	WS_OPEN = 0,
	WS_CLOSING,		/* our close frame is out, or waits to go */
	WS_ENDED,		/* both are: waiting for the client to hang up */
};

struct ws {
	struct ws_house		*house;
	struct peer		*peer;
	struct buf		*message;	/* one that has begun */
	char			*control;	/* a control frame that has */
	struct timer		 timer;
	struct ws_in		 in;
	uint8_t			 state;		/* enum ws_state */
	uint8_t			 control_len;
	bool			 asked;		/* a ping is out, unanswered */
	bool			 farewell;	/* the client ended it, and as one
						   who goes away */
	bool			 paused;	/* nothing is read while it takes
						   nothing */
};

/* ST_NOMEM. */
enum status ws_house_init(struct ws_house *h, const struct ws_kind *kind);
void ws_house_fini(struct ws_house *h);

/* What the peer's kind is to call, whoever its owner is. */
void ws_look(struct ws *w);
void ws_room(struct ws *w);
void ws_gone(struct ws *w);

/* `w` is the kind's, with peer and house set. */
void ws_begin(struct ws *w);
/*
 * Its kind has sent what comes first; now it hears what came behind its
 * request, whose bytes are freed.  The socket may be gone then.
 */
void ws_go_on(struct ws *w, struct opening_rest *rest);
/* Sends one whole message.  ST_CLOSED, ST_NOMEM: it is broken, and ends soon. */
enum status ws_send(struct ws *w, enum ws_opcode opcode, const char *bytes,
    size_t len);
/*
 * Says why it ends.  The client answers and hangs up, or is cut off after a
 * while; then it is `closed`.
 */
void ws_end(struct ws *w, unsigned code, const char *reason);

#endif
