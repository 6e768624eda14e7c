#include "call/exchange.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

#define PIECE	8192

const char *
exchange_env(const struct exchange *x, const char *name)
{
	size_t n = strlen(name);
	char *const *at;

	for (at = x->env; *at != NULL; at++)
		if (strncmp(*at, name, n) == 0 && (*at)[n] == '=')
			return *at + n + 1;
	return "";
}

/*
 * Where the server did not say, the way itself tells the end.  Without
 * CONTENT_LENGTH a CGI program has no body, and must not look for one (RFC
 * 3875, 4.2).
 */
uint64_t
exchange_length(const struct exchange *x)
{
	const char *text = exchange_env(x, "CONTENT_LENGTH");
	uint64_t n;

	if (str_uint(text, INT64_MAX, &n) == ST_OK)
		return n;
	return x->single ? 0 : EXCHANGE_OPEN;
}

enum status
exchange_read(struct exchange *x, char *to, size_t room, size_t *got)
{
	enum status st;

	*got = 0;
	if (!x->body_begun) {
		x->body_begun = true;
		x->body_left = exchange_length(x);
	}
	if (x->body_left < room)
		room = (size_t)x->body_left;
	st = x->way->read(x, to, room, got);
	if (st)
		return st;
	if (x->body_left != EXCHANGE_OPEN)
		x->body_left -= *got;
	if (*got > 0)
		return ST_OK;
	if (x->body_left > 0 && x->body_left != EXCHANGE_OPEN)
		return ST_CLOSED;
	/*
	 * Where the length was known the end has yet to be seen: a web server
	 * that finds the connection closed before it has sent it, as Apache
	 * may, takes the answer for lost.  exchange_drain() waits for it.
	 */
	x->body_read = x->body_left == EXCHANGE_OPEN || x->single;
	return ST_OK;
}

enum status
exchange_body(struct exchange *x, struct buf *out)
{
	uint64_t length = exchange_length(x);
	char piece[PIECE];
	enum status st;
	size_t got;

	if (length != EXCHANGE_OPEN && length > out->max)
		return ST_TOOBIG;
	do {
		st = exchange_read(x, piece, sizeof(piece), &got);
		if (st)
			return st;
		buf_add(out, piece, got);
	} while (got > 0 && buf_status(out) == ST_OK);
	return buf_status(out);
}

void
exchange_drain(struct exchange *x, size_t max)
{
	char piece[PIECE];
	size_t got = 1;

	while (max > 0 && got > 0) {
		/* no request follows that of a CGI run, nor does its body end */
		if ((x->single ? exchange_read : x->way->read)(x, piece,
		    sizeof(piece), &got))
			return;
		max -= got < max ? got : max;
	}
	x->body_read = got == 0;
}

enum status
exchange_write(struct exchange *x, const char *bytes, size_t n)
{
	return x->way->write(x, bytes, n);
}

enum status
exchange_flush(struct exchange *x)
{
	return x->way->flush(x);
}

bool
exchange_left(const struct exchange *x, short revents)
{
	char byte;

	if (revents & (POLLERR | POLLHUP | POLLNVAL | POLLRDHUP))
		return true;
	if ((revents & POLLIN) == 0)
		return false;
	/*
	 * The end, or a record: while an answer is under way only
	 * FCGI_ABORT_REQUEST has a right to come (FastCGI 1.0, 5.4).
	 */
	return recv(x->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
	    (errno != EAGAIN && errno != EINTR);
}

bool
exchange_is_ours(const struct exchange *x)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	return !x->single && getsockopt(x->fd, SOL_SOCKET, SO_PEERCRED, &who,
	    &n) == 0 && who.uid == geteuid();
}

/* Waits until the descriptor is ready; ST_TIMEOUT, ST_CLOSED. */
static enum status
await(int fd, short events, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do
		n = poll(&p, 1, timeout_ms);
	while (n == -1 && errno == EINTR);
	if (n == 0)
		return ST_TIMEOUT;
	return p.revents & (POLLNVAL | POLLERR) ? ST_CLOSED : ST_OK;
}

static enum status
cgi_read(struct exchange *x, char *to, size_t room, size_t *got)
{
	enum status st;
	ssize_t n;

	*got = 0;
	if (room == 0)
		return ST_OK;
	st = await(STDIN_FILENO, POLLIN, x->io_timeout_ms);
	if (st)
		return st;
	n = read(STDIN_FILENO, to, room);
	if (n == -1)
		return ST_CLOSED;
	*got = (size_t)n;
	return ST_OK;
}

/* Never more than PIPE_BUF at once: so much a ready pipe takes without blocking. */
static enum status
cgi_write(struct exchange *x, const char *bytes, size_t n)
{
	enum status st;
	ssize_t sent;

	while (n > 0) {
		st = await(x->fd, POLLOUT, x->io_timeout_ms);
		if (st)
			return st;
		sent = write(x->fd, bytes, n < PIPE_BUF ? n : PIPE_BUF);
		if (sent == -1)
			return ST_CLOSED;
		bytes += sent;
		n -= (size_t)sent;
	}
	return ST_OK;
}

static enum status
cgi_flush(struct exchange *x)
{
	(void)x;
	return ST_OK;		/* nothing is kept back */
}

void
exchange_cgi(struct exchange *x, int io_timeout_ms)
{
	static const struct exchange_way way = { cgi_read, cgi_write, cgi_flush };

	*x = (struct exchange){
		.way = &way,
		.env = environ,
		.fd = STDOUT_FILENO,
		.io_timeout_ms = io_timeout_ms,
		.single = true,
	};
}
