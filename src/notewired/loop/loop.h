#ifndef NOTEWIRED_LOOP_LOOP_H
#define NOTEWIRED_LOOP_LOOP_H

#include <uv.h>

#include "notewired/loop/peers.h"
#include "notewired/loop/wheel.h"

/*
 * The event loop (libuv): the one thread that holds sockets.  What its owner
 * does comes in turns; at the end of each what was closed is swept.
 */
struct loop {
	struct peers	 peers;
	struct wheel	 wheel;
	/* The owner's; each may be NULL. */
	void		(*mail)(void *arg);	/* after loop_wake */
	bool		(*walk)(void *arg);	/* a slice of work beside input;
						   whether there is more */
	void		(*sweep)(void *arg);	/* a turn is over */
	void		(*signal)(void *arg, int number);
	void		*arg;
	int64_t		 turns;
	/* this file's own */
	uv_loop_t	 uv;
	uv_poll_t	 ready;
	uv_async_t	 woken;
	uv_timer_t	 tick;
	uv_idle_t	 walking;	/* the loop does not sleep then */
	uv_signal_t	 signals[3];	/* TERM, INT, HUP */
	bool		 open;
};

/* ST_NOMEM, ST_BUSY, ST_IO; loop_close is due in any case. */
enum status loop_open(struct loop *l);
/* Closes whatever connections are left, too. */
void loop_close(struct loop *l);
/* Runs until loop_stop. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);
/* From any thread: `mail` is to be called. */
void loop_wake(struct loop *l);

#endif
