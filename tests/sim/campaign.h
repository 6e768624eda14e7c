#ifndef SIM_CAMPAIGN_H
#define SIM_CAMPAIGN_H

#include <stdint.h>

#include "judge.h"
#include "workload.h"

/*
 * Some recorded runs, each with many power cuts; each cut is judged in a
 * process of its own.  The cuts' seeds are `first` and those that follow.
 */
struct campaign {
	const char		*name;
	enum workload_mode	 mode;
	uint32_t		 first;
	uint32_t		 runs;
	uint32_t		 cuts;		/* of each run */
	uint32_t		 batches;	/* of each run */
	const char		*keep;		/* the folder for traces of runs
						   with a fault; NULL: keep none */
};

struct tally {
	uint32_t	cuts;
	uint32_t	checkpoints;	/* amid one: the database was not synced */
	uint32_t	torn_wals;	/* of its new sectors some were left */
	uint32_t	answered;	/* batches that were looked for */
	uint32_t	asked;		/* batches under way, and … */
	uint32_t	found;		/* … those that had become durable */
	uint32_t	faults[FAULT_COUNT];
	char		first[FAULT_COUNT][600];	/* how to see it again */
};

void campaign_run(const struct campaign *c, struct tally *out);

/* The cut of that seed in a trace that was kept; the store stays in `base`. */
void campaign_again(const char *trace, uint32_t seed, const char *base,
    struct verdict *v);

#endif
