#ifndef CGI_ACT_OPS_H
#define CGI_ACT_OPS_H

#include "call/call.h"
#include "codec/op.h"

/* What came of one operation. */
struct op_result {
	int		http;
	char		id[ID_SIZE];	/* of the note */
	struct cursor	at;		/* its change; its seq is the note's rev */
	bool		replayed;	/* the key was known: nothing done now */
	struct problem	problem;
};

/*
 * The one write path: checks the operations and plays them as one batch, each
 * standing or failing alone.  A status of its own means that none was played.
 */
enum status ops_play(struct call *c, struct op *ops, size_t n,
    struct op_result *results);

#endif
