#include "notewired/loop/batch.h"

#include "base/log.h"

/* Where there is no liburing: each send is a system call of its own. */

enum status
batch_new(unsigned most, struct batch **out)
{
	(void)most;
	*out = NULL;
	log_info("batch", "none", "error=\"built without liburing\"");
	return ST_INVALID;
}

void
batch_free(struct batch *b)
{
	(void)b;
}

void
batch_add(struct batch *b, int fd, const void *bytes, size_t n)
{
	(void)b;
	(void)fd;
	(void)bytes;
	(void)n;
}

enum status
batch_send(struct batch *b, int32_t *took)
{
	(void)b;
	(void)took;
	return ST_IO;
}
