#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store_world.h"

/* Notes. */

static void
edit_makes_the_note_and_then_changes_it(void **state)
{
	struct world *w = *state;
	struct mutation m = world_edit(BOARD_1, NOTE_1, "one");
	struct world_shown s;

	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_true(m.out.created);
	assert_false(m.out.replayed);
	assert_string_equal(m.out.id, NOTE_1);
	assert_int_equal(m.out.at.seq, 1);
	m = world_edit(BOARD_1, NOTE_1, "two");
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_false(m.out.created);
	assert_int_equal(m.out.at.seq, 2);
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_OK);
	assert_string_equal(s.body, "two");
	assert_int_equal(s.rev, 2);
	assert_true(s.created_at > 0);
	assert_true(s.updated_at >= s.created_at);
	assert_int_equal(s.trashed_at, 0);
	assert_int_equal(world_note(w->s, NOTE_2, &s), ST_NOTFOUND);
}

static enum status
append_to_old(void *arg, const struct note *old, struct buf *body)
{
	(void)arg;
	if (old == NULL)
		return ST_NOTFOUND;
	buf_addf(body, "%s+%lld", old->body, (long long)old->rev);
	return ST_OK;
}

static void
edit_is_shown_the_note_as_it_stands(void **state)
{
	struct world *w = *state;
	struct mutation m = world_edit(BOARD_1, NOTE_1, NULL);
	struct world_shown s;

	m.note.edit.fn = append_to_old;
	world_no_trace(w, &m, ST_NOTFOUND);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "a"), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_OK);
	assert_string_equal(s.body, "a+1+2");
}

static void
preconditions_hold_or_conflict(void **state)
{
	static const struct {
		enum precondition	pre;
		int64_t			rev;
		enum status		absent;
		enum status		present;	/* at revision 1 */
	} cases[] = {
		{ PRE_MISSING, 0, ST_OK, ST_OK },
		{ PRE_NONE, 0, ST_OK, ST_OK },
		{ PRE_ABSENT, 0, ST_OK, ST_CONFLICT },
		{ PRE_EXISTS, 0, ST_CONFLICT, ST_OK },
		{ PRE_REV, 1, ST_CONFLICT, ST_OK },
		{ PRE_REV, 2, ST_CONFLICT, ST_CONFLICT },
		{ PRE_REV, 0, ST_CONFLICT, ST_CONFLICT },
	};
	struct world *w = *state;
	char board[ID_SIZE];
	struct mutation m;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		world_id('p', (int64_t)i, board);
		m = world_board(board);
		assert_int_equal(world_play(w->s, &m), ST_OK);
		assert_int_equal(world_put(w->s, board, NOTE_1, "there"), ST_OK);
		m = world_edit(board, NOTE_2, "new");
		m.note.pre = cases[i].pre;
		m.note.rev = cases[i].rev;
		assert_int_equal(world_play(w->s, &m), cases[i].absent);
		m.note.id = NOTE_1;
		assert_int_equal(world_play(w->s, &m), cases[i].present);
		assert_string_equal(m.out.id, NOTE_1);
	}
}

static void
trash_hides_the_note_and_restore_brings_it_back(void **state)
{
	struct world *w = *state;
	struct mutation m;
	struct world_shown s;

	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "text"), ST_OK);
	m = world_trash(BOARD_1, NOTE_1);
	m.note.pre = PRE_REV;
	m.note.rev = 1;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 2);
	assert_int_equal(world_snapshot(w->s, BOARD_1, &s), ST_OK);
	assert_int_equal(s.notes, 0);
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_OK);
	assert_true(s.trashed_at > 0);
	assert_int_equal(s.rev, 2);
	m = world_edit(BOARD_1, NOTE_1, "in the trash");
	world_no_trace(w, &m, ST_CONFLICT);
	m = world_restore(BOARD_1, NOTE_1);
	m.note.pre = PRE_REV;
	m.note.rev = 2;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 3);
	assert_int_equal(world_snapshot(w->s, BOARD_1, &s), ST_OK);
	assert_int_equal(s.notes, 1);
	assert_string_equal(s.body, "text");
	assert_int_equal(s.trashed_at, 0);
	assert_int_equal(s.rev, 3);
}

static void
trashing_again_and_restoring_again_change_nothing(void **state)
{
	struct world *w = *state;
	struct mutation m = world_restore(BOARD_1, NOTE_1);

	world_no_trace(w, &m, ST_NOTFOUND);
	m = world_trash(BOARD_1, NOTE_1);
	world_no_trace(w, &m, ST_NOTFOUND);
	m.note.pre = PRE_REV;
	world_no_trace(w, &m, ST_CONFLICT);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "text"), ST_OK);
	m = world_restore(BOARD_1, NOTE_1);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 1);
	m = world_trash(BOARD_1, NOTE_1);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 2);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM log"), 2);
}

static enum status
write_too_much(void *arg, const struct note *old, struct buf *body)
{
	(void)arg;
	(void)old;
	while (buf_status(body) == ST_OK)
		buf_adds(body, "0123456789012345678901234567890123456789");
	return ST_OK;
}

static void
failing_edit_leaves_no_trace(void **state)
{
	static const enum status answers[] = {
		ST_INVALID, ST_TOOBIG, ST_NOMEM, ST_NOTFOUND, ST_CONFLICT,
	};
	struct world *w = *state;
	struct mutation m;
	size_t i;

	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "text"), ST_OK);
	for (i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		m = world_edit(BOARD_1, i % 2 ? NOTE_1 : NOTE_2, NULL);
		m.note.edit.fn = world_fail;
		m.note.edit.arg = (void *)(uintptr_t)&answers[i];
		world_no_trace(w, &m, answers[i]);
	}
	m = world_edit(BOARD_1, NOTE_1, NULL);
	m.note.edit.fn = write_too_much;
	world_no_trace(w, &m, ST_TOOBIG);
}

/* Keys. */

static void
replayed_key_answers_what_it_answered_first(void **state)
{
	struct world *w = *state;
	unsigned char digest[32];
	struct mutation first = world_edit(BOARD_1, NOTE_1, "once");
	struct mutation again;
	struct world_shown s;

	world_digest(1, digest);
	first.note.key = "key";
	first.note.digest = digest;
	first.note.pre = PRE_ABSENT;
	again = first;
	again.note.id = NOTE_2;		/* as when the server makes the id */
	assert_int_equal(world_play(w->s, &first), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "later"), ST_OK);
	assert_int_equal(world_play(w->s, &again), ST_OK);
	assert_true(again.out.replayed);
	assert_true(again.out.created);
	assert_string_equal(again.out.id, NOTE_1);
	assert_memory_equal(&again.out.at, &first.out.at, sizeof(first.out.at));
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_OK);
	assert_string_equal(s.body, "later");
	assert_int_equal(world_note(w->s, NOTE_2, &s), ST_NOTFOUND);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM log"), 2);
}

static void
keys_replay_over_a_restart_and_for_every_kind_of_change(void **state)
{
	struct world *w = *state;
	struct mutation m[3] = {
		world_edit(BOARD_1, NOTE_1, "a"),
		world_trash(BOARD_1, NOTE_1),
		world_restore(BOARD_1, NOTE_1),
	};
	static const char *const keys[] = { "k1", "k2", "k3" };
	unsigned char digest[32];
	size_t i;

	world_digest(1, digest);
	for (i = 0; i < 3; i++) {
		m[i].note.key = keys[i];
		m[i].note.digest = digest;
	}
	assert_int_equal(store_apply(w->s, m, 3), ST_OK);
	world_reopen(w);
	assert_int_equal(store_apply(w->s, m, 3), ST_OK);
	for (i = 0; i < 3; i++) {
		assert_int_equal(m[i].out.st, ST_OK);
		assert_true(m[i].out.replayed);
		assert_int_equal(m[i].out.at.seq, i + 1);
		assert_int_equal(m[i].out.created, i == 0);
	}
	assert_int_equal(world_ask(w, "SELECT head FROM board"), 3);
}

static void
key_with_other_content_is_refused(void **state)
{
	struct world *w = *state;
	unsigned char digest[32], other[32];
	struct mutation m = world_edit(BOARD_1, NOTE_1, "once");

	world_digest(1, digest);
	world_digest(2, other);
	m.note.key = "key";
	m.note.digest = digest;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	m.note.digest = other;
	world_no_trace(w, &m, ST_REUSED);
}

static void
key_belongs_to_its_board(void **state)
{
	struct world *w = *state;
	unsigned char digest[32], other[32];
	struct mutation m = world_board(BOARD_2);

	assert_int_equal(world_play(w->s, &m), ST_OK);
	world_digest(1, digest);
	world_digest(2, other);
	m = world_edit(BOARD_1, NOTE_1, "here");
	m.note.key = "key";
	m.note.digest = digest;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	m.board = BOARD_2;
	m.note.digest = other;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_false(m.out.replayed);
}

static void
failed_operation_leaves_its_key_free(void **state)
{
	struct world *w = *state;
	unsigned char digest[32];
	struct mutation m = world_edit(BOARD_1, NOTE_1, "text");

	world_digest(1, digest);
	m.note.key = "key";
	m.note.digest = digest;
	m.note.pre = PRE_EXISTS;
	world_no_trace(w, &m, ST_CONFLICT);
	m.note.pre = PRE_ABSENT;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_false(m.out.replayed);
	assert_true(m.out.created);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(edit_makes_the_note_and_then_changes_it),
		IN_WORLD(edit_is_shown_the_note_as_it_stands),
		IN_WORLD(preconditions_hold_or_conflict),
		IN_WORLD(trash_hides_the_note_and_restore_brings_it_back),
		IN_WORLD(trashing_again_and_restoring_again_change_nothing),
		IN_WORLD(failing_edit_leaves_no_trace),
		IN_WORLD(replayed_key_answers_what_it_answered_first),
		IN_WORLD(keys_replay_over_a_restart_and_for_every_kind_of_change),
		IN_WORLD(key_with_other_content_is_refused),
		IN_WORLD(key_belongs_to_its_board),
		IN_WORLD(failed_operation_leaves_its_key_free),
	};

	return cmocka_run_group_tests_name("store_note", tests, NULL, NULL);
}
