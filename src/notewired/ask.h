#ifndef NOTEWIRED_ASK_H
#define NOTEWIRED_ASK_H

#include "base/buf.h"
#include "notewired/peer.h"
#include "notewired/wheel.h"
#include "proto/fcgi_client.h"

/* Requests of our own to the responder, over its FastCGI socket. */
struct ask;

struct asks {
	struct peers	*peers;
	struct wheel	*wheel;
	char		 path[108];	/* as long as a Unix socket's may be */
	int64_t		 n;		/* under way */
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
