#ifndef SIM_CONTENT_H
#define SIM_CONTENT_H

#include <stddef.h>

#include "rng.h"
#include "trace.h"

/* A disk writes so many bytes or none of them. */
#define SECTOR	((size_t)512)

/* The bytes of one file; all zero is an empty one. */
struct content {
	unsigned char	*data;
	size_t		 len;
};

void content_fini(struct content *c);

/* Does a TRACE_WRITE or TRACE_RESIZE.  Ends the process without memory. */
void content_apply(struct content *c, const struct trace_op *op);

/* What became of the writes that no sync had covered. */
enum fate {
	FATE_NONE,		/* there were none */
	FATE_KEPT,		/* all are there */
	FATE_LOST,		/* none is */
	FATE_MIXED,
};

/*
 * The power goes while `c` is on the disk and the operations are not yet:
 * of the versions that each sector had since then, any one is there; one of
 * the sectors of a longer write may be torn; the length is one that the file
 * had; and what was never written inside that length is zero or anything.
 */
enum fate content_cut(struct content *c, const struct trace_op *const *ops,
    size_t n, struct rng *r);

#endif
