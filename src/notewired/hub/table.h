#ifndef NOTEWIRED_HUB_TABLE_H
#define NOTEWIRED_HUB_TABLE_H

#include "base/status.h"
#include "base/str.h"

/*
 * Things that are found by an id: a hash table of chains, whose links are in
 * the things themselves.  Ids are random, so nobody gains by choosing one.
 */
struct table_entry {
	struct table_entry	*next;		/* in its slot */
	char			 id[ID_SIZE];
};

struct table {
	struct table_entry	**slots;
	size_t			  slots_n;	/* a power of two */
	size_t			  n;
};

/* ST_NOMEM. */
enum status table_init(struct table *t);
/* What stands in it is its owners'. */
void table_fini(struct table *t);

/* NULL: there is none. */
struct table_entry *table_find(const struct table *t, const char *id);
/* Adds one with its id filled in, which is not there yet. */
void table_add(struct table *t, struct table_entry *e);
void table_drop(struct table *t, const struct table_entry *e);

#endif
