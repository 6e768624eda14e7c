#ifndef TESTS_BENCH_FAN_TIMES_H
#define TESTS_BENCH_FAN_TIMES_H

#include <stdint.h>

/*
 * How long many things took, counted in classes that are 1/128 of an octave
 * apart and more, so that millions need no more room than a few.
 */
#define TIMES_PART	7			/* bits kept below the first */
#define TIMES_CLASSES	((64 - TIMES_PART) << TIMES_PART)

struct fan_times {
	uint64_t	n;
	uint32_t	classes[TIMES_CLASSES];
};

/* Nanoseconds; below 0 counts as 0. */
void fan_times_add(struct fan_times *t, int64_t ns);
/* The least time that so great a share took at most; 0 when there are none. */
int64_t fan_times_quantile(const struct fan_times *t, double share);

#endif
