#ifndef NOTEWIRED_HUB_TALLY_H
#define NOTEWIRED_HUB_TALLY_H

#include <stdint.h>

#include "notewired/hub/histogram.h"
#include "proto/handover.h"

/* What the daemon counts, for /metrics; only the thread of the loop does. */
struct tally {
	int64_t	held;		/* at the moment, WebSockets too */
	int64_t	held_by[HANDOVER_FEEDS];
	int64_t	handovers;	/* taken */
	int64_t	handshakes;	/* that opened a WebSocket */
	int64_t	refused;	/* not taken: a limit, a stranger, nonsense */
	int64_t	changes;	/* that came from the log */
	int64_t	frames;		/* sent to readers */
	int64_t	misses;		/* readers that the ring did not have */
	int64_t	resets;
	int64_t	members;	/* of boards, at the moment */
	int64_t	signals;	/* passed on, presence too */
	int64_t	stuck;		/* ended since they took nothing */
	/* from when the loop hears of news to when all who are not stuck have
	   been sent them */
	struct histogram fanout;
};

#endif
