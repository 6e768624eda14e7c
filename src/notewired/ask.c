#include "notewired/ask.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"

#define ANSWER_MAX	((size_t)16 << 20)
#define INPUT_BYTES	((size_t)16 << 10)
/* A responder that is slower than this has trouble of its own. */
#define ANSWER_MS	10000

struct ask {
	struct asks		*all;
	struct peer		*peer;
	struct timer		 timer;
	ask_done		*done;
	void			*arg;
	struct fcgi_answer	 answer;
};

void
ask_free(struct ask *a)
{
	if (a == NULL)
		return;
	wheel_clear(&a->timer);
	peer_close(a->all->peers, a->peer);
	fcgi_answer_fini(&a->answer);
	a->all->n--;
	free(a);
}

static void
finish(struct ask *a, enum status st)
{
	if (st)
		log_warn("ask", "failed", "reason=%s", status_name(st));
	a->done(a->arg, st ? NULL : &a->answer);
	ask_free(a);
}

static void
on_input(struct peer *c, bool ended)
{
	struct ask *a = c->owner;
	char bytes[INPUT_BYTES];
	enum status st, end;
	size_t got;

	(void)ended;			/* reading comes to the end */
	do {
		st = peer_read(c, bytes, sizeof(bytes), &got);
		fcgi_answer_feed(&a->answer, bytes, got);
	} while (st == ST_OK && got > 0);
	end = fcgi_answer_end(&a->answer);
	if (end != ST_BUSY)
		finish(a, end);
	else if (st)
		finish(a, st);
}

static void
on_room(struct peer *c)
{
	(void)c;			/* all was given away at once */
}

static void
on_gone(struct peer *c)
{
	finish(c->owner, ST_CLOSED);
}

static void
fire(struct timer *t, int64_t now)
{
	(void)now;
	finish((struct ask *)(void *)((char *)t -
	    offsetof(struct ask, timer)), ST_TIMEOUT);
}

/* A Unix socket is connected at once, or its queue is full. */
static int
connect_to(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd, why;

	if (str_copy(at.sun_path, sizeof(at.sun_path), path))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	why = errno;
	(void)close(fd);
	log_warn("ask", "connect", "path=\"%s\" errno=%d", path, why);
	return -1;
}

struct ask *
ask_new(struct asks *all, const struct buf *request, ask_done *done,
    void *arg)
{
	static const struct peer_kind kind = {
		.name = "ask",
		.input = on_input,
		.room = on_room,
		.gone = on_gone,
	};
	struct ask *a;
	int fd;

	if (buf_status(request))
		return NULL;
	a = calloc(1, sizeof(*a));
	if (a == NULL)
		return NULL;
	fd = connect_to(all->path);
	if (fd == -1 || peer_take(all->peers, fd, &kind, a, &a->peer)) {
		if (fd >= 0)
			(void)close(fd);
		free(a);
		return NULL;
	}
	a->all = all;
	all->n++;
	a->done = done;
	a->arg = arg;
	a->timer.fire = fire;
	fcgi_answer_init(&a->answer, ANSWER_MAX);
	wheel_set(all->wheel, &a->timer, clock_mono_ms() + ANSWER_MS);
	if (peer_send_bytes(a->peer, request->data, request->len)) {
		ask_free(a);
		return NULL;
	}
	return a;
}
