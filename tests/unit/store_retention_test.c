#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store_world.h"

/*
 * What a store forgets, under a clock that stands until a test moves it.  A
 * board's past is swept at every 256th change, its keys at every 4096th.
 */
#define SWEEP_EVERY	256
#define KEYS_EVERY	4096
#define START_MS	INT64_C(1700000000000)

static int64_t now_ms;

int64_t __wrap_clock_wall_ms(void);

int64_t
__wrap_clock_wall_ms(void)
{
	return now_ms;
}

static int
make(void **state)
{
	now_ms = START_MS;
	return world_make_open(state);
}

static void
reopen_with_rows(struct world *w, int64_t rows)
{
	w->o.log_rows = rows;
	world_reopen(w);
}

static void
log_drops_rows_past_its_number(void **state)
{
	static struct seen_log l;
	struct world *w = *state;

	reopen_with_rows(w, 100);
	world_fill(w->s, BOARD_1, 1, SWEEP_EVERY - 1);
	assert_int_equal(world_tail(w->s, BOARD_1, 0, &l), ST_OK);
	assert_int_equal(l.n, SWEEP_EVERY - 1);
	world_fill(w->s, BOARD_1, SWEEP_EVERY, SWEEP_EVERY);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM log"), 100);
	assert_int_equal(world_ask(w, "SELECT floor FROM board"),
	    SWEEP_EVERY - 100);
	world_fill(w->s, BOARD_1, 1, 3 * SWEEP_EVERY);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM log"), 100);
}

static void
cursors_below_the_floor_are_reset_and_the_rest_served(void **state)
{
	static struct seen_log l;
	struct world *w = *state;
	const int64_t floor = SWEEP_EVERY - 100;

	reopen_with_rows(w, 100);
	world_fill(w->s, BOARD_1, 1, SWEEP_EVERY);
	assert_int_equal(world_tail(w->s, BOARD_1, floor - 1, &l), ST_GONE);
	assert_int_equal(l.at.reset, RESET_FLOOR);
	assert_int_equal(l.at.head.seq, SWEEP_EVERY);
	assert_int_equal(l.n, 0);
	assert_int_equal(world_tail(w->s, BOARD_1, 0, &l), ST_GONE);
	assert_int_equal(l.at.reset, RESET_FLOOR);
	assert_int_equal(world_tail(w->s, BOARD_1, floor, &l), ST_OK);
	assert_int_equal(l.at.reset, RESET_NONE);
	assert_int_equal(l.n, 100);
	world_check_dense(&l, floor);
}

static void
log_drops_rows_past_their_age(void **state)
{
	static struct seen_log l;
	struct world *w = *state;

	world_fill(w->s, BOARD_1, 1, 50);
	now_ms = START_MS + 20 * DAY_MS;
	world_fill(w->s, BOARD_1, 51, 80);
	now_ms = START_MS + 30 * DAY_MS;
	world_fill(w->s, BOARD_1, 81, SWEEP_EVERY);
	assert_int_equal(world_ask(w, "SELECT floor FROM board"), 0);
	now_ms = START_MS + 31 * DAY_MS;
	world_fill(w->s, BOARD_1, SWEEP_EVERY + 1, 2 * SWEEP_EVERY);
	assert_int_equal(world_ask(w, "SELECT floor FROM board"), 50);
	assert_int_equal(world_tail(w->s, BOARD_1, 49, &l), ST_GONE);
	assert_int_equal(l.at.reset, RESET_FLOOR);
	assert_int_equal(world_tail(w->s, BOARD_1, 50, &l), ST_OK);
	world_check_dense(&l, 50);
}

static void
clock_that_jumps_back_and_forth_leaves_the_log_dense(void **state)
{
	static struct seen_log l;
	struct world *w = *state;
	int64_t at;

	for (at = 1; at < 2 * SWEEP_EVERY; at += 10) {
		now_ms = START_MS + (at % 3 - 1) * 400 * DAY_MS;
		world_fill(w->s, BOARD_1, at, at + 9);
	}
	at = world_ask(w, "SELECT floor FROM board");
	assert_int_equal(world_tail(w->s, BOARD_1, at, &l), ST_OK);
	world_check_dense(&l, at);
	assert_int_equal(world_ask(w, "SELECT min(seq) FROM log"), at + 1);
}

static void
sweeping_one_board_leaves_the_others(void **state)
{
	struct world *w = *state;
	struct mutation m = world_board(BOARD_2);

	reopen_with_rows(w, 10);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	world_fill(w->s, BOARD_2, 1, 20);
	world_fill(w->s, BOARD_1, 1, SWEEP_EVERY);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM log"), 30);
	assert_int_equal(world_ask(w, "SELECT floor FROM board "
	    "WHERE id = '" BOARD_2 "'"), 0);
}

static void
note_keeps_its_newest_revisions(void **state)
{
	struct world *w = *state;
	char text[ID_SIZE];
	int64_t i, most = 0, n;

	w->o.revisions = 5;
	world_reopen(w);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_2, "other"), ST_OK);
	for (i = 1; i <= 60; i++) {
		world_id('t', i, text);
		assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, text), ST_OK);
		n = world_ask(w, "SELECT count(*) FROM revision") - 1;
		most = n > most ? n : most;
		assert_true(n >= 5 || n == i);
	}
	assert_true(most < 5 + 16);
	assert_int_equal(world_ask(w, "SELECT max(rev) FROM revision"), 61);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM revision r "
	    "JOIN note n ON n.revision = r.revision AND n.note = r.note"), 2);
}

static void
change_whose_revision_was_dropped_shows_no_document(void **state)
{
	static struct seen_log l;
	struct world *w = *state;
	size_t i;

	w->o.revisions = 5;
	world_reopen(w);
	for (i = 0; i < 5 + 16; i++)
		assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "t"), ST_OK);
	assert_int_equal(world_tail(w->s, BOARD_1, 0, &l), ST_OK);
	assert_int_equal(l.n, 21);
	world_check_dense(&l, 0);
	for (i = 0; i < l.n; i++) {
		assert_string_equal(l.rows[i].id, NOTE_1);
		assert_false(l.rows[i].deleted);
	}
	assert_false(l.rows[0].doc);
	assert_true(l.rows[20].doc);
	assert_int_equal(l.rows[20].rev, 21);
}

/* An edit of NOTE_1 with that key; whether it was a replay. */
static bool
replays(struct world *w, const char *key)
{
	unsigned char digest[32];
	struct mutation m = world_edit(BOARD_1, NOTE_1, "x");

	world_digest(1, digest);
	m.note.key = key;
	m.note.digest = digest;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	return m.out.replayed;
}

static void
keys_are_kept_for_their_time_and_then_forgotten(void **state)
{
	struct world *w = *state;

	reopen_with_rows(w, 100);
	assert_false(replays(w, "old"));
	now_ms = START_MS + DAY_MS;
	assert_false(replays(w, "young"));
	now_ms = START_MS + 30 * DAY_MS + 1;
	world_fill(w->s, BOARD_1, 1, KEYS_EVERY - 3);
	assert_true(replays(w, "old"));
	world_fill(w->s, BOARD_1, 1, 1);
	assert_int_equal(world_ask(w, "SELECT head FROM board"), KEYS_EVERY);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM key"), 1);
	assert_true(replays(w, "young"));
	assert_false(replays(w, "old"));
}

int
main(void)
{
#define IN_WORLD(f)	cmocka_unit_test_setup_teardown(f, make, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(log_drops_rows_past_its_number),
		IN_WORLD(cursors_below_the_floor_are_reset_and_the_rest_served),
		IN_WORLD(log_drops_rows_past_their_age),
		IN_WORLD(clock_that_jumps_back_and_forth_leaves_the_log_dense),
		IN_WORLD(sweeping_one_board_leaves_the_others),
		IN_WORLD(note_keeps_its_newest_revisions),
		IN_WORLD(change_whose_revision_was_dropped_shows_no_document),
		IN_WORLD(keys_are_kept_for_their_time_and_then_forgotten),
	};

	return cmocka_run_group_tests_name("store_retention", tests, NULL, NULL);
}
