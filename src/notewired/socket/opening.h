#ifndef NOTEWIRED_SOCKET_OPENING_H
#define NOTEWIRED_SOCKET_OPENING_H

#include "base/buf.h"
#include "notewired/loop/listener.h"
#include "notewired/loop/tls.h"
#include "proto/ws_upgrade.h"

/*
 * Connections that are to become WebSockets: until its request's head is whole
 * and decided about, each is one of these.
 */
struct opening;

#define OPENING_ADDRESS	64

/* What came behind the request's head. */
struct opening_rest {
	struct buf	early;	/* with its end; mostly empty */
	bool		more;	/* there may be more in the socket */
};

/* Where they come in: through a web server, or at an address of our own. */
struct openings {
	struct listener	 listener;
	bool		 direct;	/* who connects is the client itself */
	struct tls_house *tls;		/* NULL: plain */
	int64_t		 tls_max;	/* connections by TLS, all together */
	int64_t		 timeout_ms;	/* for a head */
	int64_t		 max;		/* at the same time */
	/* A proper upgrade: to be accepted or refused, at once or later. */
	void		(*ready)(void *arg, struct opening *o);
	/* One has left that was to be decided about, as opening_wait said. */
	void		(*left)(void *waiter);
	void		*arg;
	int64_t		 n;
	/* Used ones: freed one by one among what lives long, they would leave
	   the memory full of holes. */
	struct opening	*spare;
	int		 spares;
};

/* Listens on that socket, which is this one's from now on. */
enum status openings_open(struct openings *all, int fd);
void openings_close(struct openings *all);
/* None may be left. */
void openings_fini(struct openings *all);

const struct http_head *opening_head(const struct opening *o);
/* Where it came in. */
const struct openings *opening_from(const struct opening *o);
/* Its numeric address, as of a direct client; "" for none. */
void opening_address(const struct opening *o, char out[OPENING_ADDRESS]);
/* `waiter` will decide later; all->left is called if it comes to nothing. */
void opening_wait(struct opening *o, void *waiter);
/*
 * Answers with that status and JSON (RFC 9457), and closes: a client that still
 * sends is given the time to read it.
 */
void opening_refuse(struct opening *o, int status, const char *json,
    size_t len);
/*
 * Answers 101, with what its new owner sends next (peer_send_first); the
 * connection is his, and the opening is gone.  `*rest`: whose bytes are his to
 * free, also.  NULL: the connection is closed as well, and there is none.
 */
struct peer *opening_accept(struct opening *o, const char *protocol,
    const struct peer_kind *kind, void *owner, struct opening_rest *rest);

#endif
