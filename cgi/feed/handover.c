#include "feed/handover.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "call/reply.h"
#include "feed/wait.h"
#include "proto/handover.h"

/* A socket of the daemon's.  ST_TOOBIG: such a one cannot be. */
static enum status
find_daemon(const struct config *config, const char *name,
    struct sockaddr_un *at)
{
	int n;

	memset(at, 0, sizeof(*at));
	at->sun_family = AF_UNIX;
	n = snprintf(at->sun_path, sizeof(at->sun_path), "%s/%s",
	    config->run_dir, name);
	return n < 0 || (size_t)n >= sizeof(at->sun_path) ? ST_TOOBIG : ST_OK;
}

/* That there is no daemon is the ordinary case and needs no word. */
static int
connect_to(const struct sockaddr_un *at)
{
	int fd, why;

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1) {
		log_warn("handover", "socket", "errno=%d", errno);
		return -1;
	}
	if (connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0)
		return fd;
	why = errno;
	(void)close(fd);
	if (why != ENOENT && why != ECONNREFUSED)
		log_warn("handover", "connect", "path=\"%s\" errno=%d",
		    at->sun_path, why);
	return -1;
}

/* One that is spare, or a new one. */
static enum status
reach(struct call *c, struct daemon_line *line)
{
	struct sockaddr_un at;

	line->fd = -1;
	if (atomic_load(&c->service->daemon_at) > clock_mono_ms())
		return ST_NOTFOUND;
	line->fd = spares_take(&c->service->daemon);
	line->used = line->fd != -1;
	if (line->used)
		return ST_OK;
	if (find_daemon(c->service->config, "handover.sock", &at)) {
		log_warn("handover", "path", "run_dir=\"%s\" error=toolong",
		    c->service->config->run_dir);
		return ST_NOTFOUND;
	}
	line->fd = connect_to(&at);
	return line->fd == -1 ? ST_NOTFOUND : ST_OK;
}

enum status
handover_reach(struct call *c, struct daemon_line *line)
{
	return c->x->body_read ? reach(c, line) : ST_NOTFOUND;
}

void
handover_leave(struct call *c, struct daemon_line *line)
{
	spares_keep(&c->service->daemon, line->fd);
	line->fd = -1;
}

/*
 * Whether to say it again over another line, which is there then: the daemon had
 * left this one, as it may between two requests, and so heard nothing.
 */
static bool
reach_again(struct call *c, struct daemon_line *line, enum status st)
{
	(void)close(line->fd);
	line->fd = -1;
	return st == ST_CLOSED && line->used && reach(c, line) == ST_OK;
}

/* The place of the newest change for "now". */
static void
settle(const struct call *c, struct tail_query *q)
{
	if (q->now)
		q->after = c->access.head;
	q->now = false;
}

static enum handover_feed
feed_of(enum feed_kind kind)
{
	switch (kind) {
	case FEED_EVENTSOURCE:	return HANDOVER_EVENTSOURCE;
	case FEED_CONTINUOUS:	return HANDOVER_CONTINUOUS;
	case FEED_HTMLFILE:	return HANDOVER_HTMLFILE;
	case FEED_NORMAL:
	case FEED_LONGPOLL:	break;
	}
	return HANDOVER_LONGPOLL;
}

/* What the reader's rights come from, for the daemon to look at them again. */
static void
tell_claim(const struct claim *claim, struct handover *h)
{
	const unsigned char *digest = claim->who.session;

	h->claim = HANDOVER_SESSION;
	if (claim->who.link != NULL) {
		h->claim = HANDOVER_LINK;
		digest = claim->who.link;
	}
	if (digest != NULL)
		memcpy(h->digest, digest, sizeof(h->digest));
	else {
		h->claim = HANDOVER_ROW;
		h->row = claim->who.row;
	}
}

static enum status
fill(const struct call *c, const struct claim *claim, const struct feed *f,
    int64_t sent, struct handover *h)
{
	const struct config *config = c->service->config;
	struct hold_owner owner;
	enum status st;

	*h = (struct handover){
		.kind = c->request.socket ? HANDOVER_SOCKET :
		    c->x->single ? HANDOVER_CGI : HANDOVER_FCGI,
		.feed = c->request.socket ? HANDOVER_WEBSOCKET :
		    feed_of(f->kind),
		.role = c->access.role,
		.docs = f->query.docs,
		.request = c->request.socket ? 0 : (uint16_t)c->x->request,
		.after = f->query.after,
		.limit = f->query.limit,
		.heartbeat_ms = f->heartbeat_ms,
		.timeout_ms = f->kind == FEED_LONGPOLL ? f->timeout_ms : 0,
		.retry_min_ms = config->retry_min_ms,
		.retry_max_ms = config->retry_max_ms,
		.sent = sent,
		.expires_at = c->access.expires_at,
	};
	tell_claim(claim, h);
	st = wait_owner(c, claim, &owner);
	h->owner_address = owner.address;
	h->owner_session = owner.session;
	if (st == ST_OK)
		st = str_copy(h->board, sizeof(h->board), f->query.board);
	memcpy(h->peer, f->peer, sizeof(h->peer));
	if (st == ST_OK && f->nonce != NULL)
		st = str_copy(h->nonce, sizeof(h->nonce), f->nonce);
	return st;
}

/* The message, and the client's descriptor with it. */
static enum status
tell(int daemon, const struct buf *message, int client)
{
	union {
		char		room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr	align;
	} control = { .room = { 0 } };
	struct iovec piece = { message->data, message->len };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1,
	    .msg_control = control.room,
	    .msg_controllen = sizeof(control.room) };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(h), &client, sizeof(int));
	return sendmsg(daemon, &m, MSG_NOSIGNAL) == (ssize_t)message->len ?
	    ST_OK : ST_CLOSED;
}

/*
 * Waits for the answer.  ST_CLOSED: the daemon left and had not read what was
 * said (unix(7), ECONNRESET); ST_DENIED: it had; ST_TIMEOUT; ST_GONE: we end.
 */
static enum status
listen_for(struct service *s, int daemon, char *answer)
{
	struct pollfd fds[] = { { .fd = daemon, .events = POLLIN },
	    { .fd = s->stop, .events = POLLIN } };
	int64_t until = clock_mono_ms() + HANDOVER_MS, left;
	char bytes[2];
	ssize_t n;

	*answer = '\0';
	do {
		left = until - clock_mono_ms();
		if (left <= 0)
			return ST_TIMEOUT;
	} while (poll(fds, 2, (int)left) < 1);
	if (fds[0].revents == 0)
		return ST_GONE;		/* the stream says so */
	n = recv(daemon, bytes, sizeof(bytes), 0);
	if (n != 1)
		return n == -1 && errno == ECONNRESET ? ST_CLOSED : ST_DENIED;
	*answer = bytes[0];
	return ST_OK;
}

/* The daemon writes once it reads this, which we do not after it. */
static enum status
let_go(int daemon)
{
	const char go = HANDOVER_GO;

	return send(daemon, &go, 1, MSG_NOSIGNAL) == 1 ? ST_OK : ST_CLOSED;
}

/* After a second of silence nobody waits for the daemon again for a while. */
static enum status
hear(struct call *c, int daemon, char *answer)
{
	enum status st;

	st = listen_for(c->service, daemon, answer);
	if (st == ST_TIMEOUT)
		atomic_store(&c->service->daemon_at,
		    clock_mono_ms() + HANDOVER_PAUSE_MS);
	return st;
}

/* The daemon's answer to the message, over this line or another. */
static enum status
offer(struct daemon_line *line, struct call *c, const struct buf *message,
    char *answer)
{
	enum status st;

	do {
		st = tell(line->fd, message, c->x->fd);
		if (st == ST_OK)
			st = hear(c, line->fd, answer);
	} while (st != ST_OK && reach_again(c, line, st));
	return st;
}

/* The line stays where both sides have said all that there was to say. */
static enum status
give(struct daemon_line *line, struct call *c, const struct buf *message)
{
	enum status st;
	char answer;

	st = offer(line, c, message, &answer);
	if (st)
		return st;
	if (answer == HANDOVER_TAKEN)
		st = let_go(line->fd);
	else
		st = answer == HANDOVER_BUSY ? ST_BUSY : ST_DENIED;
	if (st == ST_OK || st == ST_BUSY)
		handover_leave(c, line);
	else
		(void)close(line->fd);
	return st;
}

enum status
handover_give(struct daemon_line *line, struct call *c,
    const struct claim *claim, struct feed *f, int64_t sent)
{
	struct handover h;
	struct buf message;
	enum status st;

	buf_init(&message, HANDOVER_MAX);
	settle(c, &f->query);
	st = fill(c, claim, f, sent, &h);
	if (st == ST_OK) {
		handover_print(&message, &h);
		st = buf_status(&message);
	}
	if (st)
		handover_leave(c, line);
	else
		st = give(line, c, &message);
	buf_fini(&message);
	c->x->given = st == ST_OK;
	if (st == ST_OK || st == ST_BUSY)
		return st;
	log_warn("handover", "kept", "reason=%s", status_name(st));
	return ST_NOTFOUND;
}

enum status
handover_tell(struct call *c, const struct claim *claim, struct feed *f)
{
	struct handover h;
	enum status st;

	settle(c, &f->query);
	st = fill(c, claim, f, 0, &h);
	if (st)
		return st;
	handover_print(&c->out, &h);
	return reply_body(c, 200, HANDOVER_TYPE);
}

/* One message and one byte. */
static enum status
exchange_signal(struct call *c, struct daemon_line *line,
    const struct buf *packed)
{
	enum status st;
	char answer;

	do
		st = send(line->fd, packed->data, packed->len, MSG_NOSIGNAL) ==
		    (ssize_t)packed->len ? hear(c, line->fd, &answer) :
		    ST_CLOSED;
	while (st != ST_OK && reach_again(c, line, st));
	if (st)
		return ST_BUSY;
	handover_leave(c, line);
	return answer == HANDOVER_TAKEN ? ST_OK :
	    answer == HANDOVER_NOBODY ? ST_NOTFOUND : ST_BUSY;
}

enum status
handover_signal(struct call *c, const struct signal *s)
{
	struct daemon_line line;
	struct buf packed;
	enum status st;

	if (reach(c, &line))
		return handover_has_sockets(c->service->config) ? ST_BUSY :
		    ST_GONE;
	buf_init(&packed, SIGNAL_PACKED_MAX);
	signal_pack(&packed, s);
	st = buf_status(&packed);
	if (st == ST_OK)
		st = exchange_signal(c, &line, &packed);
	else
		handover_leave(c, &line);
	buf_fini(&packed);
	return st;
}

bool
handover_has_sockets(const struct config *config)
{
	struct sockaddr_un at;
	bool has;
	int fd;

	if (find_daemon(config, "http.sock", &at))
		return false;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return false;
	/* of another type than a stream, it only learns who is there */
	has = connect(fd, (const struct sockaddr *)&at, sizeof(at)) == -1 &&
	    errno == EPROTOTYPE;
	(void)close(fd);
	return has;
}
