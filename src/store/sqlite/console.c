#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "store/sqlite/store_priv.h"
#include "store/upkeep.h"

/* A script under way. */
struct console {
	struct conn		*db;
	struct sql_script	*script;
	store_row_fn		*fn;
	void			*arg;
	bool			 done;		/* nobody wants more rows */
};

/* Pragmas that only look, and where those with a value do so too. */
static bool
may_ask(const char *pragma, const char *value)
{
	static const char *const plain[] = { "application_id",
	    "compile_options", "database_list", "encoding", "freelist_count",
	    "function_list", "journal_mode", "page_count", "page_size",
	    "schema_version", "table_list", "user_version", NULL };
	static const char *const valued[] = { "foreign_key_check",
	    "foreign_key_list", "index_info", "index_list", "index_xinfo",
	    "integrity_check", "quick_check", "table_info", "table_xinfo",
	    NULL };
	size_t i;

	for (i = 0; valued[i] != NULL; i++)
		if (strcasecmp(pragma, valued[i]) == 0)
			return true;
	for (i = 0; value == NULL && plain[i] != NULL; i++)
		if (strcasecmp(pragma, plain[i]) == 0)
			return true;
	return false;
}

/* The transaction and the settings are ours. */
static int
authorize(void *arg, int action, const char *one, const char *two,
    const char *database, const char *trigger)
{
	(void)arg;
	(void)database;
	(void)trigger;
	switch (action) {
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
		return SQLITE_DENY;
	case SQLITE_PRAGMA:
		return may_ask(one, two) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_OK;
	}
}

static void
read_value(sqlite3_stmt *row, int i, struct sql_value *v)
{
	memset(v, 0, sizeof(*v));
	switch (sqlite3_column_type(row, i)) {
	case SQLITE_INTEGER:
		v->kind = SQL_INT;
		v->number = sqlite3_column_int64(row, i);
		break;
	case SQLITE_FLOAT:
		v->kind = SQL_REAL;
		v->real = sqlite3_column_double(row, i);
		break;
	case SQLITE_TEXT:
		v->kind = SQL_TEXT;
		v->bytes = sqlite3_column_text(row, i);
		v->len = (size_t)sqlite3_column_bytes(row, i);
		break;
	case SQLITE_BLOB:
		v->kind = SQL_BLOB;
		v->bytes = sqlite3_column_blob(row, i);
		v->len = (size_t)sqlite3_column_bytes(row, i);
		break;
	default:
		v->kind = SQL_NULL;
	}
}

static void
show_row(struct console *c, sqlite3_stmt *row, bool first)
{
	struct sql_value values[SQL_COLUMNS_MAX];
	const char *names[SQL_COLUMNS_MAX];
	int i, n = sqlite3_column_count(row);

	if (n > SQL_COLUMNS_MAX)
		n = SQL_COLUMNS_MAX;
	for (i = 0; i < n; i++) {
		names[i] = sqlite3_column_name(row, i);
		read_value(row, i, &values[i]);
	}
	c->done = !c->fn(c->arg, &(struct sql_row){ .names = names,
	    .values = values, .n = (size_t)n, .first = first });
}

static enum status
refuse(struct console *c, const char *why)
{
	(void)snprintf(c->script->why, sizeof(c->script->why), "%s", why);
	return ST_INVALID;
}

/* What is the script's fault is told; the rest is the system's. */
static enum status
judge(struct console *c, int rc)
{
	switch (rc & 0xff) {
	case SQLITE_ERROR:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_RANGE:
	case SQLITE_TOOBIG:
		return refuse(c, sqlite3_errmsg(c->db->db));
	case SQLITE_AUTH:
		return refuse(c, "that is not done here: transactions, "
		    "settings, other databases");
	case SQLITE_READONLY:
		return c->script->write ? ST_READONLY :
		    refuse(c, "it would write");
	default:
		return conn_status(c->db, rc);
	}
}

static enum status
play_one(struct console *c, sqlite3_stmt *row)
{
	bool first = true;
	int rc = SQLITE_DONE;

	if (!c->script->write && !sqlite3_stmt_readonly(row))
		return refuse(c, "it would write");
	while (!c->done && (rc = sqlite3_step(row)) == SQLITE_ROW) {
		show_row(c, row, first);
		first = false;
	}
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ST_OK : judge(c, rc);
}

static enum status
play_all(struct console *c)
{
	const char *rest = c->script->text;
	sqlite3_stmt *row;
	enum status st = ST_OK;
	int rc;

	while (st == ST_OK && !c->done && *rest != '\0') {
		(void)sqlite3_set_authorizer(c->db->db, authorize, NULL);
		rc = sqlite3_prepare_v2(c->db->db, rest, -1, &row, &rest);
		st = rc == SQLITE_OK ? ST_OK : judge(c, rc);
		if (st == ST_OK && row != NULL)
			st = play_one(c, row);
		(void)sqlite3_finalize(row);
		(void)sqlite3_set_authorizer(c->db->db, NULL, NULL);
	}
	return st;
}

/* As the services commit: counted, and told. */
static enum status
commit(struct console *c, struct store *s, int before)
{
	char instance[BELL_INSTANCE + 1];
	sqlite3_stmt *row;
	int64_t commits = 0;
	struct bell bell;
	enum status st;

	c->script->changes = sqlite3_total_changes(c->db->db) - before;
	st = conn_run(c->db, SQL_COUNT_COMMIT, "");
	if (st == ST_OK)
		st = conn_row(c->db, SQL_META, &row, "");
	if (st)
		return st;
	commits = sqlite3_column_int64(row, 2);
	st = str_copy(instance, sizeof(instance), column_text(row, 0));
	conn_done(row);
	if (st == ST_OK)
		st = conn_run(c->db, SQL_COMMIT, "");
	if (st == ST_OK && bell_open(s->dir, &bell) == ST_OK) {
		bell_ring(&bell, instance, commits);
		bell_close(&bell);
	}
	return st;
}

static enum status
play_script(struct console *c, struct store *s)
{
	int before;
	enum status st;

	st = conn_run(c->db, c->script->write ? SQL_BEGIN_WRITE :
	    SQL_BEGIN_READ, "");
	if (st)
		return st;
	before = sqlite3_total_changes(c->db->db);
	st = play_all(c);
	if (st == ST_OK && c->script->write)
		st = commit(c, s, before);
	if (!sqlite3_get_autocommit(c->db->db))
		(void)conn_run(c->db, SQL_ROLLBACK, "");
	return st;
}

enum status
store_sql(struct store *s, struct sql_script *script, store_row_fn *fn,
    void *arg)
{
	struct console c = { .script = script, .fn = fn, .arg = arg };
	struct gate gate = { -1 };
	enum status st = ST_OK;

	script->why[0] = '\0';
	script->changes = 0;
	if (script->write) {
		st = gate_open(s->dir, &gate);
		if (st == ST_OK)
			st = gate_enter(&gate);
	}
	if (st == ST_OK)
		st = conn_open(s->writer.path, script->write ? CONN_WRITE :
		    CONN_READ, &c.db);
	if (st == ST_OK)
		st = play_script(&c, s);
	conn_close(c.db);
	if (script->write)
		gate_leave(&gate);
	gate_close(&gate);
	return st;
}
