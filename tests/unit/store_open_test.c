#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store_world.h"

/* Not root, and the owner of nothing else here. */
#define NOBODY	65534
#define RACERS	6
#define RACES	8

static void
fresh_directory_opens_and_is_private(void **state)
{
	struct world *w = *state;
	char sub[96], path[128];
	struct store_stat stat;
	struct stat info;

	(void)snprintf(sub, sizeof(sub), "%s/new/data", w->dir);
	w->o.dir = sub;
	world_open(w);
	assert_int_equal(store_stat(w->s, &stat), ST_OK);
	assert_true(stat.writable);
	assert_int_equal(stat.boards, 0);
	assert_int_equal(strlen(stat.epoch), EPOCH_LEN);
	assert_int_equal(strlen(stat.instance), 16);
	assert_int_equal(lstat(sub, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0700);
	(void)snprintf(path, sizeof(path), "%s/bell", sub);
	assert_int_equal(lstat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
}

static void
data_and_epoch_outlive_a_close(void **state)
{
	struct world *w = *state;
	struct mutation m = world_board(BOARD_1);
	static struct seen_log l;
	struct store_stat before, after;

	world_open(w);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "kept"), ST_OK);
	assert_int_equal(store_stat(w->s, &before), ST_OK);
	world_reopen(w);
	assert_int_equal(store_stat(w->s, &after), ST_OK);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(world_tail(w->s, BOARD_1, 0, &l), ST_OK);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.rows[0].body, "kept");
}

static void
second_opener_sees_and_writes_the_same(void **state)
{
	struct world *w = *state;
	struct mutation m = world_board(BOARD_1);
	static struct seen_log l;
	struct store *other;

	world_open(w);
	assert_int_equal(store_open(&w->o, &other), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_put(other, BOARD_1, NOTE_1, "two"), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_2, "one"), ST_OK);
	assert_int_equal(world_tail(other, BOARD_1, 0, &l), ST_OK);
	assert_int_equal(l.n, 2);
	store_close(other);
}

/* Several processes at the same fresh folder. */

struct race {
	const struct store_options	*o;
	atomic_int			*ready;
	int				 number;
};

static int
race(void *arg)
{
	const struct race *r = arg;
	struct mutation m;
	char id[ID_SIZE];
	struct store *s;
	enum status st;

	world_id('b', r->number, id);
	m = world_board(id);
	(void)atomic_fetch_add(r->ready, 1);
	while (atomic_load(r->ready) < RACERS)
		continue;
	st = store_open(r->o, &s);
	if (st)
		return (int)st;
	st = world_play(s, &m);
	store_close(s);
	return (int)st;
}

static void
run_race(struct world *w, const char *dir)
{
	struct race r = { .o = &w->o, .ready = world_share(sizeof(atomic_int)) };
	struct store_stat stat;
	pid_t pids[RACERS];

	w->o.dir = dir;
	for (r.number = 0; r.number < RACERS; r.number++)
		pids[r.number] = world_start(race, &r);
	for (r.number = 0; r.number < RACERS; r.number++)
		assert_int_equal(world_wait(pids[r.number]), ST_OK);
	world_open(w);
	assert_int_equal(store_stat(w->s, &stat), ST_OK);
	assert_int_equal(stat.boards, RACERS);
	assert_int_equal(stat.commits, RACERS);
	store_close(w->s);
	w->s = NULL;
}

static void
processes_racing_to_a_fresh_directory_all_open_it(void **state)
{
	struct world *w = *state;
	char dir[96];
	int i;

	for (i = 0; i < RACES; i++) {
		(void)snprintf(dir, sizeof(dir), "%s/%d", w->dir, i);
		run_race(w, dir);
	}
}

/* What may not be opened, or not be written. */

static void
newer_schema_is_refused_and_left_alone(void **state)
{
	struct world *w = *state;
	char path[128];
	struct store *s;
	sqlite3 *db;

	world_open(w);
	store_close(w->s);
	w->s = NULL;
	assert_int_equal(sqlite3_open(world_path(w, "notes.db", path), &db),
	    SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99", NULL,
	    NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	s = (struct store *)w;
	assert_int_equal(store_open(&w->o, &s), ST_NEWER);
	assert_null(s);
	assert_int_equal(world_ask(w, "PRAGMA user_version"), 99);
}

static void
file_that_is_no_database_is_refused(void **state)
{
	struct world *w = *state;
	char path[128];
	struct store *s;
	FILE *f;

	f = fopen(world_path(w, "notes.db", path), "w");
	assert_non_null(f);
	assert_true(fprintf(f, "%0900d", 7) == 900);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(store_open(&w->o, &s), ST_IO);
	assert_null(s);
}

/*
 * As after a power cut while the file was being made: its first page stands,
 * and beside it the journal that says there was none before.
 */
static void
half_made_database_is_made_anew(void **state)
{
	static const unsigned char head[28] = {
		0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7,
		[22] = 2,	/* sectors of 512 bytes */
		[26] = 16,	/* pages of 4096 */
	};
	struct world *w = *state;
	struct mutation m = world_board(BOARD_1);
	char path[128];
	sqlite3 *db;
	FILE *f;

	assert_int_equal(sqlite3_open(world_path(w, "notes.db", path), &db),
	    SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE t (a)", NULL, NULL,
	    NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	f = fopen(world_path(w, "notes.db-journal", path), "w");
	assert_non_null(f);
	assert_int_equal(fwrite(head, sizeof(head), 1, f), 1);
	assert_int_equal(fseek(f, 511, SEEK_SET), 0);
	assert_int_equal(putc('\0', f), '\0');
	assert_int_equal(fclose(f), 0);
	world_open(w);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM sqlite_schema "
	    "WHERE name = 't'"), 0);
}

static void
path_that_is_too_long_is_refused(void **state)
{
	struct world *w = *state;
	static char dir[5000];
	struct store *s;

	memset(dir, 'd', sizeof(dir) - 1);
	dir[0] = '/';
	w->o.dir = dir;
	assert_int_equal(store_open(&w->o, &s), ST_TOOBIG);
	assert_null(s);
	dir[4094] = '\0';		/* the folder fits, its files do not */
	assert_int_not_equal(store_open(&w->o, &s), ST_OK);
	assert_null(s);
}

static int
open_only(void *arg)
{
	struct world *w = arg;
	enum status st;

	if (geteuid() == 0 && (setgid(NOBODY) == -1 || setuid(NOBODY) == -1))
		return 98;
	st = store_open(&w->o, &w->s);
	store_close(w->s);
	return (int)st;
}

static void
directory_of_another_owner_is_refused(void **state)
{
	struct world *w = *state;
	struct store *s;

	if (geteuid() == 0) {
		assert_int_equal(chown(w->dir, NOBODY, NOBODY), 0);
		assert_int_equal(store_open(&w->o, &s), ST_DENIED);
		assert_null(s);
		assert_int_equal(chown(w->dir, 0, 0), 0);
		assert_int_equal(chmod(w->dir, 0777), 0);
		assert_int_equal(world_wait(world_start(open_only, w)),
		    ST_DENIED);
	} else {
		w->o.dir = "/";
		assert_int_equal(store_open(&w->o, &s), ST_DENIED);
		assert_null(s);
	}
}

static void
give(const char *path, mode_t mode)
{
	assert_int_equal(chmod(path, mode), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(path, NOBODY, NOBODY), 0);
}

static void
unwritable_fresh_directory_is_readonly(void **state)
{
	struct world *w = *state;
	char below[96];

	give(w->dir, 0500);
	assert_int_equal(world_wait(world_start(open_only, w)), ST_READONLY);
	(void)snprintf(below, sizeof(below), "%s/below", w->dir);
	w->o.dir = below;
	assert_int_equal(world_wait(world_start(open_only, w)), ST_READONLY);
	assert_int_equal(chmod(w->dir, 0700), 0);
}

/* 0, or the number of the claim that does not hold. */
static int
read_but_not_write(void *arg)
{
	static struct seen_log l;
	struct world *w = arg;
	struct store_stat stat;
	struct mutation m = world_edit(BOARD_1, NOTE_2, "no");

	if (geteuid() == 0 && (setgid(NOBODY) == -1 || setuid(NOBODY) == -1))
		return 98;
	if (store_open(&w->o, &w->s) != ST_OK)
		return 1;
	if (store_stat(w->s, &stat) != ST_OK || stat.writable)
		return 2;
	if (world_tail(w->s, BOARD_1, 0, &l) != ST_OK || l.n != 1)
		return 3;
	if (store_apply(w->s, &m, 1) != ST_READONLY)
		return 4;
	if (store_apply(w->s, &m, 1) != ST_READONLY)
		return 5;
	if (world_tail(w->s, BOARD_1, 0, &l) != ST_OK || l.n != 1)
		return 6;
	store_close(w->s);
	return 0;
}

static void
unwritable_data_is_read_but_not_written(void **state)
{
	static const char *const names[] = {
		"notes.db", "notes.db-wal", "notes.db-shm", "gate", "bell",
	};
	struct world *w = *state;
	struct mutation m = world_board(BOARD_1);
	char path[128];
	size_t i;

	world_open(w);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "old"), ST_OK);
	store_close(w->s);
	w->s = NULL;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		give(world_path(w, names[i], path), 0400);
	give(w->dir, 0500);
	assert_int_equal(world_wait(world_start(read_but_not_write, w)), 0);
	assert_int_equal(chmod(w->dir, 0700), 0);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(fresh_directory_opens_and_is_private),
		IN_WORLD(data_and_epoch_outlive_a_close),
		IN_WORLD(second_opener_sees_and_writes_the_same),
		IN_WORLD(processes_racing_to_a_fresh_directory_all_open_it),
		IN_WORLD(newer_schema_is_refused_and_left_alone),
		IN_WORLD(file_that_is_no_database_is_refused),
		IN_WORLD(half_made_database_is_made_anew),
		IN_WORLD(path_that_is_too_long_is_refused),
		IN_WORLD(directory_of_another_owner_is_refused),
		IN_WORLD(unwritable_fresh_directory_is_readonly),
		IN_WORLD(unwritable_data_is_read_but_not_written),
	};

	return cmocka_run_group_tests_name("store_open", tests, NULL, NULL);
}
