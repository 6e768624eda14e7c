#include "conn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"

/* As many descriptors as any of our limits allows. */
#define CONNS_MAX	((rlim_t)1 << 20)

static void *
map(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

enum status
conns_init(struct conns *cs)
{
	struct rlimit files;
	size_t max;

	*cs = (struct conns){ .poller.fd = -1 };
	if (getrlimit(RLIMIT_NOFILE, &files) == -1 ||
	    files.rlim_cur > CONNS_MAX)
		files.rlim_cur = CONNS_MAX;
	max = (size_t)files.rlim_cur;
	cs->max = (int)max;
	cs->at = map(max * sizeof(*cs->at));	/* pages come as they are used */
	cs->doomed = map(max * sizeof(*cs->doomed));
	if (cs->at == NULL || cs->doomed == NULL)
		return ST_NOMEM;
	return poller_open(&cs->poller);
}

void
conns_fini(struct conns *cs)
{
	int fd;

	for (fd = 0; fd < cs->max && cs->at != NULL && cs->open > 0; fd++)
		if (cs->at[fd].kind != NULL)
			conn_close(cs, &cs->at[fd]);
	if (cs->at != NULL && cs->doomed != NULL)
		conns_sweep(cs);
	if (cs->at != NULL)
		(void)munmap(cs->at, (size_t)cs->max * sizeof(*cs->at));
	if (cs->doomed != NULL)
		(void)munmap(cs->doomed, (size_t)cs->max * sizeof(*cs->doomed));
	poller_close(&cs->poller);
}

struct poller_key
conn_key(const struct conn *c)
{
	return (struct poller_key){ .fd = c->fd, .life = c->life };
}

static enum status
take(struct conns *cs, int fd, bool edge, struct conn *fresh,
    struct conn **out)
{
	struct conn *c;
	int flags;
	enum status st;

	*out = NULL;
	if (fd >= cs->max)
		return ST_BUSY;
	flags = fcntl(fd, F_GETFL);
	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		return ST_INVALID;
	c = &cs->at[fd];
	fresh->life = c->life + 1;
	fresh->fd = fd;
	*c = *fresh;
	st = poller_add(&cs->poller, conn_key(c), edge);
	if (st) {
		c->kind = NULL;
		return st;
	}
	cs->open++;
	*out = c;
	return ST_OK;
}

enum status
conn_take(struct conns *cs, int fd, const struct conn_kind *kind, void *owner,
    struct conn **out)
{
	struct conn fresh = { .kind = kind, .owner = owner };

	return take(cs, fd, true, &fresh, out);
}

enum status
conn_take_listener(struct conns *cs, int fd, const struct conn_kind *kind,
    void *owner, struct conn **out)
{
	struct conn fresh = { .kind = kind, .owner = owner, .packets = true };

	return take(cs, fd, false, &fresh, out);
}

struct conn *
conn_find(struct conns *cs, struct poller_key key)
{
	struct conn *c;

	if (key.fd < 0 || key.fd >= cs->max)
		return NULL;
	c = &cs->at[key.fd];
	return c->kind != NULL && c->life == key.life ? c : NULL;
}

void
conn_close(struct conns *cs, struct conn *c)
{
	poller_remove(&cs->poller, c->fd);
	free(c->kept);
	c->kept = NULL;
	c->kind = NULL;
	c->owner = NULL;
	cs->open--;
	cs->doomed[cs->doomed_n++] = c->fd;
}

void
conns_sweep(struct conns *cs)
{
	while (cs->doomed_n > 0)
		(void)close(cs->doomed[--cs->doomed_n]);
}

/* Sends what was kept.  Whether the connection can take more. */
static enum status
send_kept(struct conn *c)
{
	ssize_t n;

	while (c->kept != NULL) {
		n = write(c->fd, c->kept + c->kept_at,
		    c->kept_end - c->kept_at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN ? ST_BUSY : ST_CLOSED;
		c->kept_at += (uint32_t)n;
		if (c->kept_at == c->kept_end) {
			free(c->kept);
			c->kept = NULL;
		}
	}
	c->full = false;
	return ST_OK;
}

static void
make_room(struct conn *c)
{
	enum status st = ST_OK;

	if (!c->full)
		return;
	st = send_kept(c);
	if (st == ST_OK)
		c->kind->room(c);
	else if (st == ST_CLOSED)
		c->kind->gone(c);
}

static void
handle(void *arg, struct poller_key key, unsigned ready)
{
	struct conns *cs = arg;
	struct conn *c = conn_find(cs, key);

	if (c == NULL)
		return;			/* closed earlier in this batch */
	if (ready & (READY_IN | READY_HALF))
		c->kind->input(c, (ready & (READY_HALF | READY_GONE)) != 0);
	if (conn_find(cs, key) == c && (ready & READY_GONE))
		c->kind->gone(c);
	if (conn_find(cs, key) == c && (ready & READY_OUT) && !c->packets)
		make_room(c);
}

bool
conns_turn(struct conns *cs)
{
	return poller_drain(&cs->poller, handle, cs);
}

/* Copies what the kernel did not take: all but the first `sent` bytes. */
static enum status
keep(struct conn *c, const struct iovec *piece, int n, size_t sent)
{
	size_t total = 0, skip = sent, at = 0;
	int i;

	for (i = 0; i < n; i++)
		total += piece[i].iov_len;
	c->full = true;
	c->kept_at = 0;
	c->kept_end = (uint32_t)(total - sent);
	c->kept = malloc(total - sent);
	if (c->kept == NULL) {
		log_error("conn", "memory", "bytes=%zu", total - sent);
		return ST_NOMEM;
	}
	for (i = 0; i < n; i++) {
		if (skip >= piece[i].iov_len) {
			skip -= piece[i].iov_len;
			continue;
		}
		memcpy(c->kept + at, (const char *)piece[i].iov_base + skip,
		    piece[i].iov_len - skip);
		at += piece[i].iov_len - skip;
		skip = 0;
	}
	return ST_OK;
}

/* More bytes behind those that wait already. */
static enum status
keep_more(struct conn *c, const struct iovec *piece, int n)
{
	size_t old = c->kept_end - c->kept_at;
	struct iovec whole[8];
	char *kept = c->kept;
	enum status st;
	int i;

	whole[0] = (struct iovec){ kept + c->kept_at, old };
	for (i = 0; i < n && i < 7; i++)
		whole[i + 1] = piece[i];
	st = keep(c, whole, i + 1, 0);
	free(kept);
	return st;
}

enum status
conn_send(struct conn *c, struct iovec *piece, int n)
{
	size_t total = 0;
	ssize_t sent;
	int i;

	if (c->kept != NULL)
		return keep_more(c, piece, n);
	for (i = 0; i < n; i++)
		total += piece[i].iov_len;
	do
		sent = writev(c->fd, piece, n);
	while (sent == -1 && errno == EINTR);
	if (sent == -1 && errno != EAGAIN)
		return ST_CLOSED;
	if (sent == -1)
		sent = 0;
	return (size_t)sent == total ? ST_OK :
	    keep(c, piece, n, (size_t)sent);
}

enum status
conn_send_bytes(struct conn *c, const void *bytes, size_t n)
{
	struct iovec piece = { (void *)(uintptr_t)bytes, n };

	return conn_send(c, &piece, 1);
}

enum status
conn_read(struct conn *c, char *to, size_t room, size_t *got)
{
	ssize_t n;

	*got = 0;
	do
		n = read(c->fd, to, room);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		*got = (size_t)n;
	else if (n == 0 || errno != EAGAIN)
		return ST_CLOSED;
	return ST_OK;
}
