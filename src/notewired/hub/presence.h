#ifndef NOTEWIRED_HUB_PRESENCE_H
#define NOTEWIRED_HUB_PRESENCE_H

#include "base/buf.h"
#include "base/status.h"
#include "notewired/loop/wheel.h"

/*
 * What a board's members are told of each other, as signals of the daemon's:
 * {"count":N,"peers":[{"peer":ID,"data":JSON},…]} says who is there, to a
 * newcomer with "you" as well; {"count":N,"left":[ID,…],"changed":[…]} what is
 * different since, all that came within a moment at once: first some left, then
 * some changed.  When there are more than PRESENCE_NAMED only their number is
 * told.
 */
#define PRESENCE_NAMED	100

struct hub;
struct member;
struct watched;

struct presence {
	struct hub	*hub;
	struct watched	*board;
	struct member	*first;
	uint32_t	 count;		/* of those who are not hidden */
	uint32_t	 told;		/* what it was when it was told last */
	struct buf	 left;		/* ids, as elements of an array */
	struct timer	 timer;
};

/* The board's, made where there is none.  NULL: no memory. */
struct presence *presence_of(struct hub *h, struct watched *b);
/* It has no members any more. */
void presence_free(struct presence *p);

/* Tells of changes soon. */
void presence_stir(struct presence *p);
/* One who was told of is there no longer. */
void presence_lose(struct presence *p, const char *id);
/* Appends the list for the newcomer `you`, who is a member. */
void presence_put_list(const struct presence *p, const char *you,
    struct buf *out);

#endif
