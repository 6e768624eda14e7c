#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store_world.h"

#define DUMP_MAX	(1 << 20)

/* Boards. */

static void
created_board_has_what_was_given(void **state)
{
	struct world *w = *state;
	struct mutation m = world_board(BOARD_2);
	struct world_shown s;

	m.fields.title = "Shopping";
	m.fields.settings = "{\"a\":1}";
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_true(m.out.created);
	assert_int_equal(m.out.at.seq, 0);
	assert_int_equal(strlen(m.out.at.epoch), EPOCH_LEN);
	assert_int_equal(world_snapshot(w->s, BOARD_2, &s), ST_OK);
	assert_int_equal(s.boards, 1);
	assert_int_equal(s.notes, 0);
	assert_string_equal(s.title, "Shopping");
	assert_string_equal(s.settings, "{\"a\":1}");
	assert_int_equal(world_snapshot(w->s, BOARD_1, &s), ST_OK);
	assert_string_equal(s.title, "");
	assert_string_equal(s.settings, "{}");
}

static void
board_of_a_taken_id_conflicts(void **state)
{
	struct world *w = *state;
	struct mutation m = world_board(BOARD_1);

	m.fields.title = "again";
	world_no_trace(w, &m, ST_CONFLICT);
}

static void
board_with_a_taken_token_leaves_nothing(void **state)
{
	struct world *w = *state;
	unsigned char taken[32], fresh[32];
	const struct new_link links[] = {
		{ .id = LINK_1, .digest = fresh, .role = ROLE_READ, .label = "" },
		{ .id = LINK_2, .digest = taken, .role = ROLE_READ, .label = "" },
	};
	struct mutation m = world_board(BOARD_2), add;

	world_digest(1, taken);
	world_digest(2, fresh);
	add = world_link(BOARD_1, LINK_1, taken, ROLE_ADMIN);
	assert_int_equal(world_play(w->s, &add), ST_OK);
	m.fields.links = links;
	m.fields.links_n = 2;
	world_no_trace(w, &m, ST_CONFLICT);
}

static void
board_update_sets_what_is_given_and_keeps_the_rest(void **state)
{
	struct world *w = *state;
	struct mutation m = { .kind = MUT_BOARD_UPDATE, .board = BOARD_1 };
	struct world_shown s;

	m.fields.title = "First";
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 1);
	m.fields.title = NULL;
	m.fields.settings = "{\"b\":2}";
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 2);
	assert_int_equal(world_snapshot(w->s, BOARD_1, &s), ST_OK);
	assert_string_equal(s.title, "First");
	assert_string_equal(s.settings, "{\"b\":2}");
	assert_int_equal(s.board_rev, 2);
	assert_int_equal(s.head, 2);
}

static void
mutations_of_an_absent_board_are_not_found(void **state)
{
	struct world *w = *state;
	unsigned char digest[32] = { 1 };
	struct mutation all[] = {
		{ .kind = MUT_BOARD_UPDATE, .board = BOARD_2 },
		{ .kind = MUT_BOARD_DELETE, .board = BOARD_2 },
		world_edit(BOARD_2, NOTE_1, "x"),
		world_trash(BOARD_2, NOTE_1),
		world_restore(BOARD_2, NOTE_1),
		world_link(BOARD_2, LINK_1, digest, ROLE_READ),
		world_revoke(BOARD_2, LINK_1),
	};
	struct world_shown s;
	size_t i;

	all[0].fields.title = "x";
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		world_no_trace(w, &all[i], ST_NOTFOUND);
	assert_int_equal(world_snapshot(w->s, BOARD_2, &s), ST_NOTFOUND);
	assert_int_equal(s.boards, 0);
}

/* Fills BOARD_2 with something in every table. */
static void
furnish(struct world *w)
{
	unsigned char digest[32], session[32];
	struct mutation m[6];
	struct credential who = { .link = digest };
	struct access a;

	world_digest(7, digest);
	world_digest(8, session);
	m[0] = world_board(BOARD_2);
	m[1] = world_link(BOARD_2, LINK_1, digest, ROLE_ADMIN);
	m[2] = world_edit(BOARD_2, NOTE_1, "a");
	m[2].note.key = "key";
	m[2].note.digest = digest;
	m[3] = world_edit(BOARD_2, NOTE_1, "b");
	m[4] = world_edit(BOARD_2, NOTE_2, "c");
	m[5] = world_trash(BOARD_2, NOTE_2);
	assert_int_equal(store_apply(w->s, m, 6), ST_OK);
	assert_int_equal(m[5].out.st, ST_OK);
	assert_int_equal(store_access(w->s, &who, BOARD_2, &a), ST_OK);
	m[0] = (struct mutation){ .kind = MUT_SESSION_JOIN,
	    .session = { .digest = session, .link = a.link,
	    .expires_at = INT64_MAX } };
	assert_int_equal(world_play(w->s, &m[0]), ST_OK);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM session_link"), 1);
}

static void
deleted_board_leaves_nothing_and_others_alone(void **state)
{
	static const char count[] = "SELECT (SELECT count(*) FROM key) + "
	    "(SELECT count(*) FROM revision) + (SELECT count(*) FROM log) + "
	    "(SELECT count(*) FROM link) + (SELECT count(*) FROM note) + "
	    "(SELECT count(*) FROM session_link) + (SELECT count(*) FROM board)";
	struct world *w = *state;
	struct mutation m = { .kind = MUT_BOARD_DELETE, .board = BOARD_2 };
	int64_t before;
	struct world_shown s;

	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "stays"), ST_OK);
	before = world_ask(w, count);
	furnish(w);
	assert_true(world_ask(w, count) >= before + 12);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_ask(w, count), before);
	assert_int_equal(world_snapshot(w->s, BOARD_2, &s), ST_NOTFOUND);
	assert_int_equal(world_snapshot(w->s, BOARD_1, &s), ST_OK);
	assert_string_equal(s.body, "stays");
	assert_int_equal(world_play(w->s, &m), ST_NOTFOUND);
}

/* Old cursors of its epoch would fit the new log, and miss its beginning. */
static void
deleted_boards_id_is_never_used_again(void **state)
{
	struct world *w = *state;
	struct mutation delete = { .kind = MUT_BOARD_DELETE, .board = BOARD_1 };
	struct mutation again = world_board(BOARD_1);
	struct mutation other = world_board(BOARD_2);

	assert_int_equal(world_play(w->s, &delete), ST_OK);
	assert_int_equal(world_play(w->s, &again), ST_CONFLICT);
	assert_int_equal(world_play(w->s, &other), ST_OK);
}

/* Batches. */

static void
each_of_a_batch_stands_or_fails_alone(void **state)
{
	struct world *w = *state;
	struct mutation m[5] = {
		world_edit(BOARD_1, NOTE_1, "a"),
		world_edit(BOARD_1, NOTE_1, "b"),
		world_edit(BOARD_2, NOTE_1, "c"),
		world_edit(BOARD_1, NOTE_1, "d"),
		world_edit(BOARD_1, NOTE_2, "e"),
	};
	struct world_shown s;

	m[1].note.pre = PRE_ABSENT;
	m[3].note.pre = PRE_REV;
	m[3].note.rev = 1;
	assert_int_equal(store_apply(w->s, m, 5), ST_OK);
	assert_int_equal(m[0].out.st, ST_OK);
	assert_int_equal(m[1].out.st, ST_CONFLICT);
	assert_int_equal(m[2].out.st, ST_NOTFOUND);
	assert_int_equal(m[3].out.st, ST_OK);
	assert_int_equal(m[4].out.st, ST_OK);
	assert_int_equal(m[3].out.at.seq, 2);
	assert_int_equal(m[4].out.at.seq, 3);
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_OK);
	assert_string_equal(s.body, "d");
	assert_int_equal(world_ask(w, "SELECT commits FROM meta"), 2);
}

static void
numbers_are_dense_whatever_fails_between(void **state)
{
	struct world *w = *state;
	static struct seen_log l;
	struct mutation m[40];
	unsigned char digests[40][32];
	char ids[40][ID_SIZE];
	size_t i, stand = 0;

	for (i = 0; i < 40; i++) {
		world_id('x', (int64_t)i, ids[i]);
		world_digest((uint32_t)i, digests[i]);
		m[i] = i % 5 == 0 ? world_link(BOARD_1, ids[i], digests[i],
		    ROLE_READ) : world_edit(BOARD_1, ids[i], ids[i]);
		if (i % 3 == 0 && m[i].kind == MUT_NOTE_EDIT)
			m[i].note.pre = PRE_EXISTS;
	}
	assert_int_equal(store_apply(w->s, m, 40), ST_OK);
	for (i = 0; i < 40; i++)
		if (m[i].out.st == ST_OK)
			assert_int_equal(m[i].out.at.seq, ++stand);
	assert_int_equal(world_tail(w->s, BOARD_1, 0, &l), ST_OK);
	assert_int_equal(l.n, stand);
	assert_int_equal(stand, 40 - 11);
	world_check_dense(&l, 0);
}

/* As when the system fails under one of them: there is no half of a batch. */
static void
failure_of_the_system_undoes_the_whole_batch(void **state)
{
	static const enum status fatal[] = { ST_IO, ST_FULL, ST_READONLY };
	struct world *w = *state;
	struct buf before, after;
	struct mutation m[3];
	size_t i;

	buf_init(&before, DUMP_MAX);
	buf_init(&after, DUMP_MAX);
	world_dump(w, &before);
	for (i = 0; i < sizeof(fatal) / sizeof(*fatal); i++) {
		m[0] = m[2] = world_edit(BOARD_1, NOTE_1, "a");
		m[1] = world_edit(BOARD_1, NOTE_2, NULL);
		m[1].note.edit.fn = world_fail;
		m[1].note.edit.arg = (void *)(uintptr_t)&fatal[i];
		assert_int_equal(store_apply(w->s, m, 3), fatal[i]);
	}
	world_dump(w, &after);
	assert_string_equal(before.data, after.data);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "b"), ST_OK);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM log"), 1);
	buf_fini(&before);
	buf_fini(&after);
}

static void
an_empty_batch_is_no_error(void **state)
{
	struct world *w = *state;

	assert_int_equal(store_apply(w->s, NULL, 0), ST_OK);
}

static bool
stop_at_once(void *arg, const struct note *n)
{
	(void)n;
	++*(int *)arg;
	return false;
}

static bool
no_board(void *arg, const struct board *b, enum role role)
{
	(void)arg;
	(void)b;
	(void)role;
	return true;
}

static void
snapshot_stops_when_told(void **state)
{
	struct world *w = *state;
	int n = 0;

	world_fill(w->s, BOARD_1, 1, 3);
	assert_int_equal(store_snapshot(w->s, BOARD_1, no_board, stop_at_once,
	    &n), ST_OK);
	assert_int_equal(n, 1);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(created_board_has_what_was_given),
		IN_WORLD(board_of_a_taken_id_conflicts),
		IN_WORLD(board_with_a_taken_token_leaves_nothing),
		IN_WORLD(board_update_sets_what_is_given_and_keeps_the_rest),
		IN_WORLD(mutations_of_an_absent_board_are_not_found),
		IN_WORLD(deleted_board_leaves_nothing_and_others_alone),
		IN_WORLD(deleted_boards_id_is_never_used_again),
		IN_WORLD(each_of_a_batch_stands_or_fails_alone),
		IN_WORLD(numbers_are_dense_whatever_fails_between),
		IN_WORLD(failure_of_the_system_undoes_the_whole_batch),
		IN_WORLD(an_empty_batch_is_no_error),
		IN_WORLD(snapshot_stops_when_told),
	};

	return cmocka_run_group_tests_name("store_mutation", tests, NULL, NULL);
}
