#include "store/sqlite/gate.h"

#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/log.h"
#include "store/sqlite/datafile.h"

enum status
gate_open(const char *dir, struct gate *g)
{
	return datafile_open(dir, "gate", &g->fd);
}

void
gate_close(struct gate *g)
{
	if (g->fd >= 0)
		(void)close(g->fd);
	g->fd = -1;
}

enum status
gate_enter(struct gate *g)
{
	while (flock(g->fd, LOCK_EX) == -1) {
		if (errno == EINTR)
			continue;
		log_error("store", "gate", "errno=%d", errno);
		return ST_IO;
	}
	return ST_OK;
}

void
gate_leave(struct gate *g)
{
	(void)flock(g->fd, LOCK_UN);	/* cannot fail on a lock we hold */
}
