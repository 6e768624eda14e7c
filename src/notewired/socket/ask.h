#ifndef NOTEWIRED_SOCKET_ASK_H
#define NOTEWIRED_SOCKET_ASK_H

#include "base/buf.h"
#include "notewired/loop/peer.h"
#include "notewired/loop/wheel.h"
#include "proto/fcgi_client.h"

/* Requests of our own to the responder, over its FastCGI socket. */
struct ask;

struct asks {
	struct peers	*peers;
	struct wheel	*wheel;
	char		 path[108];	/* as long as a Unix socket's may be */
};

/*
 * The answer, which is the ask's own; NULL: none came in time, or none that
 * could be read.  The ask is gone when this returns.
 */
typedef void ask_done(void *arg, const struct fcgi_answer *answer);

/*
 * Sends a request as fcgi_client.h makes it.  `done` is called later, never
 * from here.  NULL: nobody can be asked now.
 */
struct ask *ask_new(struct asks *all, const struct buf *request,
    ask_done *done, void *arg);
/* The answer is not wanted any more.  Accepts NULL. */
void ask_free(struct ask *a);

#endif
