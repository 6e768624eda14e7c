#ifndef SIM_JUDGE_PRIV_H
#define SIM_JUDGE_PRIV_H

#include <stdbool.h>

#include <sqlite3.h>

#include "expect.h"
#include "judge.h"
#include "store/store.h"

struct trial {
	struct expected	*e;
	struct store	*store;
	sqlite3		*raw;		/* reads only */
	struct verdict	*v;
};

/* Writes the verdict down; the first one stays. */
void trial_fault(struct trial *t, enum fault fault, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Whether no fault was found yet. */
bool trial_fine(const struct trial *t);

/* What the store shows of each board is what it has to be (judge_board.c). */
void judge_boards(struct trial *t);

#endif
