#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rng.h"
#include "step.h"

/*
 * What the threads of a run ask of the store: batches of steps.  Each thread
 * has notes, links and a board now and then of its own, so that what has to be
 * there after some batches of each is known, whatever the order in which the
 * threads came.
 */
#define SCRIPT_THREADS	6
#define SCRIPT_SHARED	2	/* boards 1 … are everybody's and stay */
#define SCRIPT_NOTES	16	/* of a thread on these */
#define SCRIPT_PRIVATE	4	/* and more on a board of its own */
#define SCRIPT_FILES	6	/* attachments of a thread at a time */
#define SCRIPT_BATCH	6	/* steps at most */

struct own_note {
	bool		there;
	bool		trashed;
	uint32_t	version;
	uint32_t	size;
};

struct own_file {
	bool		there;
	uint32_t	number;
	uint32_t	note;		/* its index */
	uint32_t	version;
	uint32_t	size;
};

/* What a thread has after some of its batches; all zero before the first. */
struct own {
	struct own_note	notes[SCRIPT_NOTES + SCRIPT_PRIVATE];
	struct own_file	files[SCRIPT_FILES];
	uint32_t	files_made;
	uint32_t	title;		/* of the shared board that it names */
	uint32_t	board;		/* its own one; 0: none now */
	uint32_t	boards;		/* that it has made */
	uint32_t	links;		/* that it has made; the first … */
	uint32_t	revoked;	/* … of them are revoked */
};

/* The shared board of a thread's links; the one it names, 0 for none. */
uint32_t script_home(uint32_t thread);
uint32_t script_named(uint32_t thread);
/* Subjects: a thread's note of that index, a link; and a note's board. */
uint32_t script_note(uint32_t thread, uint32_t index);
uint32_t script_link(uint32_t thread, uint32_t number);
uint32_t script_board(const struct own *o, uint32_t index);

/* The STEP_FILE that brings, or brought, that file of the thread. */
struct step script_file(const struct own *o, uint32_t thread,
    const struct own_file *f);

/* Does a step of the thread. */
void own_play(struct own *o, const struct step *s);

/*
 * The thread's batch of that number, played into `o`.  Its last step is an
 * edit on a shared board with a key: where the key is known the batch is
 * there.  The number of steps, at most SCRIPT_BATCH.
 */
size_t script_batch(struct own *o, struct rng *r, uint32_t thread,
    uint32_t number, struct step out[SCRIPT_BATCH]);

#endif
