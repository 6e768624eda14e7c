#include "hold.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"

/* Threads that held responses leave to plain requests. */
#define SPARE_LEAST	8
#define SPARE_SHARE	5

enum status
holds_init(struct holds *h, const char *dir, int64_t slots, int64_t threads)
{
	int64_t spare = threads / SPARE_SHARE;
	int n;

	if (spare < SPARE_LEAST)
		spare = SPARE_LEAST;
	if (spare >= threads)
		spare = threads / 2;
	h->slots = slots;
	h->own_max = threads - spare;
	atomic_init(&h->own, 0);
	n = snprintf(h->path, sizeof(h->path), "%s/holds", dir);
	return n < 0 || (size_t)n >= sizeof(h->path) ? ST_TOOBIG : ST_OK;
}

/* Locks the first free byte, looking from a place of its own. */
static enum status
lock_any(const struct holds *h, int fd)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	int64_t i, from = h->slots > 0 ? fd * INT64_C(7) % h->slots : 0;

	for (i = 0; i < h->slots; i++) {
		l.l_start = (from + i) % h->slots;
		if (fcntl(fd, F_OFD_SETLK, &l) == 0)
			return ST_OK;
		if (errno != EAGAIN && errno != EACCES) {
			log_error("hold", "lock", "errno=%d", errno);
			return ST_IO;
		}
	}
	return ST_BUSY;
}

static enum status
take(struct holds *h, int *slot)
{
	enum status st;

	/* a description of its own, since locks of one never conflict */
	*slot = open(h->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*slot == -1) {
		log_error("hold", "open", "errno=%d", errno);
		return errno == EMFILE || errno == ENFILE ? ST_BUSY : ST_IO;
	}
	st = lock_any(h, *slot);
	if (st) {
		(void)close(*slot);
		*slot = -1;
	}
	return st;
}

enum status
hold_take(struct holds *h, int *slot)
{
	enum status st = ST_BUSY;

	*slot = -1;
	if (atomic_fetch_add(&h->own, 1) < h->own_max)
		st = take(h, slot);
	if (st)
		atomic_fetch_sub(&h->own, 1);
	return st;
}

void
hold_give(struct holds *h, int slot)
{
	if (slot < 0)
		return;
	(void)close(slot);
	atomic_fetch_sub(&h->own, 1);
}

int64_t
holds_taken(const struct holds *h)
{
	struct flock l;
	int64_t i, n = 0;
	int fd;

	fd = open(h->path, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	for (i = 0; i < h->slots; i++) {
		l = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET,
		    .l_start = i, .l_len = 1 };
		if (fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK)
			n++;
	}
	(void)close(fd);
	return n;
}
