#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store/sqlite/store_priv.h"
#include "store_world.h"

/*
 * Several processes at one database.  SQLite up to 3.51.2 loses updates, and
 * can corrupt the file, when two of its connections write or checkpoint at the
 * same instant; the gate is there to prevent that, and to be fair.
 */
#define PROCESSES	4
#define RUN_MS		5000
#define RUN_LONG_MS	20000
#define FAIR_MS		2000

struct crowd {
	const struct store_options	*o;
	struct {
		atomic_int	ready;
		atomic_int	failed;		/* the first status but ST_OK */
		atomic_llong	commits[PROCESSES];
		atomic_llong	checkpoints;
	}				*shared;
	int				 number;
	int64_t				 ms;
};

static void
fail_once(struct crowd *c, enum status st)
{
	int none = ST_OK;

	(void)atomic_compare_exchange_strong(&c->shared->failed, &none,
	    (int)st);
}

/* Opens the store and waits until all have. */
static struct store *
join_crowd(struct crowd *c, int64_t *until)
{
	struct store *s;
	enum status st;

	st = store_open(c->o, &s);
	if (st)
		fail_once(c, st);
	(void)atomic_fetch_add(&c->shared->ready, 1);
	while (atomic_load(&c->shared->ready) < PROCESSES)
		continue;
	*until = clock_mono_ms() + c->ms;
	return s;
}

/* Counts in a note of its own, each time from the number that it read. */
static int
writer(void *arg)
{
	struct crowd *c = arg;
	int64_t until, n = 0, rev = 0;
	char id[ID_SIZE], text[24];
	struct mutation m;
	struct store *s;
	enum status st;

	s = join_crowd(c, &until);
	world_id('n', c->number, id);
	while (s != NULL && clock_mono_ms() < until) {
		(void)snprintf(text, sizeof(text), "%lld", (long long)n + 1);
		m = world_edit(BOARD_1, id, text);
		m.note.pre = n == 0 ? PRE_ABSENT : PRE_REV;
		m.note.rev = rev;
		st = world_play(s, &m);
		if (st) {
			fail_once(c, st);
			break;
		}
		rev = m.out.at.seq;
		atomic_store(&c->shared->commits[c->number], ++n);
	}
	store_close(s);
	return 0;
}

/* Asks for checkpoints, of both kinds, far more often than writers do. */
static int
checkpointer(void *arg)
{
	struct crowd *c = arg;
	struct store *s;
	int64_t until;
	enum status st;
	int i;

	s = join_crowd(c, &until);
	for (i = 0; s != NULL && clock_mono_ms() < until; i++) {
		st = gate_enter(&s->writer.gate);
		if (st == ST_OK)
			st = writer_ready(&s->writer);
		if (st) {
			fail_once(c, st);
			break;
		}
		s->writer.db->wal_pages = i % 4 ? 1000 : 100000;
		writer_checkpoint(&s->writer);
		gate_leave(&s->writer.gate);
		(void)atomic_fetch_add(&c->shared->checkpoints, 1);
	}
	store_close(s);
	return 0;
}

static void
run_crowd(struct world *w, struct crowd *c, world_fn *const fns[PROCESSES])
{
	pid_t pids[PROCESSES];

	c->o = &w->o;
	c->shared = world_share(sizeof(*c->shared));
	for (c->number = 0; c->number < PROCESSES; c->number++)
		pids[c->number] = world_start(fns[c->number], c);
	for (c->number = 0; c->number < PROCESSES; c->number++)
		assert_int_equal(world_wait(pids[c->number]), 0);
	assert_int_equal(atomic_load(&c->shared->failed), ST_OK);
}

static bool
read_number(void *arg, const struct note *n)
{
	*(long long *)arg = strtoll(n->body, NULL, 10);
	return true;
}

/* Asserts that every acknowledged count is in its note and in the log. */
static void
check_counts(struct world *w, struct crowd *c)
{
	char id[ID_SIZE], sql[200];
	long long counted, all = 0;
	int i;

	world_open(w);
	for (i = 0; i < PROCESSES; i++) {
		if (atomic_load(&c->shared->commits[i]) == 0)
			continue;
		world_id('n', i, id);
		counted = 0;
		assert_int_equal(store_note(w->s, BOARD_1, id, read_number,
		    &counted), ST_OK);
		assert_int_equal(counted, atomic_load(&c->shared->commits[i]));
		all += counted;
	}
	assert_true(all > 0);
	assert_int_equal(world_ask(w, "SELECT head FROM board"), all);
	assert_int_equal(world_ask(w, "SELECT commits FROM meta"), all + 1);
	(void)snprintf(sql, sizeof(sql), "SELECT count(*) = %lld AND "
	    "max(seq) = %lld AND count(DISTINCT revision) = %lld FROM log",
	    all, all, all);
	assert_int_equal(world_ask(w, sql), 1);
	assert_int_equal(world_ask(w, "SELECT integrity_check = 'ok' "
	    "FROM pragma_integrity_check"), 1);
	assert_int_equal(world_ask(w,
	    "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void
writers_and_checkpoints_at_once_lose_and_corrupt_nothing(void **state)
{
	static world_fn *const fns[PROCESSES] = {
		writer, writer, checkpointer, checkpointer,
	};
	const char *wanted = getenv("NOTEWIRE_LONG");
	struct crowd c = { .ms = wanted != NULL && strcmp(wanted, "1") == 0 ?
	    RUN_LONG_MS : RUN_MS };
	struct world *w = *state;

	run_crowd(w, &c, fns);
	assert_true(atomic_load(&c.shared->checkpoints) > 10);
	check_counts(w, &c);
}

static void
many_writers_are_never_told_busy_and_all_get_their_share(void **state)
{
	static world_fn *const fns[PROCESSES] = {
		writer, writer, writer, writer,
	};
	struct crowd c = { .ms = FAIR_MS };
	struct world *w = *state;
	long long n, least, most;
	int i;

	run_crowd(w, &c, fns);
	least = most = atomic_load(&c.shared->commits[0]);
	for (i = 1; i < PROCESSES; i++) {
		n = atomic_load(&c.shared->commits[i]);
		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	if (least * 10 < most)
		fail_msg("%lld commits, and %lld", least, most);
	check_counts(w, &c);
}

static int
make_closed(void **state)
{
	struct world *w;

	if (world_make_open(state) == -1)
		return -1;
	w = *state;
	w->o.revisions = 1000000;	/* so that all can be counted */
	store_close(w->s);
	w->s = NULL;
	return 0;
}

/* A gate held by one process shuts out another until it dies. */

struct holder {
	const char	*dir;
	atomic_int	*held;
};

static int
hold_and_die(void *arg)
{
	const struct holder *h = arg;
	struct gate g;

	if (gate_open(h->dir, &g) != ST_OK || gate_enter(&g) != ST_OK)
		return 1;
	atomic_store(h->held, 1);
	while (atomic_load(h->held) == 1)
		continue;
	abort();
}

static int
enter_after(void *arg)
{
	const struct holder *h = arg;
	struct gate g;

	if (gate_open(h->dir, &g) != ST_OK)
		return 1;
	atomic_store(h->held + 1, 1);
	if (gate_enter(&g) != ST_OK)
		return 2;
	return atomic_load(h->held) == 2 ? 0 : 3;
}

static void
gate_shuts_others_out_until_its_holder_dies(void **state)
{
	struct world *w = *state;
	struct holder h = { .dir = w->dir,
	    .held = world_share(2 * sizeof(atomic_int)) };
	pid_t first, second;

	first = world_start(hold_and_die, &h);
	while (atomic_load(h.held) == 0)
		continue;
	second = world_start(enter_after, &h);
	while (atomic_load(h.held + 1) == 0)
		continue;
	atomic_store(h.held, 2);
	assert_int_equal(world_wait(first), 128 + SIGABRT);
	assert_int_equal(world_wait(second), 0);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, make_closed, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(gate_shuts_others_out_until_its_holder_dies),
		IN_WORLD(many_writers_are_never_told_busy_and_all_get_their_share),
		IN_WORLD(writers_and_checkpoints_at_once_lose_and_corrupt_nothing),
	};

	return cmocka_run_group_tests_name("store_gate", tests, NULL, NULL);
}
