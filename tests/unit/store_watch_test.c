#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/sqlite/store_priv.h"
#include "store_world.h"

/* Long enough for any machine; the tests go on as soon as it has rung. */
#define PATIENCE_MS	10000
#define CHURNERS	4
#define CHURNS		200

struct fixture {
	struct world	*w;
	int		 fd[2];		/* of BOARD_1 and BOARD_2 */
	struct watch	*watch[2];
};

static bool
is_rung(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t n;

	if (poll(&p, 1, timeout_ms) != 1)
		return false;
	return read(fd, &n, sizeof(n)) == sizeof(n);
}

static void
expect_ring(int fd)
{
	assert_true(is_rung(fd, PATIENCE_MS));
}

/*
 * Commits to a board through the store, and waits for its own watch to tell of
 * it, twice: every look that was under way before is over then.
 */
static void
settle(struct fixture *f, const char *board, int fd)
{
	int i;

	for (i = 0; i < 2; i++) {
		assert_int_equal(world_put(f->w->s, board, NOTE_1, "x"), ST_OK);
		expect_ring(fd);
	}
}

static int
make(void **state)
{
	static const char *const boards[] = { BOARD_1, BOARD_2 };
	struct mutation m = world_board(BOARD_2);
	static struct fixture f;
	void *w;
	int i;

	if (world_make_open(&w) == -1)
		return -1;
	f.w = w;
	*state = &f;
	if (world_play(f.w->s, &m) != ST_OK)
		return -1;
	for (i = 0; i < 2; i++) {
		f.fd[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (store_watch(f.w->s, boards[i], f.fd[i],
		    &f.watch[i]) != ST_OK || !is_rung(f.fd[i], PATIENCE_MS))
			return -1;
	}
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	void *w = f->w;
	int i;

	for (i = 0; i < 2; i++) {
		store_unwatch(f->w->s, f->watch[i]);
		(void)close(f->fd[i]);
	}
	return world_remove(&w);
}

static int
put_in_another_process(void *arg)
{
	const struct store_options *o = arg;
	struct store *s;

	if (store_open(o, &s) != ST_OK)
		return 1;
	if (world_put(s, BOARD_1, NOTE_1, "from elsewhere") != ST_OK)
		return 2;
	store_close(s);
	return 0;
}

/* The store is opened after the fork: SQLite's locks do not survive one. */
static void
watch_rings_after_the_commit_of_another_process(void **state)
{
	struct fixture *f = *state;
	struct tail_query q = { .board = BOARD_1, .now = true };
	struct tail t;
	pid_t pid;
	int i;

	for (i = 0; i < 2; i++)
		store_unwatch(f->w->s, f->watch[i]);
	store_close(f->w->s);
	f->w->s = NULL;
	pid = world_start(put_in_another_process, &f->w->o);
	world_open(f->w);
	assert_int_equal(store_watch(f->w->s, BOARD_1, f->fd[0], &f->watch[0]),
	    ST_OK);
	assert_int_equal(store_watch(f->w->s, BOARD_2, f->fd[1], &f->watch[1]),
	    ST_OK);
	do {
		expect_ring(f->fd[0]);
		assert_int_equal(store_tail(f->w->s, &q, &t, NULL, NULL),
		    ST_OK);
	} while (t.head.seq == 0);
	assert_int_equal(world_wait(pid), 0);
}

static void
watch_rings_after_a_commit_here_and_only_for_its_board(void **state)
{
	struct fixture *f = *state;

	settle(f, BOARD_2, f->fd[1]);
	assert_false(is_rung(f->fd[0], 0));
	settle(f, BOARD_1, f->fd[0]);
	assert_false(is_rung(f->fd[1], 0));
}

/* A writer that died between COMMIT and the bell. */
static void
watch_rings_though_the_bell_was_not_rung(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct gate g;
	sqlite3 *db;

	settle(f, BOARD_1, f->fd[0]);
	assert_int_equal(gate_open(f->w->dir, &g), ST_OK);
	assert_int_equal(gate_enter(&g), ST_OK);
	assert_int_equal(sqlite3_open(world_path(f->w, "notes.db", path), &db),
	    SQLITE_OK);
	assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
	    1, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE;"
	    "UPDATE board SET head = head + 1 WHERE id = '" BOARD_1 "';"
	    "UPDATE meta SET commits = commits + 1; COMMIT", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	gate_leave(&g);
	gate_close(&g);
	expect_ring(f->fd[0]);
}

static void
watch_rings_after_links_change(void **state)
{
	struct fixture *f = *state;
	unsigned char digest[32] = { 1 };
	struct mutation m = world_link(BOARD_1, LINK_1, digest, ROLE_READ);

	assert_int_equal(world_play(f->w->s, &m), ST_OK);
	expect_ring(f->fd[0]);
	m = world_revoke(BOARD_1, LINK_1);
	assert_int_equal(world_play(f->w->s, &m), ST_OK);
	expect_ring(f->fd[0]);
}

static void
watches_of_all_boards_ring_after_a_sign_out(void **state)
{
	struct fixture *f = *state;
	unsigned char digest[32] = { 1 }, handle[32] = { 2 };
	struct credential who = { .link = digest };
	struct mutation m = world_link(BOARD_1, LINK_1, digest, ROLE_READ);
	struct access a;

	assert_int_equal(world_play(f->w->s, &m), ST_OK);
	assert_int_equal(store_access(f->w->s, &who, NULL, &a), ST_OK);
	m = (struct mutation){ .kind = MUT_SESSION_JOIN, .session = {
	    .digest = handle, .link = a.link, .expires_at = INT64_MAX } };
	assert_int_equal(world_play(f->w->s, &m), ST_OK);
	expect_ring(f->fd[0]);
	settle(f, BOARD_1, f->fd[0]);
	assert_false(is_rung(f->fd[1], 0));
	m.kind = MUT_SESSION_END;
	assert_int_equal(world_play(f->w->s, &m), ST_OK);
	expect_ring(f->fd[0]);
	expect_ring(f->fd[1]);
}

static void
watch_rings_after_its_board_was_deleted(void **state)
{
	struct fixture *f = *state;
	struct mutation m = { .kind = MUT_BOARD_DELETE, .board = BOARD_2 };

	assert_int_equal(world_play(f->w->s, &m), ST_OK);
	expect_ring(f->fd[1]);
	settle(f, BOARD_1, f->fd[0]);
	assert_false(is_rung(f->fd[1], 0));	/* once is enough */
}

static void
every_watch_of_a_board_rings(void **state)
{
	struct fixture *f = *state;
	struct watch *more;
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	assert_int_equal(store_watch(f->w->s, BOARD_1, fd, &more), ST_OK);
	settle(f, BOARD_1, f->fd[0]);
	expect_ring(fd);
	assert_int_equal(world_put(f->w->s, BOARD_1, NOTE_1, "x"), ST_OK);
	expect_ring(fd);
	expect_ring(f->fd[0]);
	store_unwatch(f->w->s, more);
	assert_int_equal(close(fd), 0);
}

static void
nothing_rings_after_unwatch(void **state)
{
	struct fixture *f = *state;

	store_unwatch(f->w->s, NULL);
	store_unwatch(f->w->s, f->watch[0]);
	(void)is_rung(f->fd[0], 0);
	assert_int_equal(world_put(f->w->s, BOARD_1, NOTE_1, "x"), ST_OK);
	settle(f, BOARD_2, f->fd[1]);
	assert_false(is_rung(f->fd[0], 0));
	assert_int_equal(store_watch(f->w->s, BOARD_1, f->fd[0], &f->watch[0]),
	    ST_OK);
	expect_ring(f->fd[0]);
}

static void
absent_board_can_be_watched(void **state)
{
	struct fixture *f = *state;
	struct mutation m = world_board("b000000000000000000003");
	struct watch *early;
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	assert_int_equal(store_watch(f->w->s, m.board, fd, &early), ST_OK);
	expect_ring(fd);
	assert_int_equal(world_play(f->w->s, &m), ST_OK);
	expect_ring(fd);
	store_unwatch(f->w->s, early);
	assert_int_equal(close(fd), 0);
}

/* Threads that watch and leave while others write. */

struct churn {
	struct store	*s;
	atomic_int	 failed;
};

static void *
churn(void *arg)
{
	struct churn *c = arg;
	struct watch *one;
	int fd, i;

	for (i = 0; i < CHURNS; i++) {
		fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (store_watch(c->s, i % 2 ? BOARD_1 : BOARD_2, fd,
		    &one) != ST_OK) {
			(void)atomic_fetch_add(&c->failed, 1);
			break;
		}
		/* each is told to look at once; now and then wait for that */
		if (i % 20 == 0 && world_put(c->s, i % 40 ? BOARD_1 : BOARD_2,
		    NOTE_1, "churn") != ST_OK)
			(void)atomic_fetch_add(&c->failed, 1);
		store_unwatch(c->s, one);
		(void)close(fd);
	}
	return NULL;
}

static void
watches_come_and_go_while_others_write(void **state)
{
	struct fixture *f = *state;
	struct churn c = { .s = f->w->s };
	pthread_t threads[CHURNERS];
	int i;

	for (i = 0; i < CHURNERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, churn, &c),
		    0);
	for (i = 0; i < CHURNERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(atomic_load(&c.failed), 0);
	expect_ring(f->fd[0]);
	expect_ring(f->fd[1]);
	settle(f, BOARD_1, f->fd[0]);
}

int
main(void)
{
#define WATCHING(f)	cmocka_unit_test_setup_teardown(f, make, tear_down)
	const struct CMUnitTest tests[] = {
		WATCHING(watch_rings_after_the_commit_of_another_process),
		WATCHING(watch_rings_after_a_commit_here_and_only_for_its_board),
		WATCHING(watch_rings_though_the_bell_was_not_rung),
		WATCHING(watch_rings_after_links_change),
		WATCHING(watches_of_all_boards_ring_after_a_sign_out),
		WATCHING(watch_rings_after_its_board_was_deleted),
		WATCHING(every_watch_of_a_board_rings),
		WATCHING(nothing_rings_after_unwatch),
		WATCHING(absent_board_can_be_watched),
		WATCHING(watches_come_and_go_while_others_write),
	};

	return cmocka_run_group_tests_name("store_watch", tests, NULL, NULL);
}
