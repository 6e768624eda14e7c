#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/sqlite/bell.h"
#include "store_world.h"

/* A new epoch exactly where history may have been rewound. */

static void
close_world(struct world *w)
{
	store_close(w->s);
	w->s = NULL;
}

static void
shell(const struct world *w, const char *what)
{
	char command[400];

	(void)snprintf(command, sizeof(command), "cd '%s' && %s", w->dir, what);
	assert_int_equal(system(command), 0);
}

/* Copies the database by hand, as it stands after a close. */
static void
back_up(const struct world *w)
{
	shell(w, "mkdir copy && cp notes.db notes.db-wal copy");
}

static void
put_back(const struct world *w)
{
	shell(w, "rm -f notes.db* && cp copy/notes.db* .");
}

static struct store_stat
read_stat(struct world *w)
{
	struct store_stat stat;

	assert_int_equal(store_stat(w->s, &stat), ST_OK);
	return stat;
}

static void
expect_epoch(struct world *w, const struct store_stat *before, bool same)
{
	struct store_stat now = read_stat(w);

	assert_string_equal(now.instance, before->instance);
	assert_int_equal(strlen(now.epoch), EPOCH_LEN);
	assert_int_equal(strcmp(now.epoch, before->epoch) == 0, same);
}

static void
older_copy_put_back_has_a_new_epoch(void **state)
{
	static struct seen_log l;
	struct world *w = *state;
	struct store_stat before, after;
	struct tail_query q = { .board = BOARD_1, .limit = 10 };
	struct tail t;

	world_fill(w->s, BOARD_1, 1, 3);
	close_world(w);
	back_up(w);
	world_open(w);
	before = read_stat(w);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "lost"), ST_OK);
	close_world(w);
	put_back(w);
	world_open(w);
	expect_epoch(w, &before, false);
	assert_int_equal(world_tail(w->s, BOARD_1, 3, &l), ST_OK);
	assert_int_equal(l.at.head.seq, 3);
	/* no cursor of the lost history is served, not one that is in range */
	memcpy(q.after.epoch, before.epoch, sizeof(before.epoch));
	q.after.seq = 2;
	assert_int_equal(store_tail(w->s, &q, &t, NULL, NULL), ST_GONE);
	assert_int_equal(t.reset, RESET_EPOCH);
	/* and the next opening finds nothing amiss */
	after = read_stat(w);
	world_reopen(w);
	expect_epoch(w, &after, true);
}

static void
copy_put_back_twice_has_a_new_epoch_each_time(void **state)
{
	struct world *w = *state;
	struct store_stat first, second;

	close_world(w);
	back_up(w);
	world_open(w);
	first = read_stat(w);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "lost"), ST_OK);
	close_world(w);
	put_back(w);
	world_open(w);
	second = read_stat(w);
	expect_epoch(w, &first, false);
	close_world(w);
	put_back(w);
	world_open(w);
	expect_epoch(w, &first, false);
	expect_epoch(w, &second, false);
}

static void
copy_that_lacks_nothing_keeps_the_epoch(void **state)
{
	struct world *w = *state;
	struct store_stat before;

	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "kept"), ST_OK);
	before = read_stat(w);
	close_world(w);
	back_up(w);
	put_back(w);
	world_open(w);
	expect_epoch(w, &before, true);
}

static void
ring(const struct world *w, const char *instance, int64_t commits)
{
	struct bell b;

	assert_int_equal(bell_open(w->dir, &b), ST_OK);
	bell_ring(&b, instance, commits);
	bell_close(&b);
}

static int64_t
rung(const struct world *w, char instance[BELL_INSTANCE + 1])
{
	int64_t commits;
	struct bell b;

	assert_int_equal(bell_open(w->dir, &b), ST_OK);
	assert_int_equal(bell_read(&b, instance, &commits), ST_OK);
	bell_close(&b);
	return commits;
}

static void
bell_of_another_instance_means_a_new_epoch(void **state)
{
	char instance[BELL_INSTANCE + 1];
	struct world *w = *state;
	struct store_stat before = read_stat(w);

	close_world(w);
	ring(w, "0123456789abcdef", 0);
	world_open(w);
	expect_epoch(w, &before, false);
	/* the bell is this one's again, and as far as it */
	assert_int_equal(rung(w, instance), before.commits);
	assert_string_equal(instance, before.instance);
}

static void
bell_that_is_behind_keeps_the_epoch(void **state)
{
	struct world *w = *state;
	struct store_stat before = read_stat(w);

	close_world(w);
	ring(w, before.instance, before.commits - 1);
	world_open(w);
	expect_epoch(w, &before, true);
}

static void
missing_or_garbled_bell_keeps_the_epoch(void **state)
{
	static const char *const ways[] = {
		"rm bell", "truncate -s 0 bell", "truncate -s 20 bell",
		"head -c 64 /dev/zero > bell",
		"echo '0123456789abcdef 00000000000000000x1' > bell",
	};
	struct world *w = *state;
	struct store_stat before = read_stat(w);
	char instance[BELL_INSTANCE + 1];
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		close_world(w);
		shell(w, ways[i]);
		world_open(w);
		expect_epoch(w, &before, true);
	}
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "x"), ST_OK);
	assert_int_equal(rung(w, instance), before.commits + 1);
}

static void
bell_repeats_the_number_of_commits(void **state)
{
	char instance[BELL_INSTANCE + 1];
	struct world *w = *state;
	int i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "x"), ST_OK);
		assert_int_equal(rung(w, instance), read_stat(w).commits);
	}
	assert_string_equal(instance, read_stat(w).instance);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(older_copy_put_back_has_a_new_epoch),
		IN_WORLD(copy_put_back_twice_has_a_new_epoch_each_time),
		IN_WORLD(copy_that_lacks_nothing_keeps_the_epoch),
		IN_WORLD(bell_of_another_instance_means_a_new_epoch),
		IN_WORLD(bell_that_is_behind_keeps_the_epoch),
		IN_WORLD(missing_or_garbled_bell_keeps_the_epoch),
		IN_WORLD(bell_repeats_the_number_of_commits),
	};

	return cmocka_run_group_tests_name("store_epoch", tests, NULL, NULL);
}
