#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store_world.h"

/* What comes back from an export keeps its times. */

#define CREATED	INT64_C(1600000000123)
#define UPDATED	INT64_C(1650000000456)
#define FILE_1	"f000000000000000000001"
#define BYTES	1000

static enum status
import_note(struct store *s, const char *id)
{
	struct mutation m = world_edit(BOARD_1, id, "text");

	m.note.pre = PRE_ABSENT;
	m.note.created_at = CREATED;
	m.note.updated_at = UPDATED;
	return world_play(s, &m);
}

static enum status
import_file(struct store *s, int64_t created_at)
{
	const struct upload_wish wish = { .board = BOARD_1, .note = NOTE_1,
	    .id = FILE_1, .size = BYTES };
	unsigned char digest[32];
	char bytes[BYTES] = "x";
	struct mutation m = { .kind = MUT_FILE_ADD, .board = BOARD_1,
	    .file = { .id = FILE_1, .note = NOTE_1, .name = "n",
	    .type = "image/png", .digest = digest,
	    .created_at = created_at } };
	enum status st;

	world_digest(1, digest);
	st = store_upload_open(s, &wish, &m.file.upload);
	if (st == ST_OK)
		st = store_upload_add(m.file.upload, bytes, sizeof(bytes));
	if (st == ST_OK)
		st = store_upload_end(m.file.upload);
	if (st == ST_OK)
		st = world_play(s, &m);
	store_upload_close(m.file.upload);
	return st;
}

struct times {
	int64_t	created_at;
	int64_t	updated_at;
};

static bool
see_note(void *arg, const struct note *n)
{
	struct times *t = arg;

	t->created_at = n->created_at;
	t->updated_at = n->updated_at;
	return true;
}

static bool
see_change(void *arg, const struct change *c)
{
	return c->note == NULL || see_note(arg, c->note);
}

/* As the snapshot says, and as the newest change does. */
static void
expect_times(struct store *s, int64_t created_at, int64_t updated_at)
{
	const struct tail_query all = { .board = BOARD_1, .docs = true,
	    .limit = 1000 };
	struct times t;
	struct tail tail;

	assert_int_equal(store_note(s, BOARD_1, NOTE_1, see_note, &t), ST_OK);
	assert_int_equal(t.created_at, created_at);
	assert_int_equal(t.updated_at, updated_at);
	memset(&t, 0, sizeof(t));
	assert_int_equal(store_tail(s, &all, &tail, see_change, &t), ST_OK);
	assert_int_equal(t.created_at, created_at);
	assert_int_equal(t.updated_at, updated_at);
}

static void
note_keeps_its_times_everywhere(void **state)
{
	struct world *w = *state;

	assert_int_equal(import_note(w->s, NOTE_1), ST_OK);
	expect_times(w->s, CREATED, UPDATED);
	assert_int_equal(world_ask(w, "SELECT at FROM revision"), UPDATED);
}

static void
note_that_is_there_stays(void **state)
{
	struct world *w = *state;
	struct mutation m = world_trash(BOARD_1, NOTE_1);

	assert_int_equal(import_note(w->s, NOTE_1), ST_OK);
	assert_int_equal(import_note(w->s, NOTE_1), ST_CONFLICT);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(import_note(w->s, NOTE_1), ST_CONFLICT);
	assert_int_equal(world_ask(w, "SELECT max(seq) FROM log"), 2);
}

static void
later_edit_has_a_time_of_its_own(void **state)
{
	struct world *w = *state;

	assert_int_equal(import_note(w->s, NOTE_1), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "more"), ST_OK);
	assert_int_equal(world_ask(w, "SELECT created_at FROM note"), CREATED);
	assert_true(world_ask(w, "SELECT updated_at FROM note") > UPDATED);
}

static void
file_keeps_its_time_and_leaves_the_notes(void **state)
{
	struct world *w = *state;

	assert_int_equal(import_note(w->s, NOTE_1), ST_OK);
	assert_int_equal(import_file(w->s, CREATED), ST_OK);
	assert_int_equal(world_ask(w, "SELECT created_at FROM file"), CREATED);
	expect_times(w->s, CREATED, UPDATED);
	assert_int_equal(world_ask(w, "SELECT rev FROM note"), 2);
}

static void
file_without_a_time_comes_now(void **state)
{
	struct world *w = *state;

	assert_int_equal(import_note(w->s, NOTE_1), ST_OK);
	assert_int_equal(import_file(w->s, 0), ST_OK);
	assert_true(world_ask(w, "SELECT created_at FROM file") > UPDATED);
	assert_true(world_ask(w, "SELECT updated_at FROM note") > UPDATED);
}

static void
room_for_files_is_the_lesser_of_both(void **state)
{
	struct world *w = *state;
	int64_t room;

	store_close(w->s);
	w->o.board_bytes = 5000;
	w->o.store_bytes = 7000;
	world_open(w);
	assert_int_equal(import_note(w->s, NOTE_1), ST_OK);
	assert_int_equal(store_file_room(w->s, BOARD_1, &room), ST_OK);
	assert_int_equal(room, 5000);
	assert_int_equal(import_file(w->s, 0), ST_OK);
	assert_int_equal(store_file_room(w->s, BOARD_1, &room), ST_OK);
	assert_int_equal(room, 5000 - BYTES);
	store_close(w->s);
	w->o.store_bytes = 1500;
	world_open(w);
	assert_int_equal(store_file_room(w->s, BOARD_1, &room), ST_OK);
	assert_int_equal(room, 1500 - BYTES);
	assert_int_equal(store_file_room(w->s, BOARD_2, &room), ST_NOTFOUND);
	assert_int_equal(room, 0);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(note_keeps_its_times_everywhere),
		IN_WORLD(note_that_is_there_stays),
		IN_WORLD(later_edit_has_a_time_of_its_own),
		IN_WORLD(file_keeps_its_time_and_leaves_the_notes),
		IN_WORLD(file_without_a_time_comes_now),
		IN_WORLD(room_for_files_is_the_lesser_of_both),
	};

	return cmocka_run_group_tests_name("store_import", tests, NULL, NULL);
}
