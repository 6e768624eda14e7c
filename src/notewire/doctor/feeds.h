#ifndef NOTEWIRE_DOCTOR_FEEDS_H
#define NOTEWIRE_DOCTOR_FEEDS_H

#include <stdint.h>

#include "notewire/doctor/check.h"

/* Held feeds, for more than one family of checks. */

/* Heartbeats that are asked for: the fewest there are, and the most. */
#define FEED_LONG_BEAT	"60000"
#define FEED_SHORT_BEAT	"1000"

/* Opens a feed after that cursor, or from "now"; `rest` is more of the query. */
struct exchange *feed_open(struct doctor *d, const char *feed,
    const char *rest, const char *after);
/*
 * Reads up to the heartbeat that proves that the path streams; how far it came
 * after the frame before it, in microseconds; or -1, and told of.
 */
int64_t feed_two_frames(struct doctor *d, struct exchange *e);

#endif
