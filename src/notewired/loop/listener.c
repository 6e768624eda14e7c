#include "notewired/loop/listener.h"

#include <errno.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* Connections let in before others get their turn. */
#define ACCEPTS		64
#define REST_MS		100
/* Descriptors that nobody who knocks gets: those who are in need some. */
#define SPARE		16

void
listener_init(struct listener *l)
{
	l->fd = l->reserve = -1;
	l->peer = NULL;
	l->rest.link = NULL;
}

static void
open_reserve(struct listener *l)
{
	if (l->reserve == -1)
		l->reserve = eventfd(0, EFD_CLOEXEC);
}

/* Lets those who wait know, one after another, and rests. */
static void
turn_away(struct listener *l)
{
	int i, fd;

	if (!l->told)
		log_error("listener", "descriptors", "name=%s", l->name);
	l->told = true;
	for (i = 0; i < ACCEPTS && l->reserve >= 0; i++) {
		(void)close(l->reserve);
		l->reserve = -1;
		fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			(void)close(fd);
		open_reserve(l);
		if (fd == -1)
			break;
	}
	poller_remove(&l->peers->poller, l->fd);
	wheel_set(l->wheel, &l->rest, clock_mono_ms() + REST_MS);
}

static void
on_rested(struct timer *t, int64_t now)
{
	struct listener *l = (struct listener *)(void *)((char *)t -
	    offsetof(struct listener, rest));

	open_reserve(l);
	if (poller_add(&l->peers->poller, peer_key(l->peer), false) != ST_OK)
		wheel_set(l->wheel, t, now + REST_MS);
}

static void
on_knock(struct peer *c, bool ended)
{
	struct listener *l = c->owner;
	int i, fd;

	(void)ended;
	for (i = 0; i < ACCEPTS; i++) {
		fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= l->peers->max - SPARE) {
			(void)close(fd);
			turn_away(l);
			return;
		} else if (fd >= 0) {
			l->told = false;
			if (!l->let_in(l->arg, fd))
				(void)close(fd);
		} else if (errno == EMFILE || errno == ENFILE ||
		    errno == ENOBUFS || errno == ENOMEM) {
			turn_away(l);
			return;
		} else if (errno != EINTR && errno != ECONNABORTED)
			return;
	}
}

static void
nothing(struct peer *c)
{
	(void)c;
}

enum status
listener_open(struct listener *l, int fd)
{
	static const struct peer_kind kind = {
		.name = "listener",
		.input = on_knock,
		.room = nothing,
		.gone = nothing,
	};
	enum status st;

	l->rest.fire = on_rested;
	st = peer_take_listener(l->peers, fd, &kind, l, &l->peer);
	if (st) {
		(void)close(fd);
		return st;
	}
	l->fd = fd;
	open_reserve(l);
	return ST_OK;
}

void
listener_close(struct listener *l)
{
	wheel_clear(&l->rest);
	if (l->peer != NULL)
		peer_close(l->peers, l->peer);
	if (l->reserve >= 0)
		(void)close(l->reserve);
	listener_init(l);
}
