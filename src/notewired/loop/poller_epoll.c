#include "notewired/loop/poller.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"

#define BATCH	256
#define EDGES	((uint32_t)(EPOLLIN | EPOLLRDHUP | EPOLLET))

enum status
poller_open(struct poller *w)
{
	w->fd = epoll_create1(EPOLL_CLOEXEC);
	if (w->fd != -1)
		return ST_OK;
	log_error("poller", "epoll", "errno=%d", errno);
	return errno == EMFILE || errno == ENFILE ? ST_BUSY :
	    errno == ENOMEM ? ST_NOMEM : ST_IO;
}

void
poller_close(struct poller *w)
{
	if (w->fd >= 0)
		(void)close(w->fd);
	w->fd = -1;
}

static struct epoll_event
event_of(struct poller_key key, uint32_t events)
{
	struct epoll_event e = { .events = events };

	e.data.u64 = (uint64_t)key.life << 32 | (uint32_t)key.fd;
	return e;
}

enum status
poller_add(struct poller *w, struct poller_key key, bool edge)
{
	struct epoll_event e = event_of(key, edge ? EDGES : EPOLLIN);

	if (epoll_ctl(w->fd, EPOLL_CTL_ADD, key.fd, &e) == 0)
		return ST_OK;
	return errno == EPERM || errno == EBADF ? ST_INVALID : ST_NOMEM;
}

enum status
poller_again(const struct poller *w, struct poller_key key, bool room)
{
	struct epoll_event e = event_of(key, room ? EDGES | EPOLLOUT : EDGES);

	return epoll_ctl(w->fd, EPOLL_CTL_MOD, key.fd, &e) == 0 ? ST_OK :
	    ST_NOMEM;
}

void
poller_remove(struct poller *w, int fd)
{
	struct epoll_event e = { .events = 0 };

	(void)epoll_ctl(w->fd, EPOLL_CTL_DEL, fd, &e);
}

static unsigned
ready_of(uint32_t events)
{
	unsigned ready = 0;

	if (events & EPOLLIN)
		ready |= READY_IN;
	if (events & EPOLLOUT)
		ready |= READY_OUT;
	if (events & EPOLLRDHUP)
		ready |= READY_HALF;
	if (events & (EPOLLHUP | EPOLLERR))
		ready |= READY_GONE;
	return ready;
}

bool
poller_drain(struct poller *w, poller_fn *fn, void *arg)
{
	struct epoll_event e[BATCH];
	struct poller_key key;
	int i, n;

	n = epoll_wait(w->fd, e, BATCH, 0);
	for (i = 0; i < n; i++) {
		key.fd = (int)(uint32_t)e[i].data.u64;
		key.life = (uint32_t)(e[i].data.u64 >> 32);
		fn(arg, key, ready_of(e[i].events));
	}
	return n == BATCH;
}
