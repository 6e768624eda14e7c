#ifndef TRANSFER_IMPORT_H
#define TRANSFER_IMPORT_H

#include "base/problem.h"
#include "codec/transfer.h"
#include "config/config.h"
#include "store/store.h"
#include "transfer/spool.h"

/*
 * A board on its way in.  Its text is spooled, then walked twice: the first
 * time everything is checked, so that a fault changes nothing; the second time
 * it is applied.  One that was cut short can be repeated: what is there is
 * skipped.
 */
struct import_count {
	int64_t	created;
	int64_t	skipped;
};

struct import {
	struct store		*store;
	const struct config	*config;	/* its limits, and the spool's place */
	const char		*board;
	int64_t			 actor;		/* access.link, 0 for none */

	/* what came of it */
	struct import_count	 notes;
	struct import_count	 files;
	struct problem		 problem;	/* of what was not taken */

	/* private */
	struct spool		 text;
	struct transfer_rules	 rules;
	const char		*chunk;		/* at hand … */
	int64_t			 chunk_at;	/* … and its place in the text */
	int64_t			 data_at;	/* the content of the next file */
	int64_t			 data_len;
};

/* The caller fills in the first four. */
void import_init(struct import *im);
void import_fini(struct import *im);
/* The next bytes.  ST_INVALID with im->problem: too many; ST_FULL, ST_IO … */
enum status import_add(struct import *im, const void *bytes, size_t n);
/*
 * All are there: checks and applies them.  ST_INVALID with im->problem: nothing
 * was changed; ST_NOTFOUND: no such board; the store's failures, after which
 * some of it may be there.
 */
enum status import_run(struct import *im);

#endif
