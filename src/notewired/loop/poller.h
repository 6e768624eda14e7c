#ifndef NOTEWIRED_LOOP_POLLER_H
#define NOTEWIRED_LOOP_POLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/*
 * Which descriptors are ready: one descriptor that the event loop polls, and
 * behind it all the others, each told of once per edge.  Only this file's other
 * half (poller_epoll.c) knows the system's own interface.
 */
struct poller {
	int	fd;		/* readable when something is ready */
};

/* A descriptor and which of its lives: numbers are used again. */
struct poller_key {
	int		fd;
	uint32_t	life;
};

enum {
	READY_IN = 1,		/* bytes, a connection, or the end of input */
	READY_OUT = 2,		/* room again */
	READY_HALF = 4,		/* the peer sends no more */
	READY_GONE = 8,		/* hung up, or broken */
};

typedef void poller_fn(void *arg, struct poller_key key, unsigned ready);

/* ST_NOMEM, ST_BUSY (no descriptors left), ST_IO; logged. */
enum status poller_open(struct poller *w);
void poller_close(struct poller *w);
/*
 * Watches until the descriptor is closed.  `edge`: told once each time
 * something comes; else as long as there is input.  Of room nothing is told
 * yet.  ST_INVALID: nothing that can be watched (a regular file); ST_NOMEM.
 */
enum status poller_add(struct poller *w, struct poller_key key, bool edge);
/*
 * From now on room is told of or not.  What is there now is an edge again, told
 * of with the next batch, behind all that wait.  ST_NOMEM.
 */
enum status poller_again(const struct poller *w, struct poller_key key,
    bool room);
/* Stops watching without closing; also needed where another has it open. */
void poller_remove(struct poller *w, int fd);
/* Shows what is ready, a batch at most; whether there may be more. */
bool poller_drain(struct poller *w, poller_fn *fn, void *arg);

#endif
