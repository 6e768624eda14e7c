#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "route.h"

/* Between looks at whether all threads have ended. */
#define DRAIN_STEP_MS	10
/* After accept() failed for want of descriptors or memory. */
#define PAUSE_MS	20

/* What the threads share. */
struct server {
	struct service	*service;
	int		 listener;
	pthread_mutex_t	 turn;		/* one thread at a time waits for a client */
	_Atomic int64_t	 running;
};

static enum status
failure(const FCGX_Stream *stream)
{
	return FCGX_GetError((FCGX_Stream *)stream) == EAGAIN ? ST_TIMEOUT :
	    ST_CLOSED;
}

static enum status
fcgi_read(struct exchange *x, char *to, size_t room, size_t *got)
{
	FCGX_Request *r = x->peer;
	int n;

	*got = 0;
	n = FCGX_GetStr(to, room < INT32_MAX ? (int)room : INT32_MAX, r->in);
	if (n > 0)
		*got = (size_t)n;
	return FCGX_GetError(r->in) != 0 ? failure(r->in) : ST_OK;
}

static enum status
fcgi_write(struct exchange *x, const char *bytes, size_t n)
{
	FCGX_Request *r = x->peer;
	int part;

	for (; n > 0; bytes += part, n -= (size_t)part) {
		part = n < INT32_MAX ? (int)n : INT32_MAX;
		if (FCGX_PutStr(bytes, part, r->out) != part)
			return failure(r->out);
	}
	return ST_OK;
}

static enum status
fcgi_flush(struct exchange *x)
{
	FCGX_Request *r = x->peer;

	return FCGX_FFlush(r->out) == -1 ? failure(r->out) : ST_OK;
}

static void
set_timeouts(int fd, int64_t ms)
{
	struct timeval tv = { .tv_sec = ms / 1000,
	    .tv_usec = ms % 1000 * 1000 };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

/* Waits for the thread's turn and a client.  -1: the program ends. */
static int
take_client(struct server *v)
{
	struct pollfd fds[] = {
		{ .fd = v->service->stop, .events = POLLIN },
		{ .fd = v->listener, .events = POLLIN },
	};
	int fd = -1;

	(void)pthread_mutex_lock(&v->turn);
	while (fd == -1 && !service_stopping(v->service)) {
		if (poll(fds, 2, -1) < 1 || fds[1].revents == 0)
			continue;
		/* other processes may listen as well and be faster */
		fd = accept4(v->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd == -1 && errno != EAGAIN && errno != EINTR &&
		    errno != ECONNABORTED) {
			log_error("serve", "accept", "errno=%d", errno);
			(void)poll(fds, 1, PAUSE_MS);
		}
	}
	(void)pthread_mutex_unlock(&v->turn);
	return fd;
}

/*
 * The connection is another process's: no END_REQUEST, no shutdown, no word
 * more, only our copy is closed.
 */
static void
let_go(FCGX_Request *r)
{
	int fd = r->ipcFd;

	FCGX_Free(r, 0);
	r->ipcFd = -1;
	(void)close(fd);
}

/*
 * Whether a request begins on a connection.  libfcgi would wait for it also
 * while the program ends, would give up a client that has said nothing yet when
 * somebody stops and continues the process (a read with a time limit ends in
 * EINTR then, signal(7)), and after a client that has left it would take the
 * next one from the listener, past all of the above.
 */
static bool
request_comes(const struct server *v, int fd)
{
	struct pollfd fds[] = {
		{ .fd = v->service->stop, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	char byte;

	return poll(fds, 2, (int)v->service->config->io_timeout_ms) > 0 &&
	    fds[1].revents != 0 && recv(fd, &byte, 1, MSG_PEEK) == 1;
}

/* Answers the requests of one connection, of which there is mostly one. */
static void
serve_client(struct server *v, FCGX_Request *r, int fd)
{
	static const struct exchange_way way = { fcgi_read, fcgi_write,
	    fcgi_flush };
	const struct config *config = v->service->config;
	struct exchange x;
	struct chore left;

	set_timeouts(fd, config->io_timeout_ms);
	/* taken over: libfcgi closes it, but not as that of an earlier request */
	r->ipcFd = fd;
	r->keepConnection = 1;
	while (r->ipcFd >= 0 && request_comes(v, r->ipcFd) &&
	    FCGX_Accept_r(r) == 0) {
		x = (struct exchange){ .way = &way, .peer = r, .env = r->envp,
		    .fd = r->ipcFd, .request = r->requestId,
		    .io_timeout_ms = (int)config->io_timeout_ms };
		(void)route(v->service, &x, &left);
		if (x.given) {
			let_go(r);
			return;
		}
		/*
		 * What was not read would be taken for the next request, and
		 * that need not wait for a chore.
		 */
		if (!x.body_read || left.index[0] != '\0' ||
		    service_stopping(v->service))
			r->keepConnection = 0;
		FCGX_Finish_r(r);
		chore_do(v->service, &left);
	}
	FCGX_Free(r, 1);
}

static void *
work(void *arg)
{
	struct server *v = arg;
	FCGX_Request r;
	int fd;

	(void)FCGX_InitRequest(&r, v->listener, FCGI_FAIL_ACCEPT_ON_INTR);
	while ((fd = take_client(v)) != -1)
		serve_client(v, &r, fd);
	FCGX_Free(&r, 1);
	atomic_fetch_sub(&v->running, 1);
	return NULL;
}

static enum status
start_threads(struct server *v, int64_t threads)
{
	pthread_t id;
	int64_t i;
	int why;

	for (i = 0; i < threads; i++) {
		atomic_fetch_add(&v->running, 1);
		why = pthread_create(&id, NULL, work, v);
		if (why != 0) {
			atomic_fetch_sub(&v->running, 1);
			log_error("serve", "thread", "errno=%d number=%lld", why,
			    (long long)i);
			return ST_NOMEM;
		}
		(void)pthread_detach(id);
	}
	return ST_OK;
}

/* Signals are the first thread's: the others have them blocked from birth. */
static enum status
start(struct server *v, int64_t threads)
{
	sigset_t all, before;
	enum status st;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	st = start_threads(v, threads);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return st;
}

/* Waits until every thread has ended, but not for ever. */
static enum status
drain(struct server *v)
{
	int64_t until = clock_mono_ms() + v->service->config->io_timeout_ms;

	while (atomic_load(&v->running) > 0) {
		if (clock_mono_ms() > until)
			return ST_TIMEOUT;
		(void)poll(NULL, 0, DRAIN_STEP_MS);
	}
	return ST_OK;
}

/* Until somebody stops it; meanwhile the system is told that it lives. */
static void
wait_for_end(struct service *s)
{
	struct pollfd stop = { .fd = s->stop, .events = POLLIN };
	int64_t pause = notify_watchdog_ms();

	while (poll(&stop, 1, pause == 0 ? -1 : (int)pause) != 1)
		if (pause != 0)
			(void)notify_say("WATCHDOG=1");
}

enum status
serve(struct service *s, int listener)
{
	static struct server v;
	enum status st;

	v = (struct server){ .service = s, .listener = listener };
	(void)pthread_mutex_init(&v.turn, NULL);	/* cannot fail on Linux */
	/* so that a thread that lost the race for a client is not stuck */
	(void)fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) | O_NONBLOCK);
	st = start(&v, s->config->threads);
	if (st)
		service_stop(s);
	else
		(void)notify_say("READY=1");
	wait_for_end(s);
	(void)notify_say("STOPPING=1");
	return drain(&v) ? ST_TIMEOUT : st;
}
