#ifndef NOTEWIRED_SOCKET_ASK_H
#define NOTEWIRED_SOCKET_ASK_H

#include "base/buf.h"
#include "notewired/loop/peers.h"
#include "notewired/loop/wheel.h"
#include "proto/fcgi_client.h"

/*
 * Requests of our own to the responder, over its FastCGI socket.  They share a
 * few connections, which a responder has a thread each for: however many ask at
 * once, it has others left, and who cannot be asked for yet waits.
 */
struct ask;
struct line;

struct asks {
	struct peers	*peers;
	struct wheel	*wheel;
	char		 path[108];	/* as long as a Unix socket's may be */
	int64_t		 lines_max;	/* connections at the same time */
	int64_t		 idle_ms;	/* one that is not used is closed then */
	int64_t		 n;		/* answers that somebody waits for */
	/* this file's own */
	struct line	*idle;
	int64_t		 lines;		/* open */
	struct ask	*first;		/* who wait, in order */
	struct ask	*last;
	struct ask	*spare;		/* that are not in use */
	int		 spares;
};

/*
 * The answer, which is the ask's own; NULL: none came in time, or none that
 * could be read.  The ask is gone when this returns.
 */
typedef void ask_done(void *arg, const struct fcgi_answer *answer);

/*
 * Sends a request as fcgi_client.h makes it, or keeps a copy until its turn
 * comes.  `done` is called later, never from here.  NULL: nobody can be asked
 * now.
 */
struct ask *ask_new(struct asks *all, const struct buf *request,
    ask_done *done, void *arg);
/* The answer is not wanted any more.  Accepts NULL. */
void ask_free(struct ask *a);
/* None may be left that somebody waits for. */
void asks_fini(struct asks *all);

#endif
