#include "notewired/loop/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "notewired/loop/tls.h"

/* Of what was sent, the bytes that may wait in the kernel for one client. */
#define WAITING_MAX	(32 << 10)
/* Whoever else has the socket open may want it to block. */
#define SEND_FLAGS	(MSG_NOSIGNAL | MSG_DONTWAIT)
/* As many descriptors as any of our limits allows. */
#define PEERS_MAX	((rlim_t)1 << 20)
/* The store's, listeners, questions, and those that are just coming. */
#define OWN_FILES	256

static void *
map(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
peers_expect(int64_t connections)
{
	const rlim_t wanted = (rlim_t)connections + OWN_FILES;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == -1 || files.rlim_cur >= wanted)
		return;
	files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
	if (setrlimit(RLIMIT_NOFILE, &files) == -1 || files.rlim_cur < wanted)
		log_warn("peer", "files", "limit=%llu wanted=%llu",
		    (unsigned long long)files.rlim_cur,
		    (unsigned long long)wanted);
}

enum status
peers_init(struct peers *ps)
{
	struct rlimit files;
	size_t max;

	*ps = (struct peers){ .poller.fd = -1 };
	if (getrlimit(RLIMIT_NOFILE, &files) == -1 ||
	    files.rlim_cur > PEERS_MAX)
		files.rlim_cur = PEERS_MAX;
	max = (size_t)files.rlim_cur;
	ps->max = (int)max;
	ps->at = map(max * sizeof(*ps->at));	/* pages come as they are used */
	ps->doomed = map(max * sizeof(*ps->doomed));
	if (ps->at == NULL || ps->doomed == NULL)
		return ST_NOMEM;
	return poller_open(&ps->poller);
}

void
peers_hang_up(struct peers *ps)
{
	int fd;

	for (fd = 0; ps->at != NULL && fd < ps->max && ps->open > 0; fd++)
		if (ps->at[fd].kind != NULL && !ps->at[fd].listens)
			ps->at[fd].kind->gone(&ps->at[fd]);
}

void
peers_fini(struct peers *ps)
{
	int fd;

	for (fd = 0; fd < ps->max && ps->at != NULL && ps->open > 0; fd++)
		if (ps->at[fd].kind != NULL)
			peer_close(ps, &ps->at[fd]);
	if (ps->at != NULL && ps->doomed != NULL)
		peers_sweep(ps);
	if (ps->at != NULL)
		(void)munmap(ps->at, (size_t)ps->max * sizeof(*ps->at));
	if (ps->doomed != NULL)
		(void)munmap(ps->doomed, (size_t)ps->max * sizeof(*ps->doomed));
	poller_close(&ps->poller);
}

struct poller_key
peer_key(const struct peer *c)
{
	return (struct poller_key){ .fd = c->fd, .life = c->life };
}

static enum status
take(struct peers *ps, int fd, bool edge, struct peer *fresh,
    struct peer **out)
{
	struct peer *c;
	enum status st;

	*out = NULL;
	if (fd >= ps->max)
		return ST_BUSY;
	c = &ps->at[fd];
	fresh->life = c->life + 1;
	fresh->fd = fd;
	fresh->poller = ps->poller.fd;
	*c = *fresh;
	st = poller_add(&ps->poller, peer_key(c), edge);
	if (st) {
		c->kind = NULL;
		return st;
	}
	ps->open++;
	*out = c;
	return ST_OK;
}

/* The flag belongs to the open file, so to all who have it. */
static enum status
unblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1)
		return ST_INVALID;
	return flags & O_NONBLOCK ||
	    fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 ? ST_OK : ST_INVALID;
}

enum status
peer_take(struct peers *ps, int fd, const struct peer_kind *kind, void *owner,
    struct peer **out)
{
	struct peer fresh = { .kind = kind, .owner = owner };

	return take(ps, fd, true, &fresh, out);
}

/* TLS may need room to go on reading. */
static bool
wants_room(const struct peer *c)
{
	return c->full || c->tls != NULL;
}

/*
 * Room is asked for only while there is none: a Unix socket and a pipe have
 * room, they say, each time the other side reads, and that was half of what a
 * change cost here.
 */
static void
set_full(struct peer *c, bool full)
{
	const struct poller w = { .fd = c->poller };

	c->full = full;
	if (c->tls == NULL)
		(void)poller_again(&w, peer_key(c), full);
}

/* It is all that was sent; the kernel takes the number twice. */
void
peer_narrow_unix(const struct peer *c)
{
	const int half = WAITING_MAX / 2;

	(void)setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &half, sizeof(half));
}

/*
 * By TCP it is what has not been put on the wire (tcp(7), TCP_NOTSENT_LOWAT), so
 * that a long line can be filled still.  Of a pipe it is as much anyhow.
 */
void
peer_narrow(const struct peer *c)
{
	const int most = WAITING_MAX;

	if (setsockopt(c->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most,
	    sizeof(most)) == -1)
		peer_narrow_unix(c);
}

enum status
peer_take_shared(struct peers *ps, int fd, const struct peer_kind *kind,
    void *owner, struct peer **out)
{
	struct peer fresh = { .kind = kind, .owner = owner, .shared = true };

	return take(ps, fd, true, &fresh, out);
}

enum status
peer_own_pipe(struct peer *c)
{
	return unblock(c->fd);
}

enum status
peer_take_listener(struct peers *ps, int fd, const struct peer_kind *kind,
    void *owner, struct peer **out)
{
	struct peer fresh = { .kind = kind, .owner = owner, .listens = true,
	    .shared = true };	/* a successor may have it */

	*out = NULL;
	return unblock(fd) ? ST_INVALID : take(ps, fd, false, &fresh, out);
}

void
peer_secure(struct peers *ps, struct peer *c, struct ssl_st *tls)
{
	c->tls = tls;
	ps->secured++;
	(void)poller_again(&ps->poller, peer_key(c), true);
}

struct peer *
peer_find(struct peers *ps, struct poller_key key)
{
	struct peer *c;

	if (key.fd < 0 || key.fd >= ps->max)
		return NULL;
	c = &ps->at[key.fd];
	return c->kind != NULL && c->life == key.life ? c : NULL;
}

void
peer_close(struct peers *ps, struct peer *c)
{
	if (c->shared)
		poller_remove(&ps->poller, c->fd);
	free(c->kept);
	c->kept = NULL;
	if (c->tls != NULL) {
		tls_free(c->tls);
		c->tls = NULL;
		ps->secured--;
	}
	c->kind = NULL;
	c->owner = NULL;
	ps->open--;
	ps->doomed[ps->doomed_n++] = c->fd;
}

void
peers_sweep(struct peers *ps)
{
	while (ps->doomed_n > 0)
		(void)close(ps->doomed[--ps->doomed_n]);
}

/*
 * A socket's own calls spare the kernel the way through its files: a tenth of
 * what a small send costs.
 */
static ssize_t
write_out(struct peer *c, const struct iovec *piece, int n)
{
	struct msghdr m = { .msg_iov = (struct iovec *)(uintptr_t)piece,
	    .msg_iovlen = (size_t)n };
	ssize_t wrote;

	if (!c->piped) {
		wrote = n == 1 ? send(c->fd, piece->iov_base, piece->iov_len,
		    SEND_FLAGS) : sendmsg(c->fd, &m, SEND_FLAGS);
		if (wrote != -1 || errno != ENOTSOCK)
			return wrote;
		c->piped = true;
	}
	return writev(c->fd, piece, n);
}

/* Writes as much as it takes now.  ST_CLOSED: broken. */
static enum status
put(struct peer *c, const struct iovec *piece, int n, size_t *sent)
{
	ssize_t wrote;

	if (c->tls != NULL)
		return tls_write(c->tls, piece, n, sent);
	do
		wrote = write_out(c, piece, n);
	while (wrote == -1 && errno == EINTR);
	*sent = wrote == -1 ? 0 : (size_t)wrote;
	return wrote == -1 && errno != EAGAIN ? ST_CLOSED : ST_OK;
}

/* Sends what was kept.  Whether the connection can take more. */
static enum status
send_kept(struct peer *c)
{
	struct iovec rest;
	size_t sent;

	while (c->kept != NULL) {
		rest = (struct iovec){ c->kept + c->kept_at,
		    c->kept_end - c->kept_at };
		if (put(c, &rest, 1, &sent))
			return ST_CLOSED;
		if (sent == 0)
			return ST_BUSY;
		c->kept_at += (uint32_t)sent;
		if (c->kept_at == c->kept_end) {
			free(c->kept);
			c->kept = NULL;
		}
	}
	set_full(c, false);
	return ST_OK;
}

static void
make_room(struct peer *c)
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
	struct peers *ps = arg;
	struct peer *c = peer_find(ps, key);

	if (c == NULL)
		return;			/* closed earlier in this batch */
	/* TLS may have read what nobody took yet, or wait for room to read */
	if (ready & (READY_IN | READY_HALF) ||
	    (c->tls != NULL && ready & READY_OUT))
		c->kind->input(c, (ready & (READY_HALF | READY_GONE)) != 0);
	if (peer_find(ps, key) == c && (ready & READY_GONE))
		c->kind->gone(c);
	if (peer_find(ps, key) == c && (ready & READY_OUT))
		make_room(c);
}

bool
peers_turn(struct peers *ps)
{
	return poller_drain(&ps->poller, handle, ps);
}

/* Copies what the kernel did not take: all but the first `sent` bytes. */
static enum status
keep(struct peer *c, const struct iovec *piece, int n, size_t sent)
{
	size_t total = 0, skip = sent, at = 0;
	int i;

	for (i = 0; i < n; i++)
		total += piece[i].iov_len;
	if (!c->full)
		set_full(c, true);
	c->kept_at = 0;
	c->kept_end = (uint32_t)(total - sent);
	c->kept = malloc(total - sent);
	if (c->kept == NULL) {
		log_error("peer", "memory", "bytes=%zu", total - sent);
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

/* Sends what it takes now, and keeps the rest. */
static enum status
send_now(struct peer *c, const struct iovec *piece, int n)
{
	size_t total = 0, sent;
	int i;

	for (i = 0; i < n; i++)
		total += piece[i].iov_len;
	if (put(c, piece, n, &sent))
		return ST_CLOSED;
	return sent == total ? ST_OK : keep(c, piece, n, sent);
}

/* Behind the bytes that wait already. */
static enum status
send_behind(struct peer *c, const struct iovec *piece, int n)
{
	struct iovec whole[8];
	char *kept = c->kept;
	enum status st;
	int i;

	whole[0] = (struct iovec){ kept + c->kept_at,
	    c->kept_end - c->kept_at };
	for (i = 0; i < n && i < 7; i++)
		whole[i + 1] = piece[i];
	c->kept = NULL;
	st = c->full ? keep(c, whole, i + 1, 0) : send_now(c, whole, i + 1);
	free(kept);
	return st;
}

enum status
peer_send(struct peer *c, struct iovec *piece, int n)
{
	return c->kept != NULL ? send_behind(c, piece, n) :
	    send_now(c, piece, n);
}

enum status
peer_send_first(struct peer *c, const void *bytes, size_t n)
{
	c->kept = malloc(n);
	if (c->kept == NULL)
		return ST_NOMEM;
	memcpy(c->kept, bytes, n);
	c->kept_at = 0;
	c->kept_end = (uint32_t)n;
	return ST_OK;
}

enum status
peer_flush(struct peer *c)
{
	return c->kept == NULL || c->full ? ST_OK : send_behind(c, NULL, 0);
}

enum status
peer_send_bytes(struct peer *c, const void *bytes, size_t n)
{
	struct iovec piece = { (void *)(uintptr_t)bytes, n };

	return peer_send(c, &piece, 1);
}

/* What a system call that reads has said. */
static enum status
judge(ssize_t n, size_t *got)
{
	*got = n > 0 ? (size_t)n : 0;
	if (n == 0)
		errno = 0;
	return n > 0 || (n == -1 && errno == EAGAIN) ? ST_OK : ST_CLOSED;
}

static ssize_t
read_in(struct peer *c, char *to, size_t room)
{
	ssize_t n;

	if (!c->piped) {
		n = recv(c->fd, to, room, MSG_DONTWAIT);
		if (n != -1 || errno != ENOTSOCK)
			return n;
		c->piped = true;
	}
	return read(c->fd, to, room);
}

enum status
peer_read(struct peer *c, char *to, size_t room, size_t *got)
{
	ssize_t n;

	if (c->tls != NULL)
		return tls_read(c->tls, to, room, got);
	do
		n = read_in(c, to, room);
	while (n == -1 && errno == EINTR);
	return judge(n, got);
}

void
peer_shut(struct peer *c)
{
	if (c->tls != NULL)
		tls_shut(c->tls);
	(void)shutdown(c->fd, SHUT_WR);
}

size_t
peer_unsent(const struct peer *c)
{
	int queued;

	if (ioctl(c->fd, TIOCOUTQ, &queued) == -1)
		queued = 0;		/* a pipe does not tell */
	return (size_t)queued + (c->kept == NULL ? 0 :
	    c->kept_end - c->kept_at);
}

enum status
peer_again(struct peers *ps, struct peer *c)
{
	return poller_again(&ps->poller, peer_key(c), wants_room(c));
}
