#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/upkeep.h"
#include "store_world.h"

static void
count_fault(void *arg, enum fault f, const char *detail)
{
	int *counts = arg;

	assert_true(detail[0] != '\0');
	counts[f]++;
}

/* How many faults of that kind there are; asserts that there are no others. */
static int
faults(struct world *w, enum fault f)
{
	int counts[FAULT_ORPHAN + 1] = { 0 }, i;

	assert_int_equal(store_check(w->s, false, count_fault, counts), ST_OK);
	for (i = 0; i <= FAULT_ORPHAN; i++)
		assert_true(i == (int)f || counts[i] == 0);
	return counts[f];
}

static enum status
restore(struct world *w, const char *from)
{
	struct backup b;

	return store_restore(&w->o, from, &b);
}

static void
backup_is_whole_and_comes_once(void **state)
{
	struct world *w = *state;
	struct backup b;
	char to[128], path[160];

	world_fill(w->s, BOARD_1, 1, 100);
	(void)world_path(w, "backup", to);
	assert_int_equal(store_backup(w->s, to, &b), ST_OK);
	assert_int_equal(b.boards, 1);
	assert_int_equal(b.contents, 0);
	(void)snprintf(path, sizeof(path), "%s/notes.db", to);
	assert_int_equal(access(path, R_OK), 0);
	(void)snprintf(path, sizeof(path), "%s/notes.db-wal", to);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(store_backup(w->s, to, &b), ST_CONFLICT);
	assert_int_equal(faults(w, FAULT_DATABASE), 0);
}

static void
restore_brings_the_moment_back_under_a_new_epoch(void **state)
{
	struct world *w = *state;
	struct store_stat before, after;
	struct world_shown shown;
	struct seen_log *log = world_share(sizeof(*log));
	struct backup b;
	char to[128];

	world_fill(w->s, BOARD_1, 1, 10);
	(void)world_path(w, "backup", to);
	assert_int_equal(store_backup(w->s, to, &b), ST_OK);
	world_fill(w->s, BOARD_1, 11, 30);
	assert_int_equal(store_stat(w->s, &before), ST_OK);
	assert_int_equal(restore(w, to), ST_OK);

	/* the very store that was open goes on with it */
	assert_int_equal(store_stat(w->s, &after), ST_OK);
	assert_string_not_equal(after.epoch, before.epoch);
	assert_string_equal(after.instance, before.instance);
	assert_true(after.commits > before.commits);
	assert_int_equal(world_snapshot(w->s, BOARD_1, &shown), ST_OK);
	assert_int_equal(shown.head, 10);
	world_fill(w->s, BOARD_1, 40, 45);
	assert_int_equal(world_tail(w->s, BOARD_1, 0, log), ST_OK);
	world_check_dense(log, 0);
	assert_int_equal(faults(w, FAULT_LOG), 0);

	/* and no later start takes it for a copy put back by hand */
	world_reopen(w);
	assert_int_equal(store_stat(w->s, &before), ST_OK);
	assert_string_equal(after.epoch, before.epoch);
}

static void
restore_wakes_who_watches(void **state)
{
	struct world *w = *state;
	struct watch *watch;
	struct backup b;
	uint64_t count;
	char to[128];
	int fd = eventfd(0, EFD_CLOEXEC);

	(void)world_path(w, "backup", to);
	assert_int_equal(store_backup(w->s, to, &b), ST_OK);
	world_fill(w->s, BOARD_1, 1, 5);
	assert_int_equal(store_watch(w->s, BOARD_1, fd, &watch), ST_OK);
	(void)alarm(10);
	do
		assert_int_equal(read(fd, &count, sizeof(count)), 8);
	while (!(store_watch_why(watch) & WATCH_MOVED));
	assert_int_equal(restore(w, to), ST_OK);
	do
		assert_int_equal(read(fd, &count, sizeof(count)), 8);
	while (!(store_watch_why(watch) & WATCH_MOVED));
	(void)alarm(0);
	store_unwatch(w->s, watch);
	(void)close(fd);
}

static void
what_is_no_backup_changes_nothing(void **state)
{
	struct world *w = *state;
	struct buf before, after;
	char path[128];
	FILE *f;

	world_fill(w->s, BOARD_1, 1, 5);
	buf_init(&before, SIZE_MAX);
	buf_init(&after, SIZE_MAX);
	world_dump(w, &before);
	assert_int_equal(restore(w, world_path(w, "nothing", path)),
	    ST_NOTFOUND);
	f = fopen(world_path(w, "rubbish", path), "w");
	assert_non_null(f);
	assert_true(fputs("this is no database at all, and never was", f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(restore(w, path), ST_INVALID);
	world_dump(w, &after);
	assert_string_equal(before.data, after.data);
	buf_fini(&before);
	buf_fini(&after);
}

static bool
sum_row(void *arg, const struct sql_row *r)
{
	int64_t *sum = arg;

	assert_int_equal(r->n, 1);
	assert_int_equal(r->values[0].kind, SQL_INT);
	*sum += r->values[0].number;
	return true;
}

static enum status
play(struct world *w, const char *text, bool write)
{
	struct sql_script s = { .text = text, .write = write };
	int64_t sum = 0;
	enum status st = store_sql(w->s, &s, sum_row, &sum);

	assert_true((st == ST_INVALID) == (s.why[0] != '\0'));
	return st;
}

static void
sql_is_one_transaction(void **state)
{
	struct world *w = *state;
	struct sql_script s = { .text = "SELECT 1; SELECT 2" };
	int64_t sum = 0;

	world_fill(w->s, BOARD_1, 1, 5);
	assert_int_equal(store_sql(w->s, &s, sum_row, &sum), ST_OK);
	assert_int_equal(sum, 3);
	assert_int_equal(play(w, "DELETE FROM note", false), ST_INVALID);
	assert_int_equal(play(w, "DELETE FROM note; nonsense", true),
	    ST_INVALID);
	assert_int_equal(play(w, "DELETE FROM note; COMMIT", true), ST_INVALID);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM note"), 5);
	s = (struct sql_script){ .text = "DELETE FROM note", .write = true };
	assert_int_equal(store_sql(w->s, &s, sum_row, &sum), ST_OK);
	assert_int_equal(s.changes, 10);	/* and their revisions */
	assert_int_equal(world_ask(w, "SELECT count(*) FROM note"), 0);
}

static void
check_finds_each_fault(void **state)
{
	static const struct {
		const char	*text;
		enum fault	 fault;
	} cases[] = {
		{ "DELETE FROM log WHERE seq = 3", FAULT_LOG },
		{ "UPDATE board SET head = head + 1", FAULT_LOG },
		{ "UPDATE board SET floor = 2", FAULT_LOG },
		{ "UPDATE note SET revision = 999999 WHERE note = 1",
		    FAULT_BODY },
		{ "UPDATE board SET file_bytes = 5", FAULT_SUM },
		{ "UPDATE meta SET file_bytes = 5", FAULT_SUM },
	};
	struct world *w = *state;
	struct backup b;
	char to[128];
	size_t i;

	world_fill(w->s, BOARD_1, 1, 5);
	assert_int_equal(faults(w, FAULT_LOG), 0);
	(void)world_path(w, "backup", to);
	assert_int_equal(store_backup(w->s, to, &b), ST_OK);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(play(w, cases[i].text, true), ST_OK);
		assert_int_equal(faults(w, cases[i].fault), 1);
		assert_int_equal(restore(w, to), ST_OK);
	}
	assert_int_equal(faults(w, FAULT_LOG), 0);
}

static void
figures_are_those_of_the_rows(void **state)
{
	struct world *w = *state;
	struct figures f;

	world_fill(w->s, BOARD_1, 1, 7);
	assert_int_equal(store_figures(w->s, &f), ST_OK);
	assert_int_equal(f.boards, 1);
	assert_int_equal(f.notes, 7);
	assert_int_equal(f.changes, 7);
	assert_int_equal(f.revisions, 7);
	assert_int_equal(f.trashed, 0);
	assert_int_equal(f.schema, world_ask(w, "PRAGMA user_version"));
	assert_true(f.database_bytes > 0);
	assert_int_equal(strlen(f.epoch), EPOCH_LEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, world_make_open, \
			    world_remove)
		TEST(backup_is_whole_and_comes_once),
		TEST(restore_brings_the_moment_back_under_a_new_epoch),
		TEST(restore_wakes_who_watches),
		TEST(what_is_no_backup_changes_nothing),
		TEST(sql_is_one_transaction),
		TEST(check_finds_each_fault),
		TEST(figures_are_those_of_the_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
