#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "store/sqlite/store_priv.h"
#include "store_world.h"

/* One store, many threads; and what they are told when it cannot write. */
#define THREADS		32
#define APPLIES		30
#define READERS		4
#define DUMP_MAX	(1 << 20)

struct crowd {
	struct store	*s;
	atomic_int	 failed;	/* the first status but ST_OK */
	atomic_int	 left;		/* writers at work */
	atomic_int	 number;
	atomic_llong	 seqs;		/* sum of the numbers answered */
};

static void
fail_once(struct crowd *c, enum status st)
{
	int none = ST_OK;

	if (st)
		(void)atomic_compare_exchange_strong(&c->failed, &none, (int)st);
}

/* Two notes a time, of which the second fails now and then. */
static void *
writer(void *arg)
{
	struct crowd *c = arg;
	int number = atomic_fetch_add(&c->number, 1), i;
	char first[ID_SIZE], second[ID_SIZE];
	struct mutation m[2];

	for (i = 0; i < APPLIES; i++) {
		world_id('n', number * 1000 + i, first);
		world_id('m', number * 1000 + i, second);
		m[0] = world_edit(BOARD_1, first, first);
		m[1] = world_edit(BOARD_1, second, second);
		m[0].note.pre = PRE_ABSENT;
		m[1].note.pre = i % 3 ? PRE_ABSENT : PRE_EXISTS;
		fail_once(c, store_apply(c->s, m, 2));
		fail_once(c, m[0].out.st);
		if (m[1].out.st != (i % 3 ? ST_OK : ST_CONFLICT))
			fail_once(c, ST_IO);
		(void)atomic_fetch_add(&c->seqs,
		    m[0].out.at.seq + m[1].out.at.seq);
	}
	(void)atomic_fetch_sub(&c->left, 1);
	return NULL;
}

/* Follows the log while it grows; it must be dense at any moment. */
static void *
reader(void *arg)
{
	struct crowd *c = arg;
	struct seen_log *l = calloc(1, sizeof(*l));
	int64_t after = 0;
	bool over;
	size_t i;

	do {
		over = l == NULL || atomic_load(&c->left) == 0;
		if (l == NULL || world_tail(c->s, BOARD_1, after, l) != ST_OK) {
			fail_once(c, ST_NOMEM);
			break;
		}
		for (i = 0; i < l->n; i++)
			if (l->rows[i].seq != ++after || !l->rows[i].doc)
				fail_once(c, ST_GONE);
	} while (!over || after < l->at.head.seq);
	free(l);
	return NULL;
}

static void
all_that_threads_were_acknowledged_is_there_and_dense(void **state)
{
	const int64_t kept = THREADS * (APPLIES + APPLIES * 2 / 3);
	struct world *w = *state;
	struct crowd c = { .s = w->s, .left = THREADS };
	pthread_t threads[THREADS + READERS];
	int i;

	for (i = 0; i < THREADS + READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
		    i < THREADS ? writer : reader, &c), 0);
	for (i = 0; i < THREADS + READERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(atomic_load(&c.failed), ST_OK);
	assert_int_equal(world_ask(w, "SELECT head FROM board"), kept);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM note"), kept);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM log"), kept);
	assert_int_equal(world_ask(w, "SELECT max(seq) FROM log"), kept);
	/* each number was answered once */
	assert_int_equal(atomic_load(&c.seqs), kept * (kept + 1) / 2);
	/* and threads shared commits, else this would test no group */
	assert_true(world_ask(w, "SELECT commits FROM meta") <
	    THREADS * APPLIES);
}

static void
more_readers_than_connections_take_turns(void **state)
{
	struct world *w = *state;
	struct crowd c = { .s = w->s };
	pthread_t threads[THREADS];
	int i;

	world_fill(w->s, BOARD_1, 1, 300);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader, &c),
		    0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(atomic_load(&c.failed), ST_OK);
}

/* No space left but the floor. */

static void
fill_disk(struct world *w, bool full)
{
	w->s->writer.o.disk_floor = full ? INT64_MAX : 0;
}

static void
all_but_what_frees_is_refused_below_the_floor(void **state)
{
	struct world *w = *state;
	unsigned char digest[32] = { 1 }, handle[32] = { 2 };
	struct credential who = { .link = digest };
	struct mutation add = world_link(BOARD_1, LINK_1, digest, ROLE_READ);
	struct mutation m = world_edit(BOARD_1, NOTE_1, "text");
	struct mutation revoke = world_revoke(BOARD_1, LINK_1);
	struct mutation end = { .kind = MUT_SESSION_END,
	    .session = { .digest = handle } };
	struct mutation delete = { .kind = MUT_BOARD_DELETE, .board = BOARD_1 };
	struct mutation mixed[2];
	struct store_stat stat;
	struct access a;

	assert_int_equal(world_play(w->s, &add), ST_OK);
	assert_int_equal(store_access(w->s, &who, NULL, &a), ST_OK);
	add = (struct mutation){ .kind = MUT_SESSION_JOIN, .session = {
	    .digest = handle, .link = a.link, .expires_at = INT64_MAX } };
	assert_int_equal(world_play(w->s, &add), ST_OK);
	fill_disk(w, true);
	assert_int_equal(store_stat(w->s, &stat), ST_OK);
	assert_false(stat.writable);
	assert_int_equal(store_apply(w->s, &m, 1), ST_FULL);
	assert_int_equal(store_apply(w->s, &add, 1), ST_FULL);
	mixed[0] = revoke;
	mixed[1] = m;
	assert_int_equal(store_apply(w->s, mixed, 2), ST_FULL);
	assert_int_equal(store_access(w->s, &who, NULL, &a), ST_OK);
	assert_int_equal(world_play(w->s, &revoke), ST_OK);
	assert_int_equal(world_play(w->s, &end), ST_OK);
	fill_disk(w, false);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	fill_disk(w, true);
	assert_int_equal(world_play(w->s, &delete), ST_OK);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM note"), 0);
}

static void
refused_writes_do_not_touch_the_disk(void **state)
{
	struct world *w = *state;
	struct mutation m = world_edit(BOARD_1, NOTE_1, "text");
	struct stat before, after;
	char path[128];

	assert_int_equal(stat(world_path(w, "notes.db-wal", path), &before), 0);
	fill_disk(w, true);
	assert_int_equal(store_apply(w->s, &m, 1), ST_FULL);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
	assert_int_equal(world_ask(w, "SELECT commits FROM meta"), 1);
}

/* One thread that frees among many that are refused. */
static void *
refused(void *arg)
{
	struct crowd *c = arg;
	struct mutation m = world_edit(BOARD_1, NOTE_1, "text");

	while (atomic_load(&c->left) > 0)
		if (store_apply(c->s, &m, 1) != ST_FULL)
			fail_once(c, ST_IO);
	return NULL;
}

static void
those_who_are_refused_take_nobody_with_them(void **state)
{
	struct world *w = *state;
	struct crowd c = { .s = w->s, .left = 1 };
	unsigned char digest[32];
	pthread_t threads[READERS];
	struct mutation m;
	char id[ID_SIZE];
	uint32_t i;

	for (i = 0; i < 50; i++) {
		world_id('l', i, id);
		world_digest(i, digest);
		m = world_link(BOARD_1, id, digest, ROLE_READ);
		assert_int_equal(world_play(w->s, &m), ST_OK);
	}
	fill_disk(w, true);
	for (i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, refused, &c),
		    0);
	for (i = 0; i < 50; i++) {
		world_id('l', i, id);
		m = world_revoke(BOARD_1, id);
		fail_once(&c, world_play(w->s, &m));
	}
	atomic_store(&c.left, 0);
	for (i = 0; i < READERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(atomic_load(&c.failed), ST_OK);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM link "
	    "WHERE revoked_at <> 0"), 50);
}

/* A write that fails in the middle, as on a disk with a fault. */
static void
failed_write_changes_nothing_and_the_next_one_works(void **state)
{
	static char text[200000];
	struct world *w = *state;
	struct mutation m[2];
	struct rlimit limit, low;
	struct buf before, after;
	struct stat wal;
	char path[128];

	memset(text, 'x', sizeof(text) - 1);
	buf_init(&before, DUMP_MAX);
	buf_init(&after, DUMP_MAX);
	world_dump(w, &before);
	assert_int_equal(stat(world_path(w, "notes.db-wal", path), &wal), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	low = limit;
	low.rlim_cur = (rlim_t)wal.st_size + 50000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	m[0] = world_edit(BOARD_1, NOTE_1, "small");
	m[1] = world_edit(BOARD_1, NOTE_2, text);
	assert_int_equal(store_apply(w->s, m, 2), ST_IO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	world_dump(w, &after);
	assert_string_equal(before.data, after.data);
	assert_int_equal(store_apply(w->s, m, 2), ST_OK);
	assert_int_equal(m[1].out.st, ST_OK);
	assert_int_equal(m[1].out.at.seq, 2);
	world_reopen(w);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM note"), 2);
	assert_int_equal(world_ask(w, "SELECT integrity_check = 'ok' "
	    "FROM pragma_integrity_check"), 1);
	buf_fini(&before);
	buf_fini(&after);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(all_that_threads_were_acknowledged_is_there_and_dense),
		IN_WORLD(more_readers_than_connections_take_turns),
		IN_WORLD(all_but_what_frees_is_refused_below_the_floor),
		IN_WORLD(refused_writes_do_not_touch_the_disk),
		IN_WORLD(those_who_are_refused_take_nobody_with_them),
		IN_WORLD(failed_write_changes_nothing_and_the_next_one_works),
	};

	return cmocka_run_group_tests_name("store_threads", tests, NULL, NULL);
}
