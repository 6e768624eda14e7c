#ifndef CGI_CALL_HOLD_H
#define CGI_CALL_HOLD_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/status.h"
#include "config/config.h"

/*
 * How many responses may be held at once.  All programs on one data directory
 * share the slots: a slot is a byte of <dir>/holds under an open-file lock
 * (OFD, fcntl(2)), which the kernel takes back when its process dies, so who
 * holds is written there too, and believed only where the lock stands.  Each
 * process also keeps some threads for plain requests.
 */
struct holds {
	char		path[4096];
	int64_t		slots;
	int64_t		address_max;
	int64_t		session_max;
	int64_t		own_max;	/* of this process */
	_Atomic int64_t	own;
};

/* Who holds, as numbers that tell people apart; 0: does not count. */
struct hold_owner {
	uint64_t	address;
	uint64_t	session;
};

/* ST_TOOBIG: the path. */
enum status holds_init(struct holds *h, const struct config *config);

/*
 * Takes a slot for its owner; `*slot` is its descriptor, -1 on failure.
 * ST_BUSY: all are taken, or all that one owner may have; ST_IO, logged.
 */
enum status hold_take(struct holds *h, const struct hold_owner *owner,
    int *slot);
void hold_give(struct holds *h, int slot);

/* How many slots are taken, by all processes; -1 when that cannot be told. */
int64_t holds_taken(const struct holds *h);

#endif
