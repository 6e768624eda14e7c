#ifndef NOTEWIRED_HUB_HISTOGRAM_H
#define NOTEWIRED_HUB_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* How often something took how long, as Prometheus' histograms tell it. */
#define HISTOGRAM_BUCKETS	12

struct histogram {
	int64_t	took[HISTOGRAM_BUCKETS];	/* at most so long, each alone */
	int64_t	longer;				/* than all of them */
	int64_t	sum_us;
};

void histogram_add(struct histogram *h, int64_t us);
/* Appends name_bucket{le="…"}, name_sum and name_count, in seconds. */
void histogram_print(const struct histogram *h, struct buf *b,
    const char *name);

#endif
