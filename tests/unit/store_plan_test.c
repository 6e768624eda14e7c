#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/sqlite/store_priv.h"
#include "store_world.h"

/* Statements that may read a whole table, and why. */
static const struct {
	enum sql	 which;
	const char	*table;
} scans[] = {
	/* for /metrics and /ready, which are asked for now and then */
	{ SQL_TOTALS, "board" },
	{ SQL_TOTALS, "note" },
	/* for the command line, which lists, counts or checks them all */
	{ SQL_BOARDS, "board" },
	{ SQL_FIGURES, "board" },
	{ SQL_FIGURES, "note" },
	{ SQL_FIGURES, "revision" },
	{ SQL_FIGURES, "log" },
	{ SQL_FIGURES, "link" },
	{ SQL_FIGURES, "file" },
	{ SQL_LOG_DENSITY, "b" },
	{ SQL_CONTENTS, "file USING INDEX file_by_digest" },
	{ SQL_BODILESS, "n" },
	{ SQL_BAD_SUMS, "b" },
	{ SQL_BAD_SUMS, "file" },
	{ SQL_BAD_SUMS, "m" },
	/* empty but for what the last commit left to look at */
	{ SQL_LOOSE, "l" },
	/* FILES_A_NOTE rows, found by an index */
	{ SQL_FILE_LIST, "(subquery" },
};

static bool
may_scan(enum sql which, const char *detail)
{
	char wanted[64];
	size_t i;

	if (strcmp(detail, "SCAN CONSTANT ROW") == 0)
		return true;
	/* the search index by its tokens or by a note's row, not as a whole */
	if (strstr(detail, "VIRTUAL TABLE INDEX 0:M") != NULL ||
	    strstr(detail, "VIRTUAL TABLE INDEX 0:=") != NULL)
		return true;
	for (i = 0; i < sizeof(scans) / sizeof(*scans); i++) {
		(void)snprintf(wanted, sizeof(wanted), "SCAN %s",
		    scans[i].table);
		if (scans[i].which == which &&
		    strncmp(detail, wanted, strlen(wanted)) == 0)
			return true;
	}
	return false;
}

static sqlite3 *
writer_db(struct world *w)
{
	return w->s->writer.db->db;
}

/* Asserts of each line of a plan; returns how many there were. */
static int
check_plan(sqlite3 *db, enum sql which)
{
	const char *detail;
	sqlite3_stmt *row;
	char sql[1200];
	int n = 0;

	(void)snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s",
	    sql_text(which));
	if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql_text(which), sqlite3_errmsg(db));
	for (; sqlite3_step(row) == SQLITE_ROW; n++) {
		detail = column_text(row, 3);
		if (strncmp(detail, "SCAN", 4) == 0 && !may_scan(which, detail))
			fail_msg("%s: %s", sql_text(which), detail);
		if (strstr(detail, "AUTOMATIC") != NULL)
			fail_msg("%s: %s", sql_text(which), detail);
	}
	assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
	return n;
}

static void
no_statement_reads_a_whole_table(void **state)
{
	struct world *w = *state;
	int lines = 0;
	unsigned which;

	for (which = SQL_META; which < SQL_COUNT; which++)
		lines += check_plan(writer_db(w), (enum sql)which);
	/* an INSERT has no plan; the rest have a line at least */
	assert_true(lines > SQL_COUNT - SQL_META - 10);
}

static void
every_statement_has_its_text_and_compiles(void **state)
{
	struct world *w = *state;
	sqlite3_stmt *row;
	unsigned which;

	for (which = 0; which < SQL_COUNT; which++) {
		assert_non_null(sql_text((enum sql)which));
		assert_int_equal(sqlite3_prepare_v2(writer_db(w),
		    sql_text((enum sql)which), -1, &row, NULL), SQLITE_OK);
		assert_non_null(row);
		assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
	}
}

/* What is read in order, page by page, must come from its index in order. */
static void
log_is_read_in_order_without_sorting(void **state)
{
	static const enum sql ordered[] = {
		SQL_LOG_TAIL, SQL_LOG_SINCE, SQL_CREATION_OLDEST,
		SQL_REVISION_SWEEP, SQL_SESSION_TRIM, SQL_HISTORY,
		SQL_UNINDEXED,
	};
	struct world *w = *state;
	sqlite3_stmt *row;
	char sql[1200];
	size_t i;

	for (i = 0; i < sizeof(ordered) / sizeof(*ordered); i++) {
		(void)snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s",
		    sql_text(ordered[i]));
		assert_int_equal(sqlite3_prepare_v2(writer_db(w), sql, -1, &row,
		    NULL), SQLITE_OK);
		while (sqlite3_step(row) == SQLITE_ROW)
			assert_null(strstr(column_text(row, 3), "TEMP B-TREE"));
		assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
	}
}

/* Else each deletion of a parent would search all children. */
static void
every_reference_can_be_followed_back_by_an_index(void **state)
{
	static const char unindexed[] =
	    "SELECT count(*) FROM sqlite_schema t, "
	    "pragma_foreign_key_list(t.name) f WHERE t.type = 'table' "
	    "AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) i, "
	    "pragma_index_info(i.name) c "
	    "WHERE c.seqno = 0 AND c.name = f.\"from\")";
	struct world *w = *state;

	assert_int_equal(world_ask(w, "SELECT count(*) FROM sqlite_schema t, "
	    "pragma_foreign_key_list(t.name)"), 10);
	assert_int_equal(world_ask(w, unindexed), 0);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(every_statement_has_its_text_and_compiles),
		IN_WORLD(no_statement_reads_a_whole_table),
		IN_WORLD(log_is_read_in_order_without_sorting),
		IN_WORLD(every_reference_can_be_followed_back_by_an_index),
	};

	return cmocka_run_group_tests_name("store_plan", tests, NULL, NULL);
}
