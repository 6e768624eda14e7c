#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/sqlite/schema.h"
#include "store_world.h"

static const struct schema_step good[] = {
	{ 1, "one", "CREATE TABLE one (a INTEGER);" },
	{ 2, "two", "CREATE TABLE two (a INTEGER); INSERT INTO two VALUES (2);" },
};

static const struct schema_step broken[] = {
	{ 1, "one", "CREATE TABLE one (a INTEGER);" },
	{ 2, "two", "CREATE TABLE two (a INTEGER); INSERT INTO nowhere VALUES (2);" },
	{ 3, "three", "CREATE TABLE three (a INTEGER);" },
};

static struct conn *
open_conn(const struct world *w)
{
	char path[128];
	struct conn *c;

	assert_int_equal(conn_open(world_path(w, "notes.db", path), CONN_WRITE,
	    &c), ST_OK);
	return c;
}

static int64_t
tables(const struct world *w)
{
	return world_ask(w, "SELECT count(*) FROM sqlite_schema");
}

static void
steps_are_applied_in_order_and_once(void **state)
{
	struct world *w = *state;
	struct conn *c = open_conn(w);

	assert_int_equal(schema_migrate(c, good, 1), ST_OK);
	assert_int_equal(world_ask(w, "PRAGMA user_version"), 1);
	assert_int_equal(tables(w), 1);
	assert_int_equal(schema_migrate(c, good, 2), ST_OK);
	assert_int_equal(schema_migrate(c, good, 2), ST_OK);
	assert_int_equal(world_ask(w, "PRAGMA user_version"), 2);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM two"), 1);
	conn_close(c);
}

static void
failed_step_leaves_version_and_tables(void **state)
{
	struct world *w = *state;
	struct conn *c = open_conn(w);

	assert_int_not_equal(schema_migrate(c, broken, 3), ST_OK);
	assert_int_equal(world_ask(w, "PRAGMA user_version"), 1);
	assert_int_equal(tables(w), 1);
	assert_int_equal(sqlite3_get_autocommit(c->db), 1);
	/* a program whose step is right goes on from there */
	assert_int_equal(schema_migrate(c, good, 2), ST_OK);
	assert_int_equal(world_ask(w, "PRAGMA user_version"), 2);
	conn_close(c);
}

static void
embedded_steps_are_numbered_without_gaps(void **state)
{
	size_t i;

	(void)state;
	assert_true(schema_steps_n > 0);
	for (i = 0; i < schema_steps_n; i++) {
		assert_int_equal(schema_steps[i].version, i + 1);
		assert_true(strlen(schema_steps[i].sql) > 0);
		assert_true(strlen(schema_steps[i].name) > 0);
	}
}

static void
check_tells_old_current_and_newer(void **state)
{
	struct world *w = *state;
	struct conn *c = open_conn(w);
	bool current = true;
	char newer[64];

	assert_int_equal(schema_check(c, &current), ST_OK);
	assert_false(current);
	assert_int_equal(schema_migrate(c, schema_steps, schema_steps_n), ST_OK);
	assert_int_equal(schema_check(c, &current), ST_OK);
	assert_true(current);
	(void)snprintf(newer, sizeof(newer), "PRAGMA user_version = %zu",
	    schema_steps_n + 1);
	assert_int_equal(sqlite3_exec(c->db, newer, NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(schema_check(c, &current), ST_NEWER);
	assert_false(current);
	conn_close(c);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(steps_are_applied_in_order_and_once),
		IN_WORLD(failed_step_leaves_version_and_tables),
		cmocka_unit_test(embedded_steps_are_numbered_without_gaps),
		IN_WORLD(check_tells_old_current_and_newer),
	};

	return cmocka_run_group_tests_name("store_schema", tests, NULL, NULL);
}
