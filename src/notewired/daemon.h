#ifndef NOTEWIRED_DAEMON_H
#define NOTEWIRED_DAEMON_H

#include "notewired/control.h"
#include "notewired/handover/door.h"
#include "notewired/loop/loop.h"
#include "notewired/socket/direct.h"
#include "notewired/socket/websock.h"
#include "notewired/status.h"

/* The parts, put together around the event loop. */
struct daemon {
	struct config		*config;
	/* Loads it anew; false: it is wrong, which has been told. */
	bool			(*load)(void *arg, struct config *out);
	void			*load_arg;
	struct store		*store;
	struct loop		 loop;
	struct tally		 tally;
	struct hub		 hub;
	struct holder		 holder;
	struct door		 door;
	struct control		 control;
	struct statuses		 status;
	struct websocks		 websocks;
	struct directs		 directs;
	struct heritage		 heritage;	/* what we began with */
	int			 lock;		/* one daemon a data directory */
	bool			 draining;
	struct timer		 openers;	/* while a drain waits for them */
	struct timer		 late;		/* for a drain */
	struct timer		 alive;		/* while a watchdog waits */
};

/*
 * Opens everything; the sockets stand when this returns.  `load` is the
 * caller's to set before, all else is zero.  With `take_over` the daemon that
 * serves the data directory now is asked for its sockets and drains, where there
 * is one; without, ST_BUSY.  Else what store_open and the sockets answer.
 * daemon_close is due in any case.
 */
enum status daemon_open(struct daemon *d, struct config *config,
    bool take_over);
/* Serves until a signal ends it, and all streams have been ended. */
void daemon_run(struct daemon *d);
void daemon_close(struct daemon *d);
/* Reads anew what can change (SIGHUP); if it is wrong all stays as it was. */
void daemon_reread(struct daemon *d);

#endif
