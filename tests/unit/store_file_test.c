#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "codec/print.h"
#include "store_world.h"

#define FILE_1	"f000000000000000000001"
#define FILE_2	"f000000000000000000002"
#define LARGE	((size_t)FILE_INLINE + 1)

/* A file to add; its content is `size` times `fill`. */
struct thing {
	const char	*board;
	const char	*note;
	const char	*id;
	const char	*name;
	char		 fill;
	size_t		 size;
};

static struct thing
a_thing(const char *id, char fill, size_t size)
{
	return (struct thing){ BOARD_1, NOTE_1, id, "a name", fill, size };
}

/* Tells contents apart as a digest would. */
static void
digest_of(const struct thing *t, unsigned char digest[32])
{
	world_digest((uint32_t)((unsigned char)t->fill + 256 * t->size), digest);
}

static enum status
open_upload(struct store *s, const struct thing *t, struct upload **u)
{
	const struct upload_wish wish = { .board = t->board, .note = t->note,
	    .id = t->id, .size = (int64_t)t->size };
	char piece[1000];
	enum status st;
	size_t left, n;

	memset(piece, t->fill, sizeof(piece));
	st = store_upload_open(s, &wish, u);
	for (left = t->size; st == ST_OK && left > 0; left -= n) {
		n = left < sizeof(piece) ? left : sizeof(piece);
		st = store_upload_add(*u, piece, n);
	}
	return st ? st : store_upload_end(*u);
}

static struct mutation
adding(const struct thing *t, const unsigned char *digest, struct upload *u)
{
	return (struct mutation){ .kind = MUT_FILE_ADD, .board = t->board,
	    .file = { .id = t->id, .note = t->note, .name = t->name,
	    .type = "image/png", .digest = digest, .upload = u } };
}

static enum status
add(struct store *s, const struct thing *t, struct outcome *out)
{
	unsigned char digest[32];
	struct upload *u;
	struct mutation m;
	enum status st;

	st = open_upload(s, t, &u);
	if (st) {
		store_upload_close(u);
		return st;
	}
	digest_of(t, digest);
	m = adding(t, digest, u);
	st = world_play(s, &m);
	store_upload_close(u);
	if (out != NULL)
		*out = m.out;
	return st;
}

static enum status
drop(struct store *s, const char *id)
{
	struct mutation m = { .kind = MUT_FILE_DELETE, .board = BOARD_1,
	    .file = { .id = id } };

	return world_play(s, &m);
}

static size_t
count_in(const char *path)
{
	struct dirent *e;
	struct stat info;
	size_t n = 0;
	DIR *all = opendir(path);

	while (all != NULL && (e = readdir(all)) != NULL)
		if (fstatat(dirfd(all), e->d_name, &info, 0) == 0 &&
		    S_ISREG(info.st_mode))
			n++;
	if (all != NULL)
		(void)closedir(all);
	return n;
}

static size_t
incoming(const struct world *w)
{
	char path[128];

	return count_in(world_path(w, "incoming", path));
}

/* Files in all folders of files/. */
static size_t
contents(const struct world *w)
{
	char path[128], name[16];
	size_t n = 0;
	unsigned i;

	for (i = 0; i < 256; i++) {
		(void)snprintf(name, sizeof(name), "files/%02x", i);
		n += count_in(world_path(w, name, path));
	}
	return n;
}

static void
expect_bytes(const struct world *w, int64_t board, int64_t all)
{
	assert_int_equal(world_ask(w, "SELECT sum(file_bytes) FROM board"), board);
	assert_int_equal(world_ask(w, "SELECT file_bytes FROM meta"), all);
	assert_int_equal(world_ask(w, "SELECT coalesce(sum(size), 0) FROM file"),
	    all);
}

static void
keep_printed(void *arg, const struct file *f)
{
	print_file(arg, f);
}

static bool
keep_files(void *arg, const struct note *n)
{
	buf_adds(arg, n->files);
	return true;
}

static void
expect_content(struct world *w, const struct thing *t)
{
	struct content *c;
	char got[512];
	struct buf b;
	size_t i;

	buf_init(&b, 4096);
	assert_int_equal(store_file(w->s, t->board, t->id, keep_printed, &b, &c),
	    ST_OK);
	assert_int_equal(store_content_read(c, (int64_t)(t->size - sizeof(got)),
	    got, sizeof(got)), ST_OK);
	for (i = 0; i < sizeof(got); i++)
		assert_int_equal(got[i], t->fill);
	assert_int_equal(store_content_read(c, (int64_t)t->size - 1, got, 1),
	    ST_OK);
	assert_int_equal(store_content_read(c, (int64_t)t->size, got, 1), ST_IO);
	assert_int_equal(store_content_read(c, -1, got, 1), ST_IO);
	store_content_close(c);
	buf_fini(&b);
}

/* BOARD_1 with NOTE_1. */
static int
make(void **state)
{
	struct world *w;

	if (world_make_open(state) == -1)
		return -1;
	w = *state;
	return world_put(w->s, BOARD_1, NOTE_1, "{}") == ST_OK ? 0 : -1;
}

static void
content_stands_in_its_row_or_in_a_file_of_its_own(void **state)
{
	struct thing small = a_thing(FILE_1, 'a', FILE_INLINE);
	struct thing large = a_thing(FILE_2, 'b', LARGE);
	struct world *w = *state;

	assert_int_equal(add(w->s, &small, NULL), ST_OK);
	assert_int_equal(contents(w), 0);
	assert_int_equal(add(w->s, &large, NULL), ST_OK);
	assert_int_equal(contents(w), 1);
	assert_int_equal(incoming(w), 0);
	expect_bytes(w, 2 * FILE_INLINE + 1, 2 * FILE_INLINE + 1);
	expect_content(w, &small);
	expect_content(w, &large);
	world_reopen(w);
	expect_content(w, &large);
}

static void
a_file_shows_in_its_note_and_in_the_log(void **state)
{
	struct thing t = a_thing(FILE_1, 'a', 5);
	static struct seen_log seen;
	struct world *w = *state;
	struct outcome out;
	struct buf list, file;

	t.name = "\"\xe2\x80\xa8\xe2\x80\xa9\xc3\xa9";
	buf_init(&list, 4096);
	buf_init(&file, 4096);
	assert_int_equal(add(w->s, &t, &out), ST_OK);
	assert_true(out.created);
	assert_int_equal(out.at.seq, 2);
	assert_int_equal(world_tail(w->s, BOARD_1, 1, &seen), ST_OK);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.rows[0].id, NOTE_1);
	assert_int_equal(seen.rows[0].rev, 2);
	assert_true(seen.rows[0].doc);
	assert_int_equal(store_note(w->s, BOARD_1, NOTE_1, keep_files, &list),
	    ST_OK);
	buf_addc(&file, '[');
	assert_int_equal(store_file(w->s, BOARD_1, FILE_1, keep_printed, &file,
	    NULL), ST_OK);
	buf_addc(&file, ']');
	assert_string_equal(list.data, file.data);
	buf_reset(&list);
	assert_int_equal(drop(w->s, FILE_1), ST_OK);
	assert_int_equal(store_note(w->s, BOARD_1, NOTE_1, keep_files, &list),
	    ST_OK);
	assert_string_equal(list.data, "[]");
	assert_int_equal(world_tail(w->s, BOARD_1, 2, &seen), ST_OK);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.rows[0].rev, 3);
	assert_int_equal(drop(w->s, FILE_1), ST_NOTFOUND);
	buf_fini(&list);
	buf_fini(&file);
}

static void
edits_leave_the_files_alone(void **state)
{
	struct thing one = a_thing(FILE_1, 'a', 5), two = a_thing(FILE_2, 'b', 6);
	struct mutation m = world_trash(BOARD_1, NOTE_1);
	struct world *w = *state;
	struct buf before, after;

	buf_init(&before, 4096);
	buf_init(&after, 4096);
	assert_int_equal(add(w->s, &one, NULL), ST_OK);
	assert_int_equal(add(w->s, &two, NULL), ST_OK);
	assert_int_equal(store_note(w->s, BOARD_1, NOTE_1, keep_files, &before),
	    ST_OK);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "{\"a\":1}"), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	m = world_restore(BOARD_1, NOTE_1);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(store_note(w->s, BOARD_1, NOTE_1, keep_files, &after),
	    ST_OK);
	assert_string_equal(before.data, after.data);
	assert_true(strstr(after.data, FILE_1) < strstr(after.data, FILE_2));
	buf_fini(&before);
	buf_fini(&after);
}

static void
one_content_is_kept_once_and_as_long_as_it_is_named(void **state)
{
	struct thing one = a_thing(FILE_1, 'a', LARGE);
	struct thing two = a_thing(FILE_2, 'a', LARGE);
	struct world *w = *state;

	assert_int_equal(add(w->s, &one, NULL), ST_OK);
	assert_int_equal(add(w->s, &two, NULL), ST_OK);
	assert_int_equal(contents(w), 1);
	assert_int_equal(incoming(w), 0);
	expect_bytes(w, 2 * (int64_t)LARGE, 2 * (int64_t)LARGE);
	assert_int_equal(drop(w->s, FILE_1), ST_OK);
	assert_int_equal(contents(w), 1);
	expect_content(w, &two);
	assert_int_equal(drop(w->s, FILE_2), ST_OK);
	assert_int_equal(contents(w), 0);
	expect_bytes(w, 0, 0);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM loose"), 0);
}

static void
quotas_hold_to_the_byte(void **state)
{
	struct thing one = a_thing(FILE_1, 'a', 600), two = a_thing(FILE_2, 'b', 401);
	struct mutation m = world_board(BOARD_2);
	struct world *w = *state;

	w->o.board_bytes = 1000;
	w->o.store_bytes = 1500;
	world_reopen(w);
	assert_int_equal(add(w->s, &one, NULL), ST_OK);
	assert_int_equal(add(w->s, &two, NULL), ST_LIMIT);
	two.size = 400;
	assert_int_equal(add(w->s, &two, NULL), ST_OK);
	expect_bytes(w, 1000, 1000);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_2, NOTE_1, "{}"), ST_OK);
	one.board = BOARD_2;
	one.size = 501;
	assert_int_equal(add(w->s, &one, NULL), ST_LIMIT);
	one.size = 500;
	assert_int_equal(add(w->s, &one, NULL), ST_OK);
	assert_int_equal(drop(w->s, FILE_2), ST_OK);
	two.size = 401;
	assert_int_equal(add(w->s, &two, NULL), ST_LIMIT);
	two.size = 400;
	assert_int_equal(add(w->s, &two, NULL), ST_OK);
	expect_bytes(w, 1500, 1500);
}

/* Both saw room when they began; the gate lets in one. */
static void
of_two_uploads_for_the_last_bytes_one_fails_without_a_trace(void **state)
{
	struct thing t[] = { a_thing(FILE_1, 'a', LARGE), a_thing(FILE_2, 'b', LARGE) };
	unsigned char digests[2][32];
	struct upload *u[2];
	struct mutation m[2];
	struct world *w = *state;
	size_t i;

	w->o.board_bytes = (int64_t)LARGE;
	world_reopen(w);
	for (i = 0; i < 2; i++) {
		assert_int_equal(open_upload(w->s, &t[i], &u[i]), ST_OK);
		digest_of(&t[i], digests[i]);
		m[i] = adding(&t[i], digests[i], u[i]);
	}
	assert_int_equal(incoming(w), 2);
	assert_int_equal(store_apply(w->s, m, 2), ST_OK);
	assert_int_equal(m[0].out.st, ST_OK);
	assert_int_equal(m[1].out.st, ST_LIMIT);
	for (i = 0; i < 2; i++)
		store_upload_close(u[i]);
	assert_int_equal(contents(w), 1);
	assert_int_equal(incoming(w), 0);
	expect_bytes(w, (int64_t)LARGE, (int64_t)LARGE);
	expect_content(w, &t[0]);
}

static void
the_same_file_again_is_no_change(void **state)
{
	struct thing t = a_thing(FILE_1, 'a', LARGE), other;
	struct world *w = *state;
	struct outcome out;

	assert_int_equal(add(w->s, &t, NULL), ST_OK);
	w->o.board_bytes = (int64_t)LARGE;
	world_reopen(w);
	assert_int_equal(add(w->s, &t, &out), ST_OK);
	assert_true(out.replayed && !out.created);
	assert_int_equal(out.at.seq, 2);
	other = t;
	other.fill = 'b';
	assert_int_equal(add(w->s, &other, NULL), ST_CONFLICT);
	other = t;
	other.name = "another name";
	assert_int_equal(add(w->s, &other, NULL), ST_CONFLICT);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_2, "{}"), ST_OK);
	other = t;
	other.note = NOTE_2;
	assert_int_equal(add(w->s, &other, NULL), ST_CONFLICT);
	assert_int_equal(world_ask(w, "SELECT head FROM board"), 3);
	assert_int_equal(contents(w), 1);
	assert_int_equal(incoming(w), 0);
	expect_content(w, &t);
}

static void
a_file_needs_a_note_that_is_there(void **state)
{
	struct thing t = a_thing(FILE_1, 'a', LARGE);
	struct mutation trash = world_trash(BOARD_1, NOTE_1), m;
	struct world *w = *state;
	unsigned char digest[32];
	struct upload *u;

	t.note = NOTE_2;
	assert_int_equal(add(w->s, &t, NULL), ST_NOTFOUND);
	t.note = NOTE_1;
	t.board = BOARD_2;
	assert_int_equal(add(w->s, &t, NULL), ST_NOTFOUND);
	t.board = BOARD_1;
	assert_int_equal(open_upload(w->s, &t, &u), ST_OK);
	assert_int_equal(world_play(w->s, &trash), ST_OK);
	digest_of(&t, digest);
	m = adding(&t, digest, u);
	assert_int_equal(world_play(w->s, &m), ST_NOTFOUND);
	store_upload_close(u);
	assert_int_equal(add(w->s, &t, NULL), ST_NOTFOUND);
	assert_int_equal(contents(w) + incoming(w), 0);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM file"), 0);
}

static enum status
fail_hard(void *arg, const struct note *old, struct buf *body)
{
	(void)arg;
	(void)old;
	(void)body;
	return ST_IO;
}

static void
a_failed_commit_leaves_neither_row_nor_content(void **state)
{
	struct thing known = a_thing(FILE_1, 'a', LARGE);
	struct thing t[] = { a_thing(FILE_2, 'a', LARGE),
	    a_thing("f000000000000000000003", 'b', LARGE) };
	unsigned char digests[2][32];
	struct world *w = *state;
	struct buf before, after;
	struct mutation m[3];
	struct upload *u[2];
	size_t i;

	buf_init(&before, 1 << 20);
	buf_init(&after, 1 << 20);
	assert_int_equal(add(w->s, &known, NULL), ST_OK);
	world_dump(w, &before);
	for (i = 0; i < 2; i++) {
		assert_int_equal(open_upload(w->s, &t[i], &u[i]), ST_OK);
		digest_of(&t[i], digests[i]);
		m[i] = adding(&t[i], digests[i], u[i]);
	}
	m[2] = world_edit(BOARD_1, NOTE_1, "");
	m[2].note.edit.fn = fail_hard;
	assert_int_equal(store_apply(w->s, m, 3), ST_IO);
	for (i = 0; i < 2; i++)
		store_upload_close(u[i]);
	world_dump(w, &after);
	assert_string_equal(before.data, after.data);
	assert_int_equal(incoming(w), 0);
	assert_int_equal(contents(w), 1);
	expect_content(w, &known);
	buf_fini(&before);
	buf_fini(&after);
}

static void
a_deleted_board_frees_its_files(void **state)
{
	struct thing t = a_thing(FILE_1, 'a', LARGE), shared;
	struct mutation made = world_board(BOARD_2);
	struct mutation gone = { .kind = MUT_BOARD_DELETE, .board = BOARD_1 };
	struct world *w = *state;

	assert_int_equal(world_play(w->s, &made), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_2, NOTE_1, "{}"), ST_OK);
	assert_int_equal(add(w->s, &t, NULL), ST_OK);
	shared = t;
	shared.board = BOARD_2;
	assert_int_equal(add(w->s, &shared, NULL), ST_OK);
	t = a_thing(FILE_2, 'b', LARGE);
	assert_int_equal(add(w->s, &t, NULL), ST_OK);
	t = a_thing("f000000000000000000003", 'c', 10);
	assert_int_equal(add(w->s, &t, NULL), ST_OK);
	assert_int_equal(contents(w), 2);
	assert_int_equal(world_play(w->s, &gone), ST_OK);
	assert_int_equal(contents(w), 1);
	expect_bytes(w, (int64_t)LARGE, (int64_t)LARGE);
	expect_content(w, &shared);
}

static void
a_purged_note_frees_its_files(void **state)
{
	struct thing t = a_thing(FILE_1, 'a', LARGE);
	struct mutation m = { .kind = MUT_NOTE_PURGE, .board = BOARD_1,
	    .note = { .id = NOTE_1, .pre = PRE_NONE } };
	struct world *w = *state;

	assert_int_equal(add(w->s, &t, NULL), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(contents(w), 0);
	expect_bytes(w, 0, 0);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM note WHERE files <> '[]'"),
	    0);
	assert_int_equal(add(w->s, &t, NULL), ST_NOTFOUND);
}

static void
an_upload_that_is_given_up_leaves_nothing(void **state)
{
	struct thing t = a_thing(FILE_1, 'a', 3 * LARGE);
	struct world *w = *state;
	struct upload *u;

	assert_int_equal(open_upload(w->s, &t, &u), ST_OK);
	assert_int_equal(incoming(w), 1);
	store_upload_close(u);
	assert_int_equal(incoming(w), 0);
	store_upload_close(NULL);
}

static void
opening_removes_what_came_in_a_day_ago_and_never_got_whole(void **state)
{
	const struct timespec old[2] = { { .tv_sec = 1000000 },
	    { .tv_sec = 1000000 } };
	struct thing t = a_thing(FILE_1, 'a', LARGE);
	struct world *w = *state;
	struct upload *u;
	char path[128];
	int fd;

	assert_int_equal(open_upload(w->s, &t, &u), ST_OK);
	fd = open(world_path(w, "incoming/dead", path), O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(futimens(fd, old), 0);
	(void)close(fd);
	assert_int_equal(incoming(w), 2);
	store_upload_close(u);
	assert_int_equal(open_upload(w->s, &t, &u), ST_OK);
	world_reopen(w);
	assert_int_equal(incoming(w), 1);
	assert_int_equal(access(path, F_OK), -1);
	store_upload_close(u);
}

/* As if a process had died between its commit and what follows. */
static void
what_a_dead_process_did_not_free_is_freed_by_the_next(void **state)
{
	struct thing t = a_thing(FILE_1, 'a', LARGE);
	struct world *w = *state;
	char path[128];
	sqlite3 *db;

	assert_int_equal(add(w->s, &t, NULL), ST_OK);
	store_close(w->s);
	w->s = NULL;
	assert_int_equal(sqlite3_open(world_path(w, "notes.db", path), &db),
	    SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM file; WITH RECURSIVE n(i) AS "
	    "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
	    "INSERT INTO loose SELECT CAST(printf('%032d', i) AS BLOB) "
	    "FROM n", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	world_open(w);
	assert_int_equal(contents(w), 1);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "{}"), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "{}"), ST_OK);
	assert_int_equal(contents(w), 0);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM loose"), 0);
}

static void
a_note_has_a_bounded_number_of_files(void **state)
{
	struct world *w = *state;
	struct thing t;
	char id[ID_SIZE];
	int64_t i;

	for (i = 0; i <= FILES_A_NOTE; i++) {
		world_id('f', i, id);
		t = a_thing(id, 'a', 0);
		assert_int_equal(add(w->s, &t, NULL),
		    i < FILES_A_NOTE ? ST_OK : ST_LIMIT);
	}
}

int
main(void)
{
#define IN_WORLD(f)	cmocka_unit_test_setup_teardown(f, make, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(content_stands_in_its_row_or_in_a_file_of_its_own),
		IN_WORLD(a_file_shows_in_its_note_and_in_the_log),
		IN_WORLD(edits_leave_the_files_alone),
		IN_WORLD(one_content_is_kept_once_and_as_long_as_it_is_named),
		IN_WORLD(quotas_hold_to_the_byte),
		IN_WORLD(of_two_uploads_for_the_last_bytes_one_fails_without_a_trace),
		IN_WORLD(the_same_file_again_is_no_change),
		IN_WORLD(a_file_needs_a_note_that_is_there),
		IN_WORLD(a_failed_commit_leaves_neither_row_nor_content),
		IN_WORLD(a_deleted_board_frees_its_files),
		IN_WORLD(a_purged_note_frees_its_files),
		IN_WORLD(an_upload_that_is_given_up_leaves_nothing),
		IN_WORLD(opening_removes_what_came_in_a_day_ago_and_never_got_whole),
		IN_WORLD(what_a_dead_process_did_not_free_is_freed_by_the_next),
		IN_WORLD(a_note_has_a_bounded_number_of_files),
	};

	return cmocka_run_group_tests_name("store_file", tests, NULL, NULL);
}
