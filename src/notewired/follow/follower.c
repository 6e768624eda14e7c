#include "notewired/follow/follower.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

/* News of one read, and what one reader is fetched at a time. */
#define NEWS_ROWS	500
#define PIECE_BYTES	((size_t)64 << 10)

/* A board that is followed. */
struct followed {
	char		 id[ID_SIZE];
	uint64_t	 life;		/* as the hub counts them */
	struct cursor	 at;		/* all before it has been told */
	struct watch	*watch;
	struct followed	*next;
};

struct mail {
	struct letter	*first;
	struct letter	**last;
};

struct follower {
	struct store	*store;
	void		(*wake)(void *arg);
	void		*arg;
	pthread_t	 thread;
	bool		 started;
	int		 called;	/* eventfd: letters, or the end */
	int		 rung;		/* eventfd of all watches */
	pthread_mutex_t	 lock;
	struct mail	 asked;
	struct mail	 answers;
	bool		 ending;
	struct followed	*boards;	/* the thread's own */
};

static void
mail_init(struct mail *m)
{
	m->first = NULL;
	m->last = &m->first;
}

static void
mail_put(struct mail *m, struct letter *l)
{
	l->next = NULL;
	*m->last = l;
	m->last = &l->next;
}

static struct letter *
mail_take(struct mail *m)
{
	struct letter *l = m->first;

	if (l == NULL)
		return NULL;
	m->first = l->next;
	if (m->first == NULL)
		m->last = &m->first;
	return l;
}

static struct letter *
take_locked(struct follower *f, struct mail *m)
{
	struct letter *l;

	(void)pthread_mutex_lock(&f->lock);
	l = mail_take(m);
	(void)pthread_mutex_unlock(&f->lock);
	return l;
}

static void
answer(struct follower *f, struct letter *l)
{
	bool first;

	(void)pthread_mutex_lock(&f->lock);
	first = f->answers.first == NULL;
	mail_put(&f->answers, l);
	(void)pthread_mutex_unlock(&f->lock);
	if (first)
		f->wake(f->arg);
}

static void
ring(int eventfd)
{
	uint64_t one = 1;

	(void)!write(eventfd, &one, sizeof(one));
}

/* What store_tail shows goes into a letter. */
struct reading {
	struct letter	*letter;
	struct tail	 tail;
	int64_t		 last;		/* nothing past this */
	size_t		 bytes;		/* enough once there are so many */
};

static bool
put_change(void *arg, const struct change *ch)
{
	struct reading *r = arg;
	struct letter *l = r->letter;

	if (ch->seq > r->last)
		return false;
	letter_add(l, r->tail.head.epoch, ch);
	if (buf_status(&l->bytes))
		return false;
	l->next_at.seq = ch->seq;
	return l->bytes.len < r->bytes;
}

static enum status
read_log(struct follower *f, struct reading *r, const struct cursor *after,
    int64_t limit)
{
	const struct tail_query q = { .board = r->letter->board,
	    .after = *after, .docs = true, .limit = limit };
	struct letter *l = r->letter;
	enum status st;

	l->next_at = *after;
	st = store_tail(f->store, &q, &r->tail, put_change, r);
	if (st == ST_OK && l->next_at.epoch[0] == '\0')
		(void)str_copy(l->next_at.epoch, EPOCH_SIZE,
		    r->tail.head.epoch);
	if (st == ST_OK)
		st = buf_status(&l->bytes);
	l->st = st;
	l->reset = r->tail.reset;
	l->head = r->tail.head;
	return st;
}

/* Where the board's log ends; 0 changes are told of yet. */
static enum status
read_head(struct follower *f, const char *board, struct cursor *head)
{
	const struct tail_query q = { .board = board, .now = true };
	struct tail tail;
	enum status st;

	st = store_tail(f->store, &q, &tail, NULL, NULL);
	*head = tail.head;
	return st;
}

static struct followed *
find(struct follower *f, const char *board)
{
	struct followed *b;

	for (b = f->boards; b != NULL && strcmp(b->id, board) != 0;
	    b = b->next)
		continue;
	return b;
}

/* Tells what has come since the last time. */
static void
tell_news(struct follower *f, struct followed *b)
{
	struct reading r = { .last = INT64_MAX, .bytes = PIECE_BYTES };
	struct letter *l;
	enum status st;

	do {
		l = r.letter = letter_new(LETTER_NEWS, b->id);
		if (l == NULL)
			return;		/* the next ring tells */
		l->life = b->life;
		st = read_log(f, &r, &b->at, NEWS_ROWS);
		if (st == ST_OK && l->rows_n == 0) {
			letter_free(l);
			return;
		}
		if (st == ST_OK)
			b->at = l->head = l->next_at;
		else if (st == ST_NOTFOUND || st == ST_GONE) {
			l->kind = LETTER_LOST;
			b->at = l->head;
		} else {
			letter_free(l);
			return;
		}
		answer(f, l);
	} while (st == ST_OK && b->at.seq < r.tail.head.seq);
}

static void
tell_endings(struct follower *f, const struct followed *b)
{
	struct letter *l = letter_new(LETTER_ENDINGS, b->id);

	if (l == NULL)
		return;
	l->life = b->life;
	answer(f, l);
}

/* Looks at every board whose watch rang. */
static void
hear(struct follower *f)
{
	struct followed *b;
	uint64_t times;
	unsigned why;

	(void)!read(f->rung, &times, sizeof(times));
	for (b = f->boards; b != NULL; b = b->next) {
		why = store_watch_why(b->watch);
		if (why & WATCH_MOVED)
			tell_news(f, b);
		if (why & WATCH_ENDED)
			tell_endings(f, b);
	}
}

/* Watches first, then reads where the log is: nothing falls between. */
static enum status
follow(struct follower *f, struct letter *l)
{
	struct followed *b = find(f, l->board);
	enum status st;

	if (b != NULL) {
		b->life = l->life;
		l->head = b->at;
		return ST_OK;
	}
	b = calloc(1, sizeof(*b));
	if (b == NULL)
		return ST_NOMEM;
	(void)str_copy(b->id, sizeof(b->id), l->board);
	b->life = l->life;
	st = store_watch(f->store, b->id, f->rung, &b->watch);
	if (st == ST_OK)
		st = read_head(f, b->id, &b->at);
	if (st) {
		store_unwatch(f->store, b->watch);
		free(b);
		return st;
	}
	b->next = f->boards;
	f->boards = b;
	l->head = b->at;
	return ST_OK;
}

static void
forget(struct follower *f, const char *board)
{
	struct followed **at, *b;

	for (at = &f->boards; (b = *at) != NULL; at = &b->next)
		if (strcmp(b->id, board) == 0) {
			*at = b->next;
			store_unwatch(f->store, b->watch);
			free(b);
			return;
		}
}

/* Never past what has been told, so that readers go over to the ring there. */
static void
fetch(struct follower *f, struct letter *l)
{
	struct reading r = { .letter = l, .bytes = PIECE_BYTES };
	struct followed *b = find(f, l->board);
	struct cursor after = l->after;

	l->st = b == NULL ? follow(f, l) : ST_OK;
	if (l->st)
		return;
	b = find(f, l->board);
	tell_news(f, b);
	r.last = b->at.seq;
	(void)read_log(f, &r, &after, l->limit);
	l->head = b->at;
}

static enum status
check(struct follower *f, const struct letter *l)
{
	const struct claimed *c = &l->claimed;
	const struct credential who = {
		.link = c->kind == CLAIMED_LINK ? c->digest : NULL,
		.session = c->kind == CLAIMED_SESSION ? c->digest : NULL,
		.row = c->kind == CLAIMED_ROW ? c->row : 0,
	};
	struct access access;
	struct cursor head;
	enum status st;

	st = store_access(f->store, &who, l->board, &access);
	/* a board that is gone has an end of its own */
	if (st == ST_NOTFOUND && read_head(f, l->board, &head) == ST_OK)
		st = ST_DENIED;
	return st;
}

static void
serve(struct follower *f, struct letter *l)
{
	switch (l->kind) {
	case LETTER_FOLLOW:
		l->st = follow(f, l);
		break;
	case LETTER_FORGET:
		forget(f, l->board);
		letter_free(l);
		return;
	case LETTER_FETCH:
		fetch(f, l);
		break;
	case LETTER_CHECK:
		l->st = check(f, l);
		break;
	case LETTER_NEWS:
	case LETTER_LOST:
	case LETTER_ENDINGS:
		break;			/* nobody asks for these */
	}
	answer(f, l);
}

static bool
is_ending(struct follower *f)
{
	bool ending;

	(void)pthread_mutex_lock(&f->lock);
	ending = f->ending;
	(void)pthread_mutex_unlock(&f->lock);
	return ending;
}

/* Between any two letters the boards are listened to. */
static void *
run(void *arg)
{
	struct follower *f = arg;
	struct pollfd fds[] = {
		{ .fd = f->called, .events = POLLIN },
		{ .fd = f->rung, .events = POLLIN },
	};
	struct letter *l = NULL;
	uint64_t times;

	while (!is_ending(f)) {
		(void)poll(fds, 2, l == NULL ? -1 : 0);
		if (fds[1].revents != 0)
			hear(f);
		if (fds[0].revents != 0)
			(void)!read(f->called, &times, sizeof(times));
		l = take_locked(f, &f->asked);
		if (l != NULL)
			serve(f, l);
	}
	while (f->boards != NULL)
		forget(f, f->boards->id);
	return NULL;
}

enum status
follower_new(struct store *s, void (*wake)(void *arg), void *arg,
    struct follower **out)
{
	struct follower *f = calloc(1, sizeof(*f));

	*out = NULL;
	if (f == NULL)
		return ST_NOMEM;
	f->store = s;
	f->wake = wake;
	f->arg = arg;
	mail_init(&f->asked);
	mail_init(&f->answers);
	(void)pthread_mutex_init(&f->lock, NULL);	/* cannot fail on Linux */
	f->called = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	f->rung = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	f->started = f->called >= 0 && f->rung >= 0 &&
	    pthread_create(&f->thread, NULL, run, f) == 0;
	if (!f->started) {
		log_error("follower", "start", "errno=%d", errno);
		follower_free(f);
		return ST_NOMEM;
	}
	*out = f;
	return ST_OK;
}

void
follower_free(struct follower *f)
{
	struct letter *l;

	if (f == NULL)
		return;
	if (f->started) {
		(void)pthread_mutex_lock(&f->lock);
		f->ending = true;
		(void)pthread_mutex_unlock(&f->lock);
		ring(f->called);
		(void)pthread_join(f->thread, NULL);
	}
	while ((l = mail_take(&f->asked)) != NULL ||
	    (l = mail_take(&f->answers)) != NULL)
		letter_free(l);
	if (f->called >= 0)
		(void)close(f->called);
	if (f->rung >= 0)
		(void)close(f->rung);
	(void)pthread_mutex_destroy(&f->lock);
	free(f);
}

void
follower_ask(struct follower *f, struct letter *l)
{
	(void)pthread_mutex_lock(&f->lock);
	mail_put(&f->asked, l);
	(void)pthread_mutex_unlock(&f->lock);
	ring(f->called);
}

struct letter *
follower_answer(struct follower *f)
{
	return take_locked(f, &f->answers);
}
