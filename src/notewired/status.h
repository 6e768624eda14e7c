#ifndef NOTEWIRED_STATUS_H
#define NOTEWIRED_STATUS_H

#include "notewired/hub/hub.h"
#include "notewired/loop/listener.h"
#include "sandbox/sandbox.h"

/*
 * How the daemon does, for people and for Prometheus: GET /health and GET
 * /metrics on a local socket, HTTP/1.0 as curl --unix-socket speaks it.
 */
struct statuses {
	struct listener		 listener;
	const struct tally	*tally;
	const struct hub	*hub;
	const int64_t		*turns;
	const bool		*draining;
	struct sandbox		 sandbox;	/* that the process is in */
};

/* Listens on that socket, which is this one's from now on. */
enum status status_open(struct statuses *s, int fd);
void status_close(struct statuses *s);

#endif
