#ifndef NOTEWIRED_OPENING_H
#define NOTEWIRED_OPENING_H

#include "notewired/listener.h"
#include "proto/ws_upgrade.h"

/*
 * Connections that are to become WebSockets: until its request's head is whole
 * and decided about, each is one of these.
 */
struct opening;

/* Where they come in. */
struct openings {
	struct listener	 listener;
	int64_t		 timeout_ms;	/* for a head */
	int64_t		 max;		/* at the same time */
	/* A proper upgrade: to be accepted or refused, at once or later. */
	void		(*ready)(void *arg, struct opening *o);
	/* One has left that was to be decided about, as opening_wait said. */
	void		(*left)(void *waiter);
	void		*arg;
	int64_t		 n;
};

/* Listens on that socket, which is this one's from now on. */
enum status openings_open(struct openings *all, int fd);
void openings_close(struct openings *all);

const struct http_head *opening_head(const struct opening *o);
/* `waiter` will decide later; all->left is called if it comes to nothing. */
void opening_wait(struct opening *o, void *waiter);
/*
 * Answers with that status and JSON (RFC 9457), and closes: a client that still
 * sends is given the time to read it.
 */
void opening_refuse(struct opening *o, int status, const char *json,
    size_t len);
/*
 * Answers 101, and the connection is its new owner's, who looks at once
 * whether there is input; the opening is gone.  On failure (ST_IO, ST_CLOSED,
 * ST_NOMEM) the connection is closed as well.
 */
enum status opening_accept(struct opening *o, const char *protocol,
    const struct peer_kind *kind, void *owner, struct peer **out);

#endif
