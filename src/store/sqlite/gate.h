#ifndef STORE_SQLITE_GATE_H
#define STORE_SQLITE_GATE_H

#include "base/status.h"

/*
 * One writer at a time, over all processes: a flock on <dir>/gate held around
 * BEGIN … COMMIT and any checkpoint.  The kernel frees it when its holder
 * dies and wakes those who wait at once, which SQLite's own busy handler, with
 * its growing sleeps, does not.  Threads of one process share the descriptor, so the
 * caller lets only one of them in at a time (group.h).
 */
struct gate {
	int	fd;
};

/* ST_READONLY, ST_FULL, ST_IO. */
enum status gate_open(const char *dir, struct gate *g);
void gate_close(struct gate *g);
/* Waits as long as it takes.  ST_IO. */
enum status gate_enter(struct gate *g);
void gate_leave(struct gate *g);

#endif
