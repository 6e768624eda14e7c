#ifndef SIM_JUDGE_H
#define SIM_JUDGE_H

#include <stddef.h>
#include <stdint.h>

#include "trace.h"

/* What can be wrong with a store after the power came back. */
enum fault {
	FAULT_NONE,
	FAULT_OPEN,		/* it does not open */
	FAULT_DAMAGED,		/* integrity_check or foreign_key_check say so */
	FAULT_LOST,		/* a batch that was answered is not there */
	FAULT_HALF,		/* something of a batch is not as it should be */
	FAULT_LOG,		/* a board's log is not dense */
	FAULT_EPOCH,		/* cursors that were given out are no more */
	FAULT_FILE,		/* an attachment is torn or gone */
	FAULT_REPLAY,		/* a key was forgotten */
	FAULT_WRITE,		/* nothing can be written any more */
	FAULT_SIM,		/* not the store's: this program failed */
	FAULT_COUNT
};

struct verdict {
	enum fault	fault;
	uint32_t	answered;	/* batches that had to be there */
	uint32_t	asked;		/* those that could be, and … */
	uint32_t	found;		/* … are */
	char		why[200];
};

/*
 * Opens the store below `base` and looks whether it holds what it has to,
 * when the power went before the operation numbered `cut`.  Writes into it.
 * Stops at the first fault.
 */
void judge(const struct trace *t, size_t cut, const char *base,
    struct verdict *v);

#endif
