#ifndef SIM_STEP_H
#define SIM_STEP_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "store/store.h"

/* One thing that is asked of the store, and what it is there. */
enum step_kind {
	STEP_BOARD,
	STEP_BOARD_END,
	STEP_TITLE,
	STEP_EDIT,
	STEP_TRASH,
	STEP_RESTORE,
	STEP_LINK,
	STEP_REVOKE,
	STEP_FILE,
	STEP_FILE_END,
};

/* As it stands in a trace. */
struct step {
	uint32_t	kind;
	uint32_t	board;
	uint32_t	subject;	/* the note, link or file; see script_note */
	uint32_t	note;		/* the file's; 0 for others */
	uint32_t	version;	/* of the note's body, the title, the file */
	uint32_t	size;		/* of that body's text, or of the file */
	uint32_t	key;		/* 0: none */
};

/* What came of it, as it stands in a trace. */
struct answer {
	int64_t	seq;
	char	epoch[16];
};

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
	char		note[ID_SIZE];
	char		title[32];
	unsigned char	digest[32];
};

/*
 * The step as a mutation; both others must stay as long as it is used.  A
 * STEP_FILE still wants its upload, and its digest in the room.
 */
struct mutation step_mutation(const struct step *s, struct step_room *room);

#endif
