#include "fan_pass.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
fan_pass_begin(struct fan_pass *p, struct fan_counts *life)
{
	life->delivered += p->counts.delivered;
	life->missing += p->counts.missing;
	life->twice += p->counts.twice;
	life->other += p->counts.other;
	life->bytes += p->counts.bytes;
	memset(p, 0, sizeof(*p));
}

void
fan_pass_time(struct fan_pass *p, int64_t ns)
{
	fan_times_add(&p->times, ns);
	fan_times_add(&p->of_round, ns);
}

void
fan_pass_round(struct fan_pass *p)
{
	fan_times_add(&p->rounds_p99, fan_times_quantile(&p->of_round, 0.99));
	memset(&p->of_round, 0, sizeof(p->of_round));
}

void
fan_pass_print(const struct fan_pass *p, int64_t changes)
{
	const struct fan_counts *c = &p->counts;

	(void)printf("pass changes=%" PRId64 " delivered=%" PRIu64
	    " missing=%" PRIu64 " twice=%" PRIu64 " other=%" PRIu64
	    " bytes=%" PRIu64, changes, c->delivered, c->missing, c->twice,
	    c->other, c->bytes);
	(void)printf(" median_ns=%" PRId64 " p99_ns=%" PRId64
	    " round_ns=%" PRId64 "\n", fan_times_quantile(&p->times, 0.5),
	    fan_times_quantile(&p->times, 0.99),
	    fan_times_quantile(&p->rounds_p99, 0.5));
	(void)fflush(stdout);
}
