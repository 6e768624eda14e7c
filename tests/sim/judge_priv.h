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

/*
 * The first row of a query as text, or what SQLite says; "" for no row.
 * `arg` is its one parameter; NULL: it has none.
 */
void trial_ask(struct trial *t, const char *sql, const char *arg,
    char out[100]);

/* What the store shows of each board is what it has to be (judge_board.c). */
void judge_boards(struct trial *t);
void judge_files(struct trial *t);

#endif
