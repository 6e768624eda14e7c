#include "notewired/loop/peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "notewired/loop/peers.h"
#include "notewired/loop/tls.h"

/* Of what was sent, the bytes that may wait in the kernel for one client. */
#define WAITING_MAX	(32 << 10)
/* Whoever else has the socket open may want it to block. */
#define SEND_FLAGS	(MSG_NOSIGNAL | MSG_DONTWAIT)

struct poller_key
peer_key(const struct peer *c)
{
	return (struct poller_key){ .fd = c->fd, .life = c->life };
}

size_t
peer_total(const struct iovec *piece, int n)
{
	size_t total = 0;
	int i;

	for (i = 0; i < n; i++)
		total += piece[i].iov_len;
	return total;
}

/*
 * Room is asked for only while there is none: a Unix socket and a pipe have
 * room, they say, each time the other side reads, and that was half of what a
 * change cost here.
 */
static void
set_full(struct peer *c, bool full)
{
	c->full = full;
	if (c->tls == NULL)
		(void)poller_again(&c->all->poller, peer_key(c), full);
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

void
peer_resume(struct peer *c)
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

/* Copies what the kernel did not take: all but the first `sent` bytes. */
static enum status
keep(struct peer *c, const struct iovec *piece, int n, size_t sent)
{
	size_t total = peer_total(piece, n), skip = sent, at = 0;
	int i;

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
	size_t total = peer_total(piece, n), sent;

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

/*
 * Leaves it to the cork; what that will not have goes at once, after what it had.
 * Only who hears how it went can wait, and only on a socket.
 */
static bool
cork(struct peer *c, const struct iovec *piece, int n)
{
	struct cork *k = &c->all->cork;

	if (!k->in || c->tls != NULL || c->piped || c->kept != NULL ||
	    c->kind->sent == NULL)
		return false;
	if (!cork_take(k, peer_key(c), c->corked, piece, n)) {
		cork_settle(k);
		if (c->kept != NULL ||
		    !cork_take(k, peer_key(c), false, piece, n))
			return false;
	}
	c->corked = true;
	return true;
}

enum status
peer_send(struct peer *c, struct iovec *piece, int n)
{
	if (cork(c, piece, n))
		return ST_OK;
	return c->kept != NULL ? send_behind(c, piece, n) :
	    send_now(c, piece, n);
}

/*
 * Why it did not take all, it says when it is asked alone.  What may have been
 * sent is not sent again.
 */
enum status
peer_sent(struct peer *c, char *bytes, size_t n, int32_t took)
{
	size_t sent = took > 0 ? (size_t)took : 0;
	struct iovec rest = { bytes + sent, n - sent };
	enum status st = ST_OK;

	c->corked = false;
	if (took == -EIO)
		return ST_CLOSED;
	if (sent < n)
		st = send_now(c, &rest, 1);
	return st == ST_OK && c->full ? ST_BUSY : st;
}

bool
peer_is_through(const struct peer *c)
{
	return c->kept == NULL && !c->corked;
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
	if (c->corked)
		cork_settle(&c->all->cork);
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
