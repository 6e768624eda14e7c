#include "store/sqlite/schema.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"

enum status
schema_version(struct conn *c, int *version)
{
	sqlite3_stmt *row = NULL;
	int rc;

	*version = 0;
	rc = sqlite3_prepare_v2(c->db, "PRAGMA user_version", -1, &row, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(row);
	if (rc == SQLITE_ROW)
		*version = sqlite3_column_int(row, 0);
	(void)sqlite3_finalize(row);
	return conn_status(c, rc);
}

static int
newest_version(void)
{
	return schema_steps[schema_steps_n - 1].version;
}

enum status
schema_check(struct conn *c, bool *current)
{
	enum status st;
	int version;

	*current = false;
	st = schema_version(c, &version);
	if (st)
		return st;
	if (version > newest_version()) {
		log_error("store", "newer", "schema=%d known=%d", version,
		    newest_version());
		return ST_NEWER;
	}
	*current = version == newest_version();
	return ST_OK;
}

/* One step and its number, or neither. */
static enum status
apply_step(struct conn *c, const struct schema_step *step)
{
	char mark[64];
	enum status st;
	int rc;

	(void)snprintf(mark, sizeof(mark), "PRAGMA user_version = %d; COMMIT",
	    step->version);
	rc = sqlite3_exec(c->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c->db, step->sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c->db, mark, NULL, NULL, NULL);
	if (rc == SQLITE_OK) {
		log_info("store", "schema", "version=%d name=%s", step->version,
		    step->name);
		return ST_OK;
	}
	st = conn_status(c, rc);
	log_error("store", "schema", "version=%d name=%s status=%s",
	    step->version, step->name, status_name(st));
	if (!sqlite3_get_autocommit(c->db))
		(void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
	return st;
}

enum status
schema_migrate(struct conn *c, const struct schema_step *steps, size_t n)
{
	enum status st;
	int version;
	size_t i;

	st = schema_version(c, &version);
	for (i = 0; i < n && st == ST_OK; i++)
		if (steps[i].version > version)
			st = apply_step(c, &steps[i]);
	return st;
}
