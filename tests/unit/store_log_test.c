#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store_world.h"

#define MANY		100000
#define PAGE		500
#define SHORT		2000
#define AGAIN		20

static void
every_cursor_is_followed_by_dense_numbers(void **state)
{
	static struct seen_log l;
	struct world *w = *state;
	int64_t after;

	world_fill(w->s, BOARD_1, 1, 60);
	for (after = 0; after <= 60; after++) {
		assert_int_equal(world_tail(w->s, BOARD_1, after, &l), ST_OK);
		assert_int_equal(l.n, 60 - after);
		world_check_dense(&l, after);
	}
}

static void
documents_are_as_of_their_change(void **state)
{
	static struct seen_log l;
	struct world *w = *state;

	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "one"), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_2, "other"), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "two"), ST_OK);
	assert_int_equal(world_tail(w->s, BOARD_1, 0, &l), ST_OK);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.rows[0].body, "one");
	assert_int_equal(l.rows[0].rev, 1);
	assert_string_equal(l.rows[1].body, "other");
	assert_string_equal(l.rows[2].body, "two");
	assert_int_equal(l.rows[2].rev, 3);
	assert_string_equal(l.rows[2].id, NOTE_1);
}

static void
subjects_and_deletions_are_told_apart(void **state)
{
	static struct seen_log l;
	struct world *w = *state;
	unsigned char digest[32] = { 1 };
	struct mutation m[6] = {
		{ .kind = MUT_BOARD_UPDATE, .board = BOARD_1 },
		world_link(BOARD_1, LINK_1, digest, ROLE_READ),
		world_edit(BOARD_1, NOTE_1, "text"),
		world_trash(BOARD_1, NOTE_1),
		world_restore(BOARD_1, NOTE_1),
		world_revoke(BOARD_1, LINK_1),
	};
	static const char *const ids[] = { SUBJECT_BOARD, SUBJECT_LINKS,
	    NOTE_1, NOTE_1, NOTE_1, SUBJECT_LINKS };
	size_t i;

	m[0].fields.title = "title";
	assert_int_equal(store_apply(w->s, m, 6), ST_OK);
	assert_int_equal(world_tail(w->s, BOARD_1, 0, &l), ST_OK);
	assert_int_equal(l.n, 6);
	world_check_dense(&l, 0);
	for (i = 0; i < 6; i++) {
		assert_string_equal(l.rows[i].id, ids[i]);
		assert_int_equal(l.rows[i].deleted, i == 3);
		assert_int_equal(l.rows[i].doc, i == 2 || i == 4);
		assert_int_equal(m[i].out.at.seq, i + 1);
	}
	assert_string_equal(l.rows[4].body, "text");
	assert_int_equal(l.rows[4].rev, 5);
}

static bool
count(void *arg, const struct change *c)
{
	assert_null(c->note);
	++*(int64_t *)arg;
	return true;
}

static void
documents_come_only_when_asked_for(void **state)
{
	struct world *w = *state;
	struct tail_query q = { .board = BOARD_1, .limit = 10 };
	struct tail t;
	int64_t n = 0;

	world_fill(w->s, BOARD_1, 1, 3);
	assert_int_equal(store_tail(w->s, &q, &t, count, &n), ST_OK);
	assert_int_equal(n, 3);
}

static void
limit_ends_a_page_and_the_next_goes_on(void **state)
{
	struct world *w = *state;
	struct tail_query q = { .board = BOARD_1, .limit = 7 };
	struct tail t;
	int64_t n = 0, pages = 0;

	world_fill(w->s, BOARD_1, 1, 20);
	do {
		assert_int_equal(store_tail(w->s, &q, &t, count, &n), ST_OK);
		assert_int_equal(t.head.seq, 20);
		assert_int_equal(t.next.seq, n);
		q.after = t.next;
		pages++;
	} while (t.next.seq < t.head.seq);
	assert_int_equal(n, 20);
	assert_int_equal(pages, 3);
}

static bool
two_only(void *arg, const struct change *c)
{
	(void)c;
	return ++*(int64_t *)arg < 2;
}

static void
tail_stops_when_told_and_can_go_on_from_there(void **state)
{
	struct world *w = *state;
	struct tail_query q = { .board = BOARD_1, .limit = 100 };
	struct tail t;
	int64_t n = 0;

	world_fill(w->s, BOARD_1, 1, 5);
	assert_int_equal(store_tail(w->s, &q, &t, two_only, &n), ST_OK);
	assert_int_equal(n, 2);
	assert_int_equal(t.next.seq, 2);
	assert_int_equal(t.head.seq, 5);
	q.after = t.next;
	n = 0;
	assert_int_equal(store_tail(w->s, &q, &t, count, &n), ST_OK);
	assert_int_equal(n, 3);
}

static void
now_is_after_the_newest_change(void **state)
{
	struct world *w = *state;
	struct tail_query q = { .board = BOARD_1, .now = true, .limit = 10 };
	struct tail t;
	int64_t n = 0;

	assert_int_equal(store_tail(w->s, &q, &t, count, &n), ST_OK);
	assert_int_equal(t.next.seq, 0);
	world_fill(w->s, BOARD_1, 1, 4);
	assert_int_equal(store_tail(w->s, &q, &t, count, &n), ST_OK);
	assert_int_equal(n, 0);
	assert_int_equal(t.next.seq, 4);
	assert_int_equal(strlen(t.next.epoch), EPOCH_LEN);
	q.now = false;
	q.after = t.next;
	world_fill(w->s, BOARD_1, 5, 5);
	assert_int_equal(store_tail(w->s, &q, &t, count, &n), ST_OK);
	assert_int_equal(n, 1);
}

static void
cursor_of_another_epoch_is_reset(void **state)
{
	struct world *w = *state;
	struct tail_query q = { .board = BOARD_1, .limit = 10 };
	struct tail t;
	int64_t n = 0;

	world_fill(w->s, BOARD_1, 1, 4);
	memcpy(q.after.epoch, "zzzzzzzz", EPOCH_SIZE);
	q.after.seq = 2;
	assert_int_equal(store_tail(w->s, &q, &t, count, &n), ST_GONE);
	assert_int_equal(t.reset, RESET_EPOCH);
	assert_int_equal(t.head.seq, 4);
	assert_int_equal(n, 0);
	q.after.seq = 99;
	assert_int_equal(store_tail(w->s, &q, &t, count, &n), ST_GONE);
	assert_int_equal(t.reset, RESET_EPOCH);
}

static void
cursor_above_the_head_is_reset(void **state)
{
	static struct seen_log l;
	struct world *w = *state;

	world_fill(w->s, BOARD_1, 1, 4);
	assert_int_equal(world_tail(w->s, BOARD_1, 4, &l), ST_OK);
	assert_int_equal(l.n, 0);
	assert_int_equal(world_tail(w->s, BOARD_1, 5, &l), ST_GONE);
	assert_int_equal(l.at.reset, RESET_AHEAD);
	assert_int_equal(l.at.head.seq, 4);
}

static void
absent_board_has_no_log(void **state)
{
	static struct seen_log l;
	struct world *w = *state;

	assert_int_equal(world_tail(w->s, BOARD_2, 0, &l), ST_NOTFOUND);
	assert_int_equal(l.n, 0);
	assert_int_equal(l.at.next.seq, 0);
}

static void
stat_counts_what_there_is(void **state)
{
	struct world *w = *state;
	struct mutation m = world_board(BOARD_2);
	struct store_stat stat;

	assert_int_equal(world_play(w->s, &m), ST_OK);
	world_fill(w->s, BOARD_1, 1, 3);
	assert_int_equal(store_stat(w->s, &stat), ST_OK);
	assert_int_equal(stat.boards, 2);
	assert_int_equal(stat.notes, 3);
	assert_int_equal(stat.commits, 3);
	assert_true(stat.writable);
}

/* Reads on until `to`; the milliseconds that it took. */
static int64_t
read_until(struct store *s, struct tail_query *q, int64_t to, int64_t *n)
{
	int64_t began = clock_mono_ms();
	struct tail t;

	while (q->after.seq < to) {
		assert_int_equal(store_tail(s, q, &t, count, n), ST_OK);
		q->after = t.next;
	}
	return clock_mono_ms() - began;
}

/* Reads the last SHORT changes, again and again. */
static int64_t
read_the_end(struct store *s, int64_t head)
{
	struct tail_query q = { .board = BOARD_1, .limit = PAGE };
	int64_t ms = 0, n = 0;
	int i;

	for (i = 0; i < AGAIN; i++) {
		q.after.epoch[0] = '\0';
		q.after.seq = head - SHORT;
		ms += read_until(s, &q, head, &n);
	}
	assert_int_equal(n, AGAIN * SHORT);
	return ms;
}

/* A mechanism, not a speed, so the margins are wide. */
static void
expect_no_dearer(int64_t later, int64_t earlier)
{
	if (later >= 10 * (earlier + 5))
		fail_msg("%lld ms, and then %lld ms", (long long)earlier,
		    (long long)later);
}

static void
page_costs_the_same_wherever_it_is_and_however_long_the_log(void **state)
{
	struct world *w = *state;
	struct tail_query q = { .board = BOARD_1, .limit = PAGE };
	int64_t i, earlier, later, n = 0;

	for (i = 0; i < SHORT; i += 1000)
		world_fill(w->s, BOARD_1, 1, 1000);
	earlier = read_the_end(w->s, SHORT);
	for (; i < MANY; i += 1000)
		world_fill(w->s, BOARD_1, 1, 1000);
	later = read_the_end(w->s, MANY);
	expect_no_dearer(later, earlier);
	earlier = read_until(w->s, &q, MANY / 2, &n);
	later = read_until(w->s, &q, MANY, &n);
	assert_int_equal(n, MANY);
	expect_no_dearer(later, earlier);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(every_cursor_is_followed_by_dense_numbers),
		IN_WORLD(documents_are_as_of_their_change),
		IN_WORLD(subjects_and_deletions_are_told_apart),
		IN_WORLD(documents_come_only_when_asked_for),
		IN_WORLD(limit_ends_a_page_and_the_next_goes_on),
		IN_WORLD(tail_stops_when_told_and_can_go_on_from_there),
		IN_WORLD(now_is_after_the_newest_change),
		IN_WORLD(cursor_of_another_epoch_is_reset),
		IN_WORLD(cursor_above_the_head_is_reset),
		IN_WORLD(absent_board_has_no_log),
		IN_WORLD(stat_counts_what_there_is),
		IN_WORLD(
		    page_costs_the_same_wherever_it_is_and_however_long_the_log),
	};

	return cmocka_run_group_tests_name("store_log", tests, NULL, NULL);
}
