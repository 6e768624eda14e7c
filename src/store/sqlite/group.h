#ifndef STORE_SQLITE_GROUP_H
#define STORE_SQLITE_GROUP_H

#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/*
 * Group commit: the threads that arrive while a transaction commits form the
 * next one, and the first of them leads it.  Nobody ever waits for a group to
 * form.  (Gray and Reuter, "Transaction Processing", 9.4; DeWitt et al., 1984.)
 *
 * A job lives in the group, not on its thread's stack: its leader may still be
 * inside sem_post when the thread it woke has long gone on.
 */
struct mutation;

struct job {
	struct mutation	*mutations;
	size_t		 n;
	enum status	 st;
	struct job	*next;
	sem_t		 wake;
	bool		 leads;		/* woken to lead, not because it is done */
};

/* What a leader does; one thread at a time. */
struct group_work {
	enum status	(*enter)(void *arg);	/* before the queue is taken */
	void		(*run)(void *arg, struct job *jobs);	/* sets each st */
	void		(*leave)(void *arg);	/* after all were answered */
	void		*arg;
};

struct group;

/* ST_NOMEM; `*out` is NULL then. */
enum status group_new(const struct group_work *work, struct group **out);
/* No thread may be inside.  Accepts NULL. */
void group_free(struct group *g);
/* Brings a job and returns what came of it.  ST_NOMEM. */
enum status group_submit(struct group *g, struct mutation *m, size_t n);

#endif
