#ifndef CGI_CALL_CHORE_H
#define CGI_CALL_CHORE_H

#include "base/str.h"
#include "call/service.h"

/* What a request leaves to be done once its answer is complete. */
struct chore {
	char	index[ID_SIZE];	/* a board whose search index is behind, or "" */
};

/*
 * Does it, for a second at most; the next request goes on from there.  One
 * thread at a time does such work, others have nothing to do.
 */
void chore_do(struct service *s, const struct chore *c);

#endif
