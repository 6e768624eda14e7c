#include "notewired/socket/ask.h"

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
#define REQUEST_MAX	((size_t)128 << 20)
#define INPUT_BYTES	((size_t)16 << 10)
/* A responder that is slower than this has trouble of its own. */
#define ANSWER_MS	10000
/* So many that are not in use are kept, and those that are no larger. */
#define SPARES		64
#define SPARE_BYTES	4096

/* A connection to the responder, for one request after another. */
struct line {
	struct asks	*all;
	struct line	*next;		/* of those that are idle */
	struct peer	*peer;
	struct ask	*ask;		/* NULL: idle */
	bool		 used;		/* it has answered before */
	struct timer	 timer;		/* while it is */
};

struct ask {
	struct asks		*all;
	struct ask		*next;		/* of those that wait, or that are
						   spare */
	struct ask		*prev;
	struct line		*line;		/* NULL: it waits */
	struct timer		 timer;
	ask_done		*done;		/* NULL: nobody wants to know */
	void			*arg;
	struct buf		 request;	/* while it waits, or may have to
						   be sent again */
	struct fcgi_answer	 answer;
};

static struct line *line_new(struct asks *all);
static void fire(struct timer *t, int64_t now);

/* ---- lines that are idle ---- */

static void
drop_idle(struct line *l)
{
	struct line **at;

	for (at = &l->all->idle; *at != NULL; at = &(*at)->next)
		if (*at == l) {
			*at = l->next;
			return;
		}
}

static void
line_free(struct line *l)
{
	drop_idle(l);
	wheel_clear(&l->timer);
	peer_close(l->all->peers, l->peer);
	l->all->lines--;
	free(l);
}

static void
rest(struct line *l)
{
	l->ask = NULL;
	l->used = true;
	l->next = l->all->idle;
	l->all->idle = l;
	wheel_set(l->all->wheel, &l->timer,
	    clock_mono_ms() + l->all->idle_ms);
}

static void
on_rested(struct timer *t, int64_t now)
{
	(void)now;
	line_free((struct line *)(void *)((char *)t -
	    offsetof(struct line, timer)));
}

/* ---- requests, one by one ---- */

static void
wait_in_turn(struct ask *a)
{
	struct asks *all = a->all;

	a->prev = all->last;
	*(all->last != NULL ? &all->last->next : &all->first) = a;
	all->last = a;
}

static void
wait_before_all(struct ask *a)
{
	struct asks *all = a->all;

	a->next = all->first;
	*(all->first != NULL ? &all->first->prev : &all->last) = a;
	all->first = a;
}

static void
wait_no_more(struct ask *a)
{
	struct asks *all = a->all;

	*(a->prev != NULL ? &a->prev->next : &all->first) = a->next;
	*(a->next != NULL ? &a->next->prev : &all->last) = a->prev;
	a->next = a->prev = NULL;
}

static void
discard(struct ask *a)
{
	buf_fini(&a->request);
	fcgi_answer_fini(&a->answer);
	free(a);
}

/*
 * What lives so shortly is used again: among what lives long it would leave
 * holes.
 */
static void
release(struct ask *a)
{
	struct asks *all = a->all;

	wheel_clear(&a->timer);
	if (all->spares == SPARES || a->request.cap > SPARE_BYTES ||
	    a->answer.out.cap > SPARE_BYTES) {
		discard(a);
		return;
	}
	a->next = all->spare;
	all->spare = a;
	all->spares++;
}

/* One that is spare, or a new one. */
static struct ask *
ask_take(struct asks *all)
{
	struct ask *a = all->spare;

	if (a != NULL) {
		all->spare = a->next;
		all->spares--;
		buf_reset(&a->request);
		fcgi_answer_reset(&a->answer);
	} else if ((a = malloc(sizeof(*a))) != NULL) {
		a->all = all;
		buf_init(&a->request, REQUEST_MAX);
		fcgi_answer_init(&a->answer, ANSWER_MAX);
	} else
		return NULL;
	a->next = a->prev = NULL;
	a->line = NULL;
	a->timer = (struct timer){ .fire = fire };
	return a;
}

/* Ends it, answered or not; its line is idle then, or closed. */
static void
end(struct ask *a, enum status st)
{
	if (st)
		log_warn("ask", "failed", "reason=%s", status_name(st));
	if (a->line == NULL)
		wait_no_more(a);
	else if (st == ST_OK)
		rest(a->line);
	else
		line_free(a->line);
	if (a->done != NULL) {
		a->all->n--;
		a->done(a->arg, st ? NULL : &a->answer);
	}
	release(a);
}

/* An idle line, or a new one where there may be more; NULL: neither. */
static struct line *
take_line(struct asks *all)
{
	struct line *l = all->idle;

	if (l == NULL)
		return all->lines < all->lines_max ? line_new(all) : NULL;
	all->idle = l->next;
	wheel_clear(&l->timer);
	return l;
}

/* Sends it over any line that takes it; false: there is none now. */
static bool
begin(struct ask *a)
{
	struct line *l;

	while ((l = take_line(a->all)) != NULL) {
		if (peer_send_bytes(l->peer, a->request.data,
		    a->request.len) == ST_OK) {
			l->ask = a;
			a->line = l;
			return true;
		}
		line_free(l);		/* the responder had left it */
	}
	return false;
}

/* Those who wait, as far as there are lines. */
static void
go_on(struct asks *all)
{
	struct ask *a;

	while ((a = all->first) != NULL && begin(a))
		wait_no_more(a);
	/* without any line nobody would look after them again */
	while (all->lines == 0 && all->first != NULL)
		end(all->first, ST_CLOSED);
}

static void
finish(struct ask *a, enum status st)
{
	struct asks *all = a->all;

	end(a, st);
	go_on(all);
}

/*
 * The responder left a line without having read the request that was on its way
 * to it: nothing was done, so it can be sent again.
 */
static void
ask_again(struct ask *a)
{
	line_free(a->line);
	a->line = NULL;
	wait_before_all(a);
	go_on(a->all);
}

static void
fire(struct timer *t, int64_t now)
{
	(void)now;
	finish((struct ask *)(void *)((char *)t -
	    offsetof(struct ask, timer)), ST_TIMEOUT);
}

struct ask *
ask_new(struct asks *all, const struct buf *request, ask_done *done,
    void *arg)
{
	struct ask *a;

	if (buf_status(request))
		return NULL;
	a = ask_take(all);
	if (a == NULL)
		return NULL;
	a->done = done;
	a->arg = arg;
	wheel_set(all->wheel, &a->timer, clock_mono_ms() + ANSWER_MS);
	buf_add(&a->request, request->data, request->len);
	/* who came before goes first */
	if (buf_status(&a->request) || ((all->first != NULL || !begin(a)) &&
	    all->lines == 0)) {
		release(a);
		return NULL;
	}
	all->n++;
	if (a->line == NULL)
		wait_in_turn(a);
	return a;
}

void
ask_free(struct ask *a)
{
	if (a == NULL)
		return;
	a->all->n--;
	if (a->line != NULL) {
		a->done = NULL;		/* what comes still is read and dropped */
		return;
	}
	wait_no_more(a);
	release(a);
}

void
asks_fini(struct asks *all)
{
	struct ask *a;

	while ((a = all->spare) != NULL) {
		all->spare = a->next;
		discard(a);
	}
}

/* ---- lines, as connections ---- */

static void
on_input(struct peer *c, bool ended)
{
	struct line *l = c->owner;
	struct ask *a = l->ask;
	char bytes[INPUT_BYTES];
	enum status st, came;
	size_t got;

	(void)ended;			/* reading comes to the end */
	if (a == NULL) {
		line_free(l);		/* all it can say now is that it ends */
		return;
	}
	do {
		st = peer_read(c, bytes, sizeof(bytes), &got);
		fcgi_answer_feed(&a->answer, bytes, got);
		came = fcgi_answer_end(&a->answer);
	} while (st == ST_OK && got > 0 && came == ST_BUSY);
	if (came != ST_BUSY)
		finish(a, came);
	else if (st == ST_CLOSED && errno == ECONNRESET && l->used &&
	    a->done != NULL && fcgi_answer_is_fresh(&a->answer))
		ask_again(a);
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
	struct line *l = c->owner;

	if (l->ask != NULL)
		finish(l->ask, ST_CLOSED);
	else
		line_free(l);
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

static struct line *
line_new(struct asks *all)
{
	static const struct peer_kind kind = {
		.name = "ask",
		.input = on_input,
		.room = on_room,
		.gone = on_gone,
	};
	struct line *l = calloc(1, sizeof(*l));
	int fd;

	if (l == NULL)
		return NULL;
	fd = connect_to(all->path);
	if (fd == -1 || peer_take(all->peers, fd, &kind, l, &l->peer)) {
		if (fd >= 0)
			(void)close(fd);
		free(l);
		return NULL;
	}
	l->all = all;
	l->timer.fire = on_rested;
	all->lines++;
	return l;
}
