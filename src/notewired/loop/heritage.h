#ifndef NOTEWIRED_LOOP_HERITAGE_H
#define NOTEWIRED_LOOP_HERITAGE_H

#include "base/listen.h"
#include "base/status.h"

/* Addresses of TCP, at most. */
#define HEIRS_TCP	8

/*
 * What a daemon has that its successor goes on with: the lock on the data
 * directory, and its listening sockets, in which clients may be waiting.  They
 * come from the one before, over its control socket, or from an init system
 * (sd_listen_fds(3): LISTEN_FDS, and LISTEN_FDNAMES with the names below).
 */
enum heirloom {
	HEIR_LOCK = 0,		/* "lock" */
	HEIR_CONTROL,		/* "control" */
	HEIR_HANDOVER,		/* "handover" */
	HEIR_STATUS,		/* "status" */
	HEIR_HTTP,		/* "http" */
	HEIR_TCP,		/* "tcp", which may come several times */
	HEIRS = HEIR_TCP + HEIRS_TCP
};

struct heritage {
	int	fd[HEIRS];	/* -1: none */
};

void heritage_init(struct heritage *h);
/* Closes what nobody took. */
void heritage_fini(struct heritage *h);
/* That descriptor, the caller's from now on; -1. */
int heritage_take(struct heritage *h, enum heirloom which);
/* Of those for TCP the one that listens there. */
int heritage_take_at(struct heritage *h, const struct listen_address *at);

/* Takes what an init system has passed.  ST_INVALID: its names; logged. */
enum status heritage_of_init(struct heritage *h);
/*
 * Asks the daemon whose control socket that is for all it has.  From then on it
 * takes nobody in any more, and drains.  ST_NOTFOUND: nobody answers there;
 * ST_TIMEOUT, ST_INVALID, ST_TOOBIG; logged.
 */
enum status heritage_ask(struct heritage *h, const char *path);
/* The other side of that: sends copies of all there is. */
enum status heritage_give(const struct heritage *h, int to);

#endif
