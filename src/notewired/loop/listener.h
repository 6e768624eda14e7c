#ifndef NOTEWIRED_LOOP_LISTENER_H
#define NOTEWIRED_LOOP_LISTENER_H

#include "notewired/loop/peers.h"
#include "notewired/loop/wheel.h"

/*
 * A listening socket.  When the process has no descriptors left, those who
 * wait are let in by a reserve and closed at once, which tells them more than
 * silence would, and the listener rests for a moment instead of being told of
 * them for ever.
 */
struct listener {
	struct peers	*peers;
	struct wheel	*wheel;
	const char	*name;		/* for the log */
	/* Takes the connection; false: it is to be closed. */
	bool		(*let_in)(void *arg, int fd);
	void		*arg;
	/* this file's own */
	struct peer	*peer;
	struct timer	 rest;
	int		 fd;
	int		 reserve;
	bool		 told;		/* of the shortage, until it is over */
};

/* Before anything else, so that listener_close may be called in any case. */
void listener_init(struct listener *l);
/* Listens; the descriptor is the listener's from now on, even on failure. */
enum status listener_open(struct listener *l, int fd);
void listener_close(struct listener *l);

#endif
