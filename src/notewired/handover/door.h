#ifndef NOTEWIRED_HANDOVER_DOOR_H
#define NOTEWIRED_HANDOVER_DOOR_H

#include <stdbool.h>
#include <sys/queue.h>

#include "notewired/handover/held.h"
#include "notewired/loop/listener.h"

/*
 * Where responders hand their connections over: a listening SOCK_SEQPACKET
 * socket (handover.h of src/proto tells the three steps).
 */
struct door {
	struct listener	 listener;
	struct holder	*holder;
	TAILQ_HEAD(, guest) resting;	/* who have handed over, and may again;
					   the longest first */
	int64_t		 rests;		/* how many those are */
	int64_t		 guests;	/* all others: in the middle of it */
	bool		 closed;
	uid_t		 uids[16];	/* who may, beside the own user */
	size_t		 uids_n;
};

/*
 * Reads who may hand over, config->handover_uids.  ST_INVALID: no such user, or
 * too many; logged.
 */
enum status door_init(struct door *d);
/* Listens on that socket, which is the door's from now on. */
enum status door_open(struct door *d, int fd);
/* Takes nobody in any more, and nothing more from who was in it before. */
void door_close(struct door *d);

#endif
