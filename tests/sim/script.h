#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "rng.h"
#include "store/store.h"

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
#define SCRIPT_BATCH	6	/* steps at most */

enum step_kind {
	STEP_BOARD,
	STEP_BOARD_END,
	STEP_TITLE,
	STEP_EDIT,
	STEP_TRASH,
	STEP_RESTORE,
	STEP_LINK,
	STEP_REVOKE,
};

/* As it stands in a trace. */
struct step {
	uint32_t	kind;
	uint32_t	board;
	uint32_t	subject;	/* the note or the link; see script_note */
	uint32_t	version;	/* of the note's body, or of the title */
	uint32_t	size;		/* of that body's text */
	uint32_t	key;		/* 0: none */
};

/* What came of it, as it stands in a trace. */
struct answer {
	int64_t	seq;
	char	epoch[16];
};

struct own_note {
	bool		there;
	bool		trashed;
	uint32_t	version;
	uint32_t	size;
};

/* What a thread has after some of its batches; all zero before the first. */
struct own {
	struct own_note	notes[SCRIPT_NOTES + SCRIPT_PRIVATE];
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

/* Does a step of the thread. */
void own_play(struct own *o, const struct step *s);

/*
 * The thread's batch of that number, played into `o`.  Its last step is an
 * edit on a shared board with a key: where the key is known the batch is
 * there.  The number of steps, at most SCRIPT_BATCH.
 */
size_t script_batch(struct own *o, struct rng *r, uint32_t thread,
    uint32_t number, struct step out[SCRIPT_BATCH]);

/* The body that a note has at its version. */
void step_body(const struct step *s, struct buf *body);

/* "b000000000000000000012" for 'b' and 12; a key is a 'k'. */
void step_id(char kind, uint32_t n, char out[ID_SIZE]);
void step_digest(char kind, uint32_t n, unsigned char out[32]);
void step_title(uint32_t version, char out[32]);

/* What a mutation points to. */
struct step_room {
	char		board[ID_SIZE];
	char		id[ID_SIZE];
	char		key[ID_SIZE];
	char		title[32];
	unsigned char	digest[32];
};

/* The step as a mutation; both others must stay as long as it is used. */
struct mutation step_mutation(const struct step *s, struct step_room *room);

#endif
