#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store_world.h"

#define DUMP_MAX	(1 << 20)

/* What store_snapshot or store_note showed last. */
struct shown {
	int		boards;
	int		notes;
	char		title[32];
	char		settings[32];
	int64_t		board_rev;
	int64_t		head;
	char		body[32];
	int64_t		rev;
	int64_t		created_at;
	int64_t		updated_at;
	int64_t		trashed_at;
};

static bool
show_board(void *arg, const struct board *b, enum role role)
{
	struct shown *s = arg;

	s->boards += role == ROLE_NONE;
	(void)snprintf(s->title, sizeof(s->title), "%s", b->title);
	(void)snprintf(s->settings, sizeof(s->settings), "%s", b->settings);
	s->board_rev = b->rev;
	s->head = b->head.seq;
	return true;
}

static bool
show_note(void *arg, const struct note *n)
{
	struct shown *s = arg;

	s->notes++;
	assert_int_equal(n->body_len, strlen(n->body));
	(void)snprintf(s->body, sizeof(s->body), "%s", n->body);
	s->rev = n->rev;
	s->created_at = n->created_at;
	s->updated_at = n->updated_at;
	s->trashed_at = n->trashed_at;
	return true;
}

static enum status
snapshot(struct store *s, const char *board, struct shown *out)
{
	memset(out, 0, sizeof(*out));
	return store_snapshot(s, board, show_board, show_note, out);
}

static enum status
note(struct store *s, const char *id, struct shown *out)
{
	memset(out, 0, sizeof(*out));
	return store_note(s, BOARD_1, id, show_note, out);
}

/* Plays the mutation and asserts that it left no trace in any table. */
static void
expect_no_trace(struct world *w, struct mutation *m, enum status st)
{
	struct buf before, after;

	buf_init(&before, DUMP_MAX);
	buf_init(&after, DUMP_MAX);
	world_dump(w, &before);
	assert_int_equal(store_apply(w->s, m, 1), ST_OK);
	assert_int_equal(m->out.st, st);
	assert_int_equal(m->out.at.seq, 0);
	assert_false(m->out.created);
	assert_false(m->out.replayed);
	world_dump(w, &after);
	assert_string_equal(before.data, after.data);
	buf_fini(&before);
	buf_fini(&after);
}

/* Boards. */

static void
created_board_has_what_was_given(void **state)
{
	struct world *w = *state;
	struct mutation m = world_board(BOARD_2);
	struct shown s;

	m.fields.title = "Shopping";
	m.fields.settings = "{\"a\":1}";
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_true(m.out.created);
	assert_int_equal(m.out.at.seq, 0);
	assert_int_equal(strlen(m.out.at.epoch), EPOCH_LEN);
	assert_int_equal(snapshot(w->s, BOARD_2, &s), ST_OK);
	assert_int_equal(s.boards, 1);
	assert_int_equal(s.notes, 0);
	assert_string_equal(s.title, "Shopping");
	assert_string_equal(s.settings, "{\"a\":1}");
	assert_int_equal(snapshot(w->s, BOARD_1, &s), ST_OK);
	assert_string_equal(s.title, "");
	assert_string_equal(s.settings, "{}");
}

static void
board_of_a_taken_id_conflicts(void **state)
{
	struct world *w = *state;
	struct mutation m = world_board(BOARD_1);

	m.fields.title = "again";
	expect_no_trace(w, &m, ST_CONFLICT);
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
	expect_no_trace(w, &m, ST_CONFLICT);
}

static void
board_update_sets_what_is_given_and_keeps_the_rest(void **state)
{
	struct world *w = *state;
	struct mutation m = { .kind = MUT_BOARD_UPDATE, .board = BOARD_1 };
	struct shown s;

	m.fields.title = "First";
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 1);
	m.fields.title = NULL;
	m.fields.settings = "{\"b\":2}";
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 2);
	assert_int_equal(snapshot(w->s, BOARD_1, &s), ST_OK);
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
	struct shown s;
	size_t i;

	all[0].fields.title = "x";
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		expect_no_trace(w, &all[i], ST_NOTFOUND);
	assert_int_equal(snapshot(w->s, BOARD_2, &s), ST_NOTFOUND);
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
	struct shown s;

	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "stays"), ST_OK);
	before = world_ask(w, count);
	furnish(w);
	assert_true(world_ask(w, count) >= before + 12);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_ask(w, count), before);
	assert_int_equal(snapshot(w->s, BOARD_2, &s), ST_NOTFOUND);
	assert_int_equal(snapshot(w->s, BOARD_1, &s), ST_OK);
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

/* Notes. */

static void
edit_makes_the_note_and_then_changes_it(void **state)
{
	struct world *w = *state;
	struct mutation m = world_edit(BOARD_1, NOTE_1, "one");
	struct shown s;

	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_true(m.out.created);
	assert_false(m.out.replayed);
	assert_string_equal(m.out.id, NOTE_1);
	assert_int_equal(m.out.at.seq, 1);
	m = world_edit(BOARD_1, NOTE_1, "two");
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_false(m.out.created);
	assert_int_equal(m.out.at.seq, 2);
	assert_int_equal(note(w->s, NOTE_1, &s), ST_OK);
	assert_string_equal(s.body, "two");
	assert_int_equal(s.rev, 2);
	assert_true(s.created_at > 0);
	assert_true(s.updated_at >= s.created_at);
	assert_int_equal(s.trashed_at, 0);
	assert_int_equal(note(w->s, NOTE_2, &s), ST_NOTFOUND);
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
	struct shown s;

	m.note.edit.fn = append_to_old;
	expect_no_trace(w, &m, ST_NOTFOUND);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "a"), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(note(w->s, NOTE_1, &s), ST_OK);
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
	struct shown s;

	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "text"), ST_OK);
	m = world_trash(BOARD_1, NOTE_1);
	m.note.pre = PRE_REV;
	m.note.rev = 1;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 2);
	assert_int_equal(snapshot(w->s, BOARD_1, &s), ST_OK);
	assert_int_equal(s.notes, 0);
	assert_int_equal(note(w->s, NOTE_1, &s), ST_OK);
	assert_true(s.trashed_at > 0);
	assert_int_equal(s.rev, 2);
	m = world_edit(BOARD_1, NOTE_1, "in the trash");
	expect_no_trace(w, &m, ST_CONFLICT);
	m = world_restore(BOARD_1, NOTE_1);
	m.note.pre = PRE_REV;
	m.note.rev = 2;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 3);
	assert_int_equal(snapshot(w->s, BOARD_1, &s), ST_OK);
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

	expect_no_trace(w, &m, ST_NOTFOUND);
	m = world_trash(BOARD_1, NOTE_1);
	expect_no_trace(w, &m, ST_NOTFOUND);
	m.note.pre = PRE_REV;
	expect_no_trace(w, &m, ST_CONFLICT);
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

/* What an edit may answer when it fails, after it has written something. */
static enum status
write_and_fail(void *arg, const struct note *old, struct buf *body)
{
	const enum status *st = arg;

	(void)old;
	buf_adds(body, "half");
	return *st;
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
		m.note.edit.fn = write_and_fail;
		m.note.edit.arg = (void *)(uintptr_t)&answers[i];
		expect_no_trace(w, &m, answers[i]);
	}
	m = world_edit(BOARD_1, NOTE_1, NULL);
	m.note.edit.fn = write_too_much;
	expect_no_trace(w, &m, ST_TOOBIG);
}

/* Keys. */

static void
replayed_key_answers_what_it_answered_first(void **state)
{
	struct world *w = *state;
	unsigned char digest[32];
	struct mutation first = world_edit(BOARD_1, NOTE_1, "once");
	struct mutation again;
	struct shown s;

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
	assert_int_equal(note(w->s, NOTE_1, &s), ST_OK);
	assert_string_equal(s.body, "later");
	assert_int_equal(note(w->s, NOTE_2, &s), ST_NOTFOUND);
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
	expect_no_trace(w, &m, ST_REUSED);
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
	expect_no_trace(w, &m, ST_CONFLICT);
	m.note.pre = PRE_ABSENT;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_false(m.out.replayed);
	assert_true(m.out.created);
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
	struct shown s;

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
	assert_int_equal(note(w->s, NOTE_1, &s), ST_OK);
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
		m[1].note.edit.fn = write_and_fail;
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
		IN_WORLD(each_of_a_batch_stands_or_fails_alone),
		IN_WORLD(numbers_are_dense_whatever_fails_between),
		IN_WORLD(failure_of_the_system_undoes_the_whole_batch),
		IN_WORLD(an_empty_batch_is_no_error),
		IN_WORLD(snapshot_stops_when_told),
	};

	return cmocka_run_group_tests_name("store_mutation", tests, NULL, NULL);
}
