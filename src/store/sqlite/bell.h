#ifndef STORE_SQLITE_BELL_H
#define STORE_SQLITE_BELL_H

#include <stdint.h>

#include "base/status.h"

/*
 * <dir>/bell is written after each COMMIT, so that watching it wakes those who
 * follow the log when the change can be read (the -wal's own event comes too
 * early for that).  It holds the instance and the number of commits: a
 * database that is behind its bell at open was put back from a copy.
 */
#define BELL_INSTANCE	16

struct bell {
	int	fd;
};

enum status bell_open(const char *dir, struct bell *b);
void bell_close(struct bell *b);
/* Under the gate.  A failure costs only speed and is logged. */
void bell_ring(struct bell *b, const char *instance, int64_t commits);
/*
 * What it says; ST_NOTFOUND when it was never rung, or holds something else.
 * Then `instance` is "" and `*commits` 0.
 */
enum status bell_read(struct bell *b, char instance[BELL_INSTANCE + 1],
    int64_t *commits);

#endif
