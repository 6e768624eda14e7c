#include "notewired/hub/histogram.h"

/* Upper bounds in microseconds, and in seconds as they are written. */
static const struct {
	int64_t		 us;
	const char	*seconds;
} bounds[HISTOGRAM_BUCKETS] = {
	{ 250, "0.00025" },
	{ 500, "0.0005" },
	{ 1000, "0.001" },
	{ 2500, "0.0025" },
	{ 5000, "0.005" },
	{ 10000, "0.01" },
	{ 25000, "0.025" },
	{ 50000, "0.05" },
	{ 100000, "0.1" },
	{ 250000, "0.25" },
	{ 1000000, "1" },
	{ 5000000, "5" },
};

void
histogram_add(struct histogram *h, int64_t us)
{
	size_t i = 0;

	while (i < HISTOGRAM_BUCKETS && us > bounds[i].us)
		i++;
	if (i < HISTOGRAM_BUCKETS)
		h->took[i]++;
	else
		h->longer++;
	h->sum_us += us;
}

void
histogram_print(const struct histogram *h, struct buf *b, const char *name)
{
	int64_t count = 0;
	size_t i;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		count += h->took[i];
		buf_addf(b, "%s_bucket{le=\"%s\"} %lld\n", name,
		    bounds[i].seconds, (long long)count);
	}
	count += h->longer;
	buf_addf(b, "%s_bucket{le=\"+Inf\"} %lld\n%s_sum %lld.%06lld\n"
	    "%s_count %lld\n", name, (long long)count, name,
	    (long long)(h->sum_us / 1000000), (long long)(h->sum_us % 1000000),
	    name, (long long)count);
}
