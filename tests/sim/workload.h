#ifndef SIM_WORKLOAD_H
#define SIM_WORKLOAD_H

#include <stdint.h>

#include "store/store.h"

/* How the store is run: as it is, or with something taken from it. */
enum workload_mode {
	WORKLOAD_FULL,
	WORKLOAD_NORMAL,	/* SQLite does not sync at every commit */
	WORKLOAD_DEAF,		/* attachments are never synced */
};

/* The folder that the store makes in its base. */
#define WORKLOAD_DATA	"data"

struct workload {
	const char		*base;		/* an empty folder */
	const char		*trace;		/* the file to write */
	uint64_t		 seed;
	enum workload_mode	 mode;
	uint32_t		 batches;	/* of all threads together */
};

/* The options of a store in base/WORKLOAD_DATA; `dir` is the path's room. */
struct store_options workload_store(const char *base, char dir[256]);

/*
 * Runs some threads, as many as the seed says, against a new store, once
 * closes and opens it in between, and records it all.  Not to be called twice
 * by one process.  0, or -1 after saying on stderr what went wrong.
 */
int workload_run(const struct workload *w);

#endif
