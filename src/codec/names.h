#ifndef CODEC_NAMES_H
#define CODEC_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * Sets of names that refuse what they already hold, stacked in one bounded
 * store: the set opened last is closed first, and only it may grow.
 *
 * Each set is a binary tree over whole copies of its names, which parts them
 * by single bits.  Two names are the same only if their bytes are, so nothing
 * is refused by mistake; and since a path tests each bit position at most
 * once, no choice of names makes it slow, which a hash without a secret could
 * not promise.
 */
struct names {
	struct buf	bytes;	/* the names, end to end */
	struct buf	nodes;	/* one a name */
	size_t		begun;	/* where the name being added starts */
};

/* One set: where its part of the store starts, and its tree. */
struct names_set {
	size_t		bytes;
	size_t		nodes;
	uint32_t	root;
};

/* Holds at most `count` names of `bytes` bytes in all.  Allocates nothing yet. */
void names_init(struct names *n, size_t bytes, size_t count);
void names_fini(struct names *n);

void names_open(struct names *n, struct names_set *set);
/* Forgets the names of the set. */
void names_close(struct names *n, const struct names_set *set);

/*
 * Adds a name in pieces: names_begin, then names_put for each piece, then
 * names_commit.  Names hold no NUL.  Failures of names_put show in
 * names_commit: ST_CONFLICT for a name that is in the set already, ST_TOOBIG
 * past a limit, ST_NOMEM.  What failed is not in the set; the last two stick.
 */
void names_begin(struct names *n);
void names_put(struct names *n, const void *bytes, size_t len);
enum status names_commit(struct names *n, struct names_set *set);

/* The same for a string in one piece. */
enum status names_add(struct names *n, struct names_set *set, const char *name);

#endif
