#include "call/hold.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"

/* Threads that held responses leave to plain requests. */
#define SPARE_LEAST	8
#define SPARE_SHARE	5
/* Where the owners stand in the file: past every byte that is locked. */
#define OWNERS_AT	4096

enum status
holds_init(struct holds *h, const struct config *config)
{
	int64_t threads = config->threads, spare = threads / SPARE_SHARE;
	int n;

	if (spare < SPARE_LEAST)
		spare = SPARE_LEAST;
	if (spare >= threads)
		spare = threads / 2;
	h->slots = config->holds;
	h->address_max = config->holds_address;
	h->session_max = config->holds_session;
	h->own_max = threads - spare;
	atomic_init(&h->own, 0);
	n = snprintf(h->path, sizeof(h->path), "%s/holds", config->data_dir);
	return n < 0 || (size_t)n >= sizeof(h->path) ? ST_TOOBIG : ST_OK;
}

/* The lock of slot `i` lies on byte `i`, its owner after all of those. */
static struct flock
lock_of(int64_t i)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET,
	    .l_start = i, .l_len = 1 };
}

static off_t
owner_at(int64_t i)
{
	return OWNERS_AT + i * (off_t)sizeof(struct hold_owner);
}

static bool
is_taken(int fd, int64_t i)
{
	struct flock l = lock_of(i);

	return fcntl(fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

/* Whether the owner has as many as one may have. */
static bool
has_enough(const struct holds *h, int fd, const struct hold_owner *owner)
{
	int64_t i, address = 0, session = 0;
	struct hold_owner o;
	bool same_address, same_session;

	for (i = 0; i < h->slots; i++) {
		if (pread(fd, &o, sizeof(o), owner_at(i)) != sizeof(o))
			break;		/* never yet taken, nor any after it */
		same_address = owner->address && o.address == owner->address;
		same_session = owner->session && o.session == owner->session;
		if ((!same_address && !same_session) || !is_taken(fd, i))
			continue;
		address += same_address;
		session += same_session;
	}
	return address >= h->address_max || session >= h->session_max;
}

/* Locks the first free byte. */
static enum status
lock_any(const struct holds *h, int fd, int64_t *slot)
{
	struct flock l;

	for (*slot = 0; *slot < h->slots; (*slot)++) {
		l = lock_of(*slot);
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
take(struct holds *h, const struct hold_owner *owner, int *fd)
{
	enum status st = ST_BUSY;
	int64_t i;

	/* a description of its own, since locks of one never conflict */
	*fd = open(h->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd == -1) {
		log_error("hold", "open", "errno=%d", errno);
		return errno == EMFILE || errno == ENFILE ? ST_BUSY : ST_IO;
	}
	if (!has_enough(h, *fd, owner))
		st = lock_any(h, *fd, &i);
	/* a full disk costs no more than the owner's limit */
	if (st == ST_OK)
		(void)!pwrite(*fd, owner, sizeof(*owner), owner_at(i));
	else {
		(void)close(*fd);
		*fd = -1;
	}
	return st;
}

enum status
hold_take(struct holds *h, const struct hold_owner *owner, int *slot)
{
	enum status st = ST_BUSY;

	*slot = -1;
	if (atomic_fetch_add(&h->own, 1) < h->own_max)
		st = take(h, owner, slot);
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
	int64_t i, n = 0;
	int fd;

	fd = open(h->path, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	for (i = 0; i < h->slots; i++)
		n += is_taken(fd, i);
	(void)close(fd);
	return n;
}
