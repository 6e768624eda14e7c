#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/sqlite/schema.h"
#include "store_world.h"

/* Revisions as "rev:by:body " one after the other; `at` of the last one. */
struct revisions {
	char	text[4000];
	size_t	n;
	size_t	most;
	int64_t	at;
};

static bool
keep(void *arg, const struct revision *r)
{
	struct revisions *all = arg;
	size_t len = strlen(all->text);

	(void)snprintf(all->text + len, sizeof(all->text) - len, "%lld:%s:%s ",
	    (long long)r->rev, r->by, r->body);
	assert_int_equal(r->body_len, strlen(r->body));
	all->at = r->at;
	return ++all->n < all->most;
}

static enum status
history(struct store *s, const char *id, int64_t before, int64_t limit,
    struct revisions *out)
{
	struct history_query q = { .board = BOARD_1, .id = id,
	    .before = before, .limit = limit };

	memset(out, 0, sizeof(*out));
	out->most = SIZE_MAX;
	return store_history(s, &q, keep, out);
}

static void
history_is(struct store *s, const char *id, const char *expected)
{
	struct revisions r;

	assert_int_equal(history(s, id, INT64_MAX, 1000, &r), ST_OK);
	assert_string_equal(r.text, expected);
}

static void
put(struct world *w, const char *id, const char *text)
{
	assert_int_equal(world_put(w->s, BOARD_1, id, text), ST_OK);
}

static enum status
restore(struct world *w, int64_t rev, struct mutation *m)
{
	*m = world_restore(BOARD_1, NOTE_1);
	m->note.to_rev = rev;
	return world_play(w->s, m);
}

static struct mutation
a_purge(const char *id)
{
	return (struct mutation){ .kind = MUT_NOTE_PURGE, .board = BOARD_1,
	    .note = { .id = id, .pre = PRE_NONE } };
}

static bool
keep_id(void *arg, const struct note *n)
{
	char *ids = arg;
	size_t len = strlen(ids);

	(void)snprintf(ids + len, 100 - len, "%s ", n->id + ID_LEN - 1);
	assert_true(n->trashed_at > 0);
	return true;
}

static bool
keep_board(void *arg, const struct board *b, enum role role)
{
	(void)role;
	(void)snprintf(arg, 100, "%lld: ", (long long)b->head.seq);
	return true;
}

static void
trash_is(struct world *w, const char *expected)
{
	char ids[100] = "";

	assert_int_equal(store_trash(w->s, BOARD_1, keep_board, keep_id, ids),
	    ST_OK);
	assert_string_equal(ids, expected);
}

/* History. */

static void
revisions_are_shown_newest_first_with_their_writer(void **state)
{
	struct world *w = *state;
	unsigned char digest[32];
	struct credential who = { .link = digest };
	struct mutation m;
	struct access a;

	world_digest(1, digest);
	m = world_link(BOARD_1, LINK_1, digest, ROLE_WRITE);
	m.link.label = "kitchen";
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(store_access(w->s, &who, BOARD_1, &a), ST_OK);
	put(w, NOTE_1, "a");
	put(w, NOTE_2, "other");
	m = world_edit(BOARD_1, NOTE_1, "b");
	m.actor = a.link;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	history_is(w->s, NOTE_1, "4:kitchen:b 2::a ");
	history_is(w->s, NOTE_2, "3::other ");
}

static void
history_is_read_page_by_page(void **state)
{
	struct world *w = *state;
	struct revisions r;
	int i;

	for (i = 0; i < 5; i++)
		put(w, NOTE_1, "x");
	assert_int_equal(history(w->s, NOTE_1, INT64_MAX, 2, &r), ST_OK);
	assert_string_equal(r.text, "5::x 4::x ");
	assert_int_equal(history(w->s, NOTE_1, 4, 2, &r), ST_OK);
	assert_string_equal(r.text, "3::x 2::x ");
	assert_int_equal(history(w->s, NOTE_1, 2, 2, &r), ST_OK);
	assert_string_equal(r.text, "1::x ");
	assert_int_equal(history(w->s, NOTE_1, 1, 2, &r), ST_OK);
	assert_string_equal(r.text, "");
	memset(&r, 0, sizeof(r));
	r.most = 1;
	assert_int_equal(store_history(w->s, &(struct history_query){
	    .board = BOARD_1, .id = NOTE_1, .before = 9, .limit = 9 }, keep,
	    &r), ST_OK);
	assert_int_equal(r.n, 1);
}

static void
history_of_what_is_not_there_is_not_found(void **state)
{
	struct world *w = *state;
	struct revisions r;

	assert_int_equal(history(w->s, NOTE_1, INT64_MAX, 2, &r), ST_NOTFOUND);
	assert_int_equal(r.n, 0);
	assert_int_equal(store_trash(w->s, BOARD_2, keep_board, keep_id,
	    r.text), ST_NOTFOUND);
	assert_string_equal(r.text, "");
}

static void
a_revision_knows_when_it_was_written(void **state)
{
	struct world *w = *state;
	struct world_shown s;
	struct revisions r;

	put(w, NOTE_1, "a");
	assert_int_equal(history(w->s, NOTE_1, INT64_MAX, 1, &r), ST_OK);
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_OK);
	assert_int_equal(r.at, s.updated_at);
	assert_true(r.at > 0);
}

/* As a program of the first schema leaves it, with a swept log. */
static void
older_revisions_get_their_time_from_the_log(void **state)
{
	static const char old[] =
	    "INSERT INTO board VALUES (1, '" BOARD_1 "', '', '{}', 0, 4, 1, 1);"
	    "INSERT INTO note VALUES (1, 1, '" NOTE_1 "', 3, 2, 2, 5, 30, 0);"
	    "INSERT INTO note VALUES (2, 1, '" NOTE_2 "', 4, 4, 2, 10, 40, 40);"
	    "INSERT INTO revision VALUES (1, 1, 2, 0, 'a'), (2, 1, 3, 0, 'b'),"
	    "(3, 2, 1, 0, 'c');"
	    "INSERT INTO log VALUES (1, 2, 1, 1, 20), (1, 3, 1, 2, 30),"
	    "(1, 4, 2, 0, 40)";
	struct world *w = *state;
	char path[128];
	struct conn *c;

	assert_int_equal(conn_open(world_path(w, "notes.db", path), CONN_WRITE,
	    &c), ST_OK);
	assert_int_equal(schema_migrate(c, schema_steps, 1), ST_OK);
	assert_int_equal(sqlite3_exec(c->db, old, NULL, NULL, NULL), SQLITE_OK);
	conn_close(c);
	world_open(w);
	assert_int_equal(world_ask(w, "SELECT at FROM revision "
	    "WHERE revision = 1"), 20);
	assert_int_equal(world_ask(w, "SELECT at FROM revision "
	    "WHERE revision = 2"), 30);
	assert_int_equal(world_ask(w, "SELECT at FROM revision "
	    "WHERE revision = 3"), 0);
}

/* Back to a revision. */

static void
restoring_says_an_old_body_anew(void **state)
{
	struct world *w = *state;
	struct mutation m;
	struct world_shown s;
	struct seen_log log;

	put(w, NOTE_1, "a");
	put(w, NOTE_1, "b");
	assert_int_equal(restore(w, 1, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 3);
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_OK);
	assert_string_equal(s.body, "a");
	assert_int_equal(s.rev, 3);
	history_is(w->s, NOTE_1, "3::a 2::b 1::a ");
	assert_int_equal(world_tail(w->s, BOARD_1, 2, &log), ST_OK);
	world_check_dense(&log, 2);
	assert_string_equal(log.rows[0].body, "a");
	assert_false(log.rows[0].deleted);
}

static void
restoring_a_revision_takes_it_out_of_the_trash(void **state)
{
	struct world *w = *state;
	struct mutation m = world_trash(BOARD_1, NOTE_1);
	struct world_shown s;

	put(w, NOTE_1, "a");
	put(w, NOTE_1, "b");
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(restore(w, 1, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 4);
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_OK);
	assert_string_equal(s.body, "a");
	assert_int_equal(s.trashed_at, 0);
	assert_int_equal(s.rev, 4);
}

static void
restoring_what_it_is_already_changes_nothing(void **state)
{
	struct world *w = *state;
	struct mutation m;
	struct world_shown s;

	put(w, NOTE_1, "a");
	put(w, NOTE_1, "b");
	assert_int_equal(restore(w, 2, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 2);
	assert_int_equal(world_ask(w, "SELECT head FROM board"), 2);
	/* but it comes out of the trash, and its body stays one revision */
	m = world_trash(BOARD_1, NOTE_1);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(restore(w, 2, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 4);
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_OK);
	assert_int_equal(s.trashed_at, 0);
	history_is(w->s, NOTE_1, "2::b 1::a ");
}

static void
a_revision_that_is_not_kept_cannot_be_restored(void **state)
{
	struct world *w = *state;
	struct mutation m;

	m = world_restore(BOARD_1, NOTE_1);
	m.note.to_rev = 1;
	world_no_trace(w, &m, ST_NOTFOUND);
	put(w, NOTE_1, "a");
	put(w, NOTE_2, "other");
	m.note.to_rev = 2;
	world_no_trace(w, &m, ST_NOTFOUND);
	m.note.to_rev = 1;
	m.note.pre = PRE_REV;
	m.note.rev = 2;
	world_no_trace(w, &m, ST_CONFLICT);
}

/* The trash. */

static void
trash_shows_who_went_there_last_first(void **state)
{
	struct world *w = *state;
	static const char order[] = "2413";
	char id[ID_SIZE];
	struct mutation m;
	size_t i;

	world_fill(w->s, BOARD_1, 1, 5);
	trash_is(w, "5: ");
	for (i = 0; i < 4; i++) {
		world_id('n', order[i] - '0', id);
		m = world_trash(BOARD_1, id);
		assert_int_equal(world_play(w->s, &m), ST_OK);
	}
	trash_is(w, "9: 3 1 4 2 ");
	world_id('n', 1, id);
	m = world_restore(BOARD_1, id);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	trash_is(w, "10: 3 4 2 ");
}

/* Purges. */

static void
purged_note_is_found_nowhere_and_its_words_are_gone(void **state)
{
	struct world *w = *state;
	struct mutation m = a_purge(NOTE_1);
	struct world_shown s;
	struct revisions r;

	put(w, NOTE_1, "secret");
	put(w, NOTE_1, "secret too");
	put(w, NOTE_2, "stays");
	m.note.pre = PRE_REV;
	m.note.rev = 2;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 4);
	assert_int_equal(world_note(w->s, NOTE_1, &s), ST_NOTFOUND);
	assert_int_equal(history(w->s, NOTE_1, INT64_MAX, 9, &r), ST_NOTFOUND);
	assert_int_equal(world_snapshot(w->s, BOARD_1, &s), ST_OK);
	assert_int_equal(s.notes, 1);
	trash_is(w, "4: ");
	assert_int_equal(world_ask(w, "SELECT count(*) FROM revision"), 1);
	history_is(w->s, NOTE_2, "3::stays ");
}

static void
log_stays_dense_over_a_purge_and_shows_no_words(void **state)
{
	struct world *w = *state;
	struct mutation m = a_purge(NOTE_1);
	static struct seen_log log;

	put(w, NOTE_1, "secret");
	put(w, NOTE_2, "stays");
	assert_int_equal(world_play(w->s, &m), ST_OK);
	/* may get the number that the purged one had */
	put(w, NOTE_2, "later");
	assert_int_equal(world_tail(w->s, BOARD_1, 0, &log), ST_OK);
	assert_int_equal(log.n, 4);
	world_check_dense(&log, 0);
	assert_string_equal(log.rows[0].id, NOTE_1);
	assert_false(log.rows[0].doc);
	assert_string_equal(log.rows[2].id, NOTE_1);
	assert_true(log.rows[2].deleted);
	assert_string_equal(log.rows[3].body, "later");
}

static void
purged_id_is_gone_for_everything(void **state)
{
	struct world *w = *state;
	struct mutation m = a_purge(NOTE_1), again[5];
	enum precondition pre;
	size_t i;

	world_no_trace(w, &m, ST_NOTFOUND);
	put(w, NOTE_1, "a");
	m.note.pre = PRE_REV;
	m.note.rev = 2;
	world_no_trace(w, &m, ST_CONFLICT);
	m.note.rev = 1;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	again[0] = world_edit(BOARD_1, NOTE_1, "b");
	again[1] = world_trash(BOARD_1, NOTE_1);
	again[2] = world_restore(BOARD_1, NOTE_1);
	again[3] = again[2];
	again[3].note.to_rev = 1;
	again[4] = a_purge(NOTE_1);
	for (i = 0; i < 5; i++)
		for (pre = PRE_NONE; pre <= PRE_REV; pre++) {
			again[i].note.pre = pre;
			again[i].note.rev = 2;
			world_no_trace(w, &again[i], ST_GONE);
		}
}

static void
purge_from_the_trash_and_with_a_key(void **state)
{
	struct world *w = *state;
	struct mutation m = world_trash(BOARD_1, NOTE_1);
	unsigned char digest[32];

	world_digest(1, digest);
	put(w, NOTE_1, "a");
	assert_int_equal(world_play(w->s, &m), ST_OK);
	m = a_purge(NOTE_1);
	m.note.key = "key";
	m.note.digest = digest;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 3);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_true(m.out.replayed);
	assert_string_equal(m.out.id, NOTE_1);
	assert_int_equal(m.out.at.seq, 3);
	trash_is(w, "3: ");
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(revisions_are_shown_newest_first_with_their_writer),
		IN_WORLD(history_is_read_page_by_page),
		IN_WORLD(history_of_what_is_not_there_is_not_found),
		IN_WORLD(a_revision_knows_when_it_was_written),
		cmocka_unit_test_setup_teardown(
		    older_revisions_get_their_time_from_the_log, world_make,
		    world_remove),
		IN_WORLD(restoring_says_an_old_body_anew),
		IN_WORLD(restoring_a_revision_takes_it_out_of_the_trash),
		IN_WORLD(restoring_what_it_is_already_changes_nothing),
		IN_WORLD(a_revision_that_is_not_kept_cannot_be_restored),
		IN_WORLD(trash_shows_who_went_there_last_first),
		IN_WORLD(purged_note_is_found_nowhere_and_its_words_are_gone),
		IN_WORLD(log_stays_dense_over_a_purge_and_shows_no_words),
		IN_WORLD(purged_id_is_gone_for_everything),
		IN_WORLD(purge_from_the_trash_and_with_a_key),
	};

	return cmocka_run_group_tests_name("store_history", tests, NULL, NULL);
}
