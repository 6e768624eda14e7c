#ifndef NOTEWIRED_HUB_QUOTA_H
#define NOTEWIRED_HUB_QUOTA_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/*
 * How many each of many has: addresses, sessions.  A key is a number that tells
 * them apart; 0 does not count.
 */
struct quota_entry {
	uint64_t	key;		/* 0: free */
	uint32_t	count;
};

struct quota {
	struct quota_entry	*at;	/* open addressing, linear probes */
	size_t			 cap;	/* a power of two, or 0 */
	size_t			 n;
	int64_t			 max;	/* for each */
};

void quota_init(struct quota *q, int64_t max);
void quota_fini(struct quota *q);
/* One more.  ST_LIMIT: it has as many as it may; ST_NOMEM. */
enum status quota_take(struct quota *q, uint64_t key);
/* One less, of a key that has one. */
void quota_give(struct quota *q, uint64_t key);

#endif
