#ifndef NOTEWIRED_HANDOVER_DOOR_H
#define NOTEWIRED_HANDOVER_DOOR_H

#include "notewired/handover/held.h"
#include "notewired/loop/listener.h"

/*
 * Where responders hand their connections over: a listening SOCK_SEQPACKET
 * socket (handover.h of src/proto tells the three steps).
 */
struct door {
	struct listener	 listener;
	struct holder	*holder;
	int64_t		 guests;	/* in the middle of it */
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
/* Takes nobody in any more. */
void door_close(struct door *d);

#endif
