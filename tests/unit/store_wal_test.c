#include <setjmp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "store/sqlite/store_priv.h"
#include "store_world.h"

/* As in write.c: past these the -wal is copied back, and pushed back. */
#define CHECKPOINT_PAGES	1000
#define RESTART_PAGES		8000
#define PAGE_BYTES		4096
#define FRAME_BYTES		(PAGE_BYTES + 24)

static int64_t
bytes(const struct world *w, const char *name)
{
	struct stat info;
	char path[128];

	return stat(world_path(w, name, path), &info) == 0 ? info.st_size : -1;
}

/* Asserts that the connection never checkpoints of its own accord. */
static void
check_conn(struct conn *c)
{
	sqlite3_stmt *row;
	int kept = 0;

	assert_int_equal(sqlite3_db_config(c->db,
	    SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &kept), SQLITE_OK);
	assert_int_equal(kept, 1);
	assert_int_equal(sqlite3_prepare_v2(c->db, "PRAGMA wal_autocheckpoint",
	    -1, &row, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(row, 0), 0);
	assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
}

static int
pragma(struct conn *c, const char *sql)
{
	sqlite3_stmt *row;
	int answer;

	assert_int_equal(sqlite3_prepare_v2(c->db, sql, -1, &row, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	answer = sqlite3_column_int(row, 0);
	assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
	return answer;
}

static void
no_connection_checkpoints_by_itself(void **state)
{
	struct world *w = *state;
	struct conn *c, *second;
	char path[128];

	check_conn(w->s->writer.db);
	assert_int_equal(pool_take(w->s->pool, &c), ST_OK);
	assert_int_equal(pool_take(w->s->pool, &second), ST_OK);
	check_conn(c);
	check_conn(second);
	pool_give(w->s->pool, c);
	pool_give(w->s->pool, second);
	assert_int_equal(conn_open(world_path(w, "notes.db", path), CONN_READ,
	    &c), ST_OK);
	check_conn(c);
	conn_close(c);
	assert_int_equal(conn_open(path, CONN_WRITE, &c), ST_OK);
	check_conn(c);
	conn_close(c);
}

static void
commits_are_synced_and_references_kept(void **state)
{
	struct world *w = *state;
	struct conn *c;

	assert_int_equal(pragma(w->s->writer.db, "PRAGMA synchronous"), 2);
	assert_int_equal(pragma(w->s->writer.db, "PRAGMA foreign_keys"), 1);
	assert_int_equal(pragma(w->s->writer.db, "PRAGMA trusted_schema"), 0);
	assert_int_equal(pool_take(w->s->pool, &c), ST_OK);
	assert_int_equal(sqlite3_db_readonly(c->db, "main"), 1);
	pool_give(w->s->pool, c);
}

static void
close_leaves_the_wal_and_the_database_alone(void **state)
{
	struct world *w = *state;
	int64_t wal, db;

	world_fill(w->s, BOARD_1, 1, 10);
	wal = bytes(w, "notes.db-wal");
	db = bytes(w, "notes.db");
	assert_true(wal > 0);
	store_close(w->s);
	w->s = NULL;
	assert_int_equal(bytes(w, "notes.db-wal"), wal);
	assert_int_equal(bytes(w, "notes.db"), db);
	world_open(w);
	store_close(w->s);
	w->s = NULL;
	assert_int_equal(bytes(w, "notes.db-wal"), wal);
}

/* One commit of a note with a body of so many bytes. */
static void
put_bytes(struct store *s, const char *id, size_t n)
{
	static char text[100000];

	assert_true(n < sizeof(text));
	memset(text, 'x', n);
	text[n] = '\0';
	assert_int_equal(world_put(s, BOARD_1, id, text), ST_OK);
}

static void
checkpoint_comes_past_so_many_pages_and_not_before(void **state)
{
	struct world *w = *state;
	int64_t db = bytes(w, "notes.db");
	int64_t i, pages;
	char id[ID_SIZE];

	/* nothing is copied back while the -wal is short */
	for (i = 1; ; i++) {
		world_id('n', i, id);
		put_bytes(w->s, id, 40000);
		pages = bytes(w, "notes.db-wal") / FRAME_BYTES;
		if (pages >= CHECKPOINT_PAGES)
			break;
		assert_int_equal(w->s->writer.db->wal_pages, pages);
		assert_int_equal(bytes(w, "notes.db"), db);
	}
	assert_true(i > 20);
	assert_true(bytes(w, "notes.db") > db + i * 40000);
	/* and with all of it copied back, the -wal begins anew */
	put_bytes(w->s, NOTE_1, 40000);
	assert_true(w->s->writer.db->wal_pages < 30);
	assert_true(bytes(w, "notes.db-wal") / FRAME_BYTES < pages + 30);
}

static void
reader_that_stays_only_delays_the_wals_new_beginning(void **state)
{
	struct world *w = *state;
	sqlite3_stmt *row;
	struct conn *c;
	int64_t i;

	/* a reader that stays where it began keeps the -wal growing */
	assert_int_equal(begin_read(w->s, &c), ST_OK);
	assert_int_equal(conn_row(c, SQL_META, &row, ""), ST_OK);
	conn_done(row);
	for (i = 0; i < 150; i++)
		put_bytes(w->s, NOTE_1, 40000);
	assert_true(bytes(w, "notes.db-wal") / FRAME_BYTES > CHECKPOINT_PAGES);
	end_read(w->s, c);
	put_bytes(w->s, NOTE_1, 40000);
	put_bytes(w->s, NOTE_1, 40000);
	assert_true(w->s->writer.db->wal_pages < 100);
}

/*
 * Two readers of which one is always at it: each lets go only when the other
 * has begun anew, so that no moment is free of readers.
 */
struct relay {
	struct world	*w;
	atomic_bool	 over;
	sem_t		 begun[2];
	atomic_int	 failed;
	atomic_int	 rounds;
};

static struct conn *
relay_begin(struct relay *r)
{
	sqlite3_stmt *row;
	struct conn *c;

	if (begin_read(r->w->s, &c) != ST_OK) {
		(void)atomic_fetch_add(&r->failed, 1);
		return NULL;
	}
	if (conn_row(c, SQL_META, &row, "") != ST_OK)
		(void)atomic_fetch_add(&r->failed, 1);
	conn_done(row);
	return c;
}

static void
relay_end(struct relay *r, struct conn *c)
{
	if (c != NULL)
		end_read(r->w->s, c);
}

static void *
relay_first(void *arg)
{
	struct relay *r = arg;
	struct conn *c = relay_begin(r);

	while (!atomic_load(&r->over)) {
		(void)sem_wait(&r->begun[1]);
		relay_end(r, c);
		c = relay_begin(r);
		(void)sem_post(&r->begun[0]);
	}
	(void)sem_wait(&r->begun[1]);
	relay_end(r, c);
	/* the other may be in a round that it began before the end, or after */
	(void)sem_post(&r->begun[0]);
	(void)sem_post(&r->begun[0]);
	return NULL;
}

static void *
relay_second(void *arg)
{
	const struct timespec work = { .tv_nsec = 2000000 };
	struct relay *r = arg;
	struct conn *c;
	bool over;

	do {
		over = atomic_load(&r->over);
		c = relay_begin(r);
		(void)nanosleep(&work, NULL);	/* as long as a query takes */
		(void)sem_post(&r->begun[1]);
		(void)sem_wait(&r->begun[0]);
		relay_end(r, c);
		(void)atomic_fetch_add(&r->rounds, 1);
	} while (!over);
	(void)sem_post(&r->begun[1]);
	return NULL;
}

static void
wal_stays_bounded_while_readers_come_and_go(void **state)
{
	struct relay r = { .w = *state };
	pthread_t threads[2];
	int64_t written = 0, most = 0, now;

	assert_int_equal(sem_init(&r.begun[0], 0, 0), 0);
	assert_int_equal(sem_init(&r.begun[1], 0, 0), 0);
	assert_int_equal(pthread_create(&threads[0], NULL, relay_first, &r), 0);
	assert_int_equal(pthread_create(&threads[1], NULL, relay_second, &r), 0);
	while (written < 3 * RESTART_PAGES) {
		put_bytes(r.w->s, NOTE_1, 90000);
		written += 90000 / PAGE_BYTES;
		now = bytes(r.w, "notes.db-wal") / FRAME_BYTES;
		most = now > most ? now : most;
	}
	atomic_store(&r.over, true);
	assert_int_equal(pthread_join(threads[0], NULL), 0);
	assert_int_equal(pthread_join(threads[1], NULL), 0);
	assert_int_equal(atomic_load(&r.failed), 0);
	assert_true(atomic_load(&r.rounds) > 3);
	/* the readers did hold it back, and it was held in all the same */
	assert_true(most > CHECKPOINT_PAGES);
	assert_true(most < RESTART_PAGES + CHECKPOINT_PAGES);
	assert_int_equal(sem_destroy(&r.begun[0]), 0);
	assert_int_equal(sem_destroy(&r.begun[1]), 0);
}

static int
make_with_few_revisions(void **state)
{
	struct world *w;

	if (world_make_open(state) == -1)
		return -1;
	w = *state;
	w->o.revisions = 2;
	world_reopen(w);
	return world_put(w->s, BOARD_1, NOTE_1, "") == ST_OK ? 0 : -1;
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, make_with_few_revisions, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(no_connection_checkpoints_by_itself),
		IN_WORLD(commits_are_synced_and_references_kept),
		IN_WORLD(close_leaves_the_wal_and_the_database_alone),
		IN_WORLD(checkpoint_comes_past_so_many_pages_and_not_before),
		IN_WORLD(reader_that_stays_only_delays_the_wals_new_beginning),
		IN_WORLD(wal_stays_bounded_while_readers_come_and_go),
	};

	return cmocka_run_group_tests_name("store_wal", tests, NULL, NULL);
}
