#ifndef NOTEWIRED_LOOP_WHEEL_H
#define NOTEWIRED_LOOP_WHEEL_H

#include <stdint.h>

/*
 * Timers of ten thousand readers, after the hashed wheel of Varghese and Lauck
 * (SOSP 1987, scheme 6): to set, to clear and to let pass costs the same however
 * many there are.  Times are monotonic milliseconds; one fires within
 * WHEEL_TICK_MS after its time, never before.
 */
#define WHEEL_TICK_MS	40
#define WHEEL_SLOTS	512

struct timer {
	struct timer	 *next;
	struct timer	**link;		/* what points here; NULL: not set */
	int64_t		  at;
	void		(*fire)(struct timer *t, int64_t now);
};

struct wheel {
	struct timer	*slot[WHEEL_SLOTS];
	int64_t		 tick;		/* the last one that has passed */
};

void wheel_init(struct wheel *w, int64_t now);
/* Sets it anew; a time in the past fires at the next tick. */
void wheel_set(struct wheel *w, struct timer *t, int64_t at);
/* Accepts one that is not set. */
void wheel_clear(struct timer *t);
/*
 * Takes out every timer whose time has come and fires it; that may set or clear
 * any timer.
 */
void wheel_run(struct wheel *w, int64_t now);

#endif
