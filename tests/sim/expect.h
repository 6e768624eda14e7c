#ifndef SIM_EXPECT_H
#define SIM_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "script.h"
#include "trace.h"

/*
 * What a store has to hold after a trace was cut off: all that was answered
 * before.  A batch that was asked and not answered may be there, whole.
 */
struct batch {
	uint32_t		 thread;
	uint64_t		 number;
	const struct step	*steps;		/* NULL: no batch */
	size_t			 n;
};

/* A board, and its log as far as its numbers were told. */
struct expected_board {
	uint32_t		  number;
	bool			  there;	/* it was not deleted */
	int64_t			  rows;
	const struct step	**steps;	/* by seq; NULL: not known */
	size_t			  steps_n;
};

struct expected {
	struct own		 owns[SCRIPT_THREADS];
	struct batch		*answered;
	size_t			 answered_n;
	struct batch		 asked[SCRIPT_THREADS];	/* and not answered */
	struct expected_board	*boards;
	size_t			 boards_n;
	char			 epoch[EPOCH_SIZE];	/* "": none told */
};

/* Without memory the process ends. */
struct expected *expected_new(const struct trace *t, size_t cut);
void expected_free(struct expected *e);
/* The thread's batch that was asked and not answered is there after all. */
void expected_add(struct expected *e, uint32_t thread);

/* The step whose key tells whether the batch is there. */
const struct step *batch_key(const struct batch *b);

#endif
