#ifndef NOTEWIRED_DOOR_H
#define NOTEWIRED_DOOR_H

#include "notewired/held.h"

/*
 * Where responders hand their connections over: a listening SOCK_SEQPACKET
 * socket (handover.h of src/proto tells the three steps).
 */
struct door {
	struct holder	*holder;
	struct peers	*peers;
	struct wheel	*wheel;
	struct peer	*listener;
	int64_t		 guests;	/* in the middle of it */
	uid_t		 uids[16];	/* who may, beside the own user */
	size_t		 uids_n;
};

/*
 * Listens at `path`; who may hand over is config->handover_uids.  ST_INVALID:
 * no such user, or too many; ST_TOOBIG: the path; ST_DENIED, ST_IO …; logged.
 */
enum status door_open(struct door *d, const char *path);
/* Takes nobody in any more. */
void door_close(struct door *d);

#endif
