#include "store/sqlite/watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "store/sqlite/conn.h"
#include "store/store.h"

/* A board that somebody watches. */
struct watched {
	char		 id[ID_SIZE];
	int64_t		 head;		/* seen last; -1: not yet */
	struct watch	*watches;
	struct watched	*next;
};

struct watch {
	struct watched	*board;
	int		 eventfd;
	_Atomic unsigned why;
	struct watch	*next;
};

struct watcher {
	pthread_mutex_t	 lock;		/* the boards, and `started` */
	struct watched	*boards;
	bool		 started;
	bool		 ending;
	pthread_t	 thread;
	int		 nudge;		/* eventfd: look again, or end */
	char		*database;
	char		*bell;
	/* the thread's own */
	struct conn	*db;
	int64_t		 commits;
	int64_t		 endings;
};

static void
ring(int eventfd)
{
	uint64_t one = 1;

	(void)!write(eventfd, &one, sizeof(one));	/* full is rung enough */
}

static void
ring_board(const struct watched *b, unsigned why)
{
	struct watch *one;

	for (one = b->watches; one != NULL; one = one->next) {
		atomic_fetch_or(&one->why, why);
		ring(one->eventfd);
	}
}

/* The board's newest change; -2 when the board is gone, -1 when in doubt. */
static int64_t
read_head(struct watcher *w, const char *id)
{
	int64_t head = -1;
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->db, SQL_BOARD, &row, "t", id);
	if (st == ST_OK)
		head = sqlite3_column_int64(row, 1);
	else if (st == ST_NOTFOUND)
		head = -2;
	conn_done(row);
	return head;
}

/* Whether anything was committed since the last look, or a session ended. */
static bool
anything_new(struct watcher *w, bool *ended)
{
	int64_t commits = -1, endings = -1;
	sqlite3_stmt *row;

	if (w->db == NULL &&
	    conn_open(w->database, CONN_READ, &w->db) != ST_OK)
		return false;
	if (conn_row(w->db, SQL_META, &row, "") == ST_OK) {
		commits = sqlite3_column_int64(row, 2);
		endings = sqlite3_column_int64(row, 3);
	}
	conn_done(row);
	*ended = endings != w->endings;
	if (commits == w->commits && !*ended)
		return false;
	w->commits = commits;
	w->endings = endings;
	return true;
}

/* Wakes those whose board moved.  Under the lock. */
static void
look(struct watcher *w, bool fresh)
{
	bool ended = false;
	struct watched *b;
	unsigned why;
	int64_t head;

	if (!anything_new(w, &ended) && !fresh)
		return;
	if (w->db == NULL)
		return;
	for (b = w->boards; b != NULL; b = b->next) {
		why = ended ? WATCH_ENDED : 0;
		head = read_head(w, b->id);
		if (head != b->head || head == -1)
			why |= WATCH_MOVED;
		b->head = head;
		if (why != 0)
			ring_board(b, why);
	}
}

static void
drain(int fd)
{
	char bytes[4096];

	while (read(fd, bytes, sizeof(bytes)) > 0)
		continue;
}

static int
open_bell_watch(const char *bell)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd >= 0 && inotify_add_watch(fd, bell, IN_MODIFY) == -1) {
		(void)close(fd);
		fd = -1;
	}
	if (fd == -1)
		log_warn("store", "inotify", "errno=%d left=poll", errno);
	return fd;
}

static void *
run(void *arg)
{
	struct watcher *w = arg;
	struct pollfd fds[2];
	bool ending = false, idle = false;

	fds[0] = (struct pollfd){ .fd = w->nudge, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = open_bell_watch(w->bell),
	    .events = POLLIN };
	while (!ending) {
		(void)poll(fds, 2, idle ? -1 : WATCH_SAFETY_MS);
		drain(w->nudge);
		if (fds[1].fd >= 0)
			drain(fds[1].fd);
		(void)pthread_mutex_lock(&w->lock);
		ending = w->ending;
		idle = w->boards == NULL;
		if (!ending && !idle)
			look(w, (fds[0].revents & POLLIN) != 0);
		(void)pthread_mutex_unlock(&w->lock);
	}
	if (fds[1].fd >= 0)
		(void)close(fds[1].fd);
	conn_close(w->db);
	return NULL;
}

enum status
watcher_new(const char *database, const char *bell, struct watcher **out)
{
	struct watcher *w;

	*out = NULL;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return ST_NOMEM;
	w->nudge = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	w->database = strdup(database);
	w->bell = strdup(bell);
	w->commits = w->endings = -1;
	if (w->nudge == -1 || w->database == NULL || w->bell == NULL) {
		watcher_free(w);
		return ST_NOMEM;
	}
	(void)pthread_mutex_init(&w->lock, NULL);	/* cannot fail on Linux */
	*out = w;
	return ST_OK;
}

void
watcher_free(struct watcher *w)
{
	if (w == NULL)
		return;
	if (w->started) {
		(void)pthread_mutex_lock(&w->lock);
		w->ending = true;
		(void)pthread_mutex_unlock(&w->lock);
		ring(w->nudge);
		(void)pthread_join(w->thread, NULL);
	}
	if (w->nudge >= 0)
		(void)close(w->nudge);
	(void)pthread_mutex_destroy(&w->lock);
	free(w->database);
	free(w->bell);
	free(w);
}

/* The board's entry, made where it is missing.  Under the lock. */
static struct watched *
find_or_add(struct watcher *w, const char *id)
{
	struct watched *b;

	for (b = w->boards; b != NULL; b = b->next)
		if (strcmp(b->id, id) == 0)
			return b;
	b = calloc(1, sizeof(*b));
	if (b == NULL)
		return NULL;
	(void)str_copy(b->id, sizeof(b->id), id);
	b->head = -1;
	b->next = w->boards;
	w->boards = b;
	return b;
}

/* Takes an entry that nobody watches out.  Under the lock. */
static void
drop_if_idle(struct watcher *w, struct watched *b)
{
	struct watched **at;

	if (b->watches != NULL)
		return;
	for (at = &w->boards; *at != b; at = &(*at)->next)
		continue;
	*at = b->next;
	free(b);
}

static enum status
start(struct watcher *w)
{
	if (w->started)
		return ST_OK;
	if (pthread_create(&w->thread, NULL, run, w) != 0)
		return ST_NOMEM;
	w->started = true;
	return ST_OK;
}

enum status
watcher_add(struct watcher *w, const char *board, int eventfd,
    struct watch **out)
{
	struct watch *one = calloc(1, sizeof(*one));
	enum status st = ST_NOMEM;

	*out = NULL;
	if (one == NULL)
		return ST_NOMEM;
	one->eventfd = eventfd;
	(void)pthread_mutex_lock(&w->lock);
	one->board = find_or_add(w, board);
	if (one->board != NULL) {
		st = start(w);
		if (st == ST_OK) {
			one->next = one->board->watches;
			one->board->watches = one;
		} else
			drop_if_idle(w, one->board);
	}
	(void)pthread_mutex_unlock(&w->lock);
	if (st) {
		free(one);
		return st;
	}
	ring(w->nudge);
	*out = one;
	return ST_OK;
}

unsigned
watcher_why(struct watch *one)
{
	return atomic_exchange(&one->why, 0);
}

void
watcher_remove(struct watcher *w, struct watch *one)
{
	struct watched *b = one->board;
	struct watch **at;

	(void)pthread_mutex_lock(&w->lock);
	for (at = &b->watches; *at != one; at = &(*at)->next)
		continue;
	*at = one->next;
	drop_if_idle(w, b);
	(void)pthread_mutex_unlock(&w->lock);
	free(one);
}
