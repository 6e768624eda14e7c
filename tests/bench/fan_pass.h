#ifndef TESTS_BENCH_FAN_PASS_H
#define TESTS_BENCH_FAN_PASS_H

#include <stdint.h>

#include "fan_times.h"

/* What the subscribers got together in a pass, or in all of them. */
struct fan_counts {
	uint64_t	delivered;
	uint64_t	missing;
	uint64_t	twice;
	uint64_t	other;		/* frames that are no change */
	uint64_t	bytes;
};

struct fan_pass {
	struct fan_counts	counts;
	struct fan_times	times;
	struct fan_times	of_round;
	struct fan_times	rounds_p99;
};

/* Begins another pass; what the last one had is added to `life`. */
void fan_pass_begin(struct fan_pass *p, struct fan_counts *life);
/* A change took so long from its publication to its receipt. */
void fan_pass_time(struct fan_pass *p, int64_t ns);
void fan_pass_round(struct fan_pass *p);
/* Prints "pass changes=…" and so on, as fan_load.c says. */
void fan_pass_print(const struct fan_pass *p, int64_t changes);

#endif
