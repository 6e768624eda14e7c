#include "store/sqlite/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define DIGEST_LEN	32

static int
count_pages(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct conn *c = arg;

	(void)db;
	(void)name;
	c->wal_pages = pages;
	return SQLITE_OK;
}

static enum status
configure(struct conn *c, enum conn_mode mode)
{
	static const char common[] =
	    "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
	    "PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL;";
	int rc;

	(void)sqlite3_extended_result_codes(c->db, 1);
	(void)sqlite3_busy_timeout(c->db, CONN_BUSY_MS);
	rc = sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_wal_autocheckpoint(c->db, 0);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(c->db, common, NULL, NULL, NULL);
	if (rc == SQLITE_OK && mode == CONN_WRITE) {
		if (sqlite3_db_readonly(c->db, "main") == 1)
			return ST_READONLY;
		rc = sqlite3_exec(c->db,
		    "PRAGMA journal_mode = WAL; PRAGMA cache_size = -8000;",
		    NULL, NULL, NULL);
		/* takes the place of the automatic checkpoint's hook */
		(void)sqlite3_wal_hook(c->db, count_pages, c);
	}
	return conn_status(c, rc);
}

enum status
conn_open(const char *path, enum conn_mode mode, struct conn **out)
{
	int flags = SQLITE_OPEN_NOMUTEX | (mode == CONN_READ ?
	    SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	enum status st;
	struct conn *c;

	*out = NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return ST_NOMEM;
	if (sqlite3_open_v2(path, &c->db, flags, NULL) != SQLITE_OK) {
		switch (c->db ? sqlite3_system_errno(c->db) : ENOMEM) {
		case ENOENT:	st = ST_NOTFOUND; break;
		case EACCES:
		case EROFS:	st = ST_READONLY; break;
		case ENOMEM:	st = ST_NOMEM; break;
		case EMFILE:
		case ENFILE:	st = ST_BUSY; break;
		default:	st = conn_status(c, sqlite3_errcode(c->db));
		}
	} else
		st = configure(c, mode);
	if (st) {
		conn_close(c);
		return st;
	}
	*out = c;
	return ST_OK;
}

void
conn_close(struct conn *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < SQL_COUNT; i++)
		(void)sqlite3_finalize(c->stmts[i]);
	(void)sqlite3_close(c->db);
	free(c);
}

enum status
conn_status(struct conn *c, int rc)
{
	int why = sqlite3_system_errno(c->db);

	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return ST_OK;
	case SQLITE_NOMEM:
		return ST_NOMEM;
	case SQLITE_READONLY:
		return ST_READONLY;
	case SQLITE_FULL:
		return ST_FULL;
	case SQLITE_IOERR:
		if (why == ENOSPC || why == EDQUOT)
			return ST_FULL;
		if (rc == SQLITE_IOERR_NOMEM)
			return ST_NOMEM;
		break;
	case SQLITE_CANTOPEN:
		if (why == EACCES || why == EROFS)
			return ST_READONLY;
		if (why == ENOSPC || why == EDQUOT)
			return ST_FULL;
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		log_warn("store", "busy", "code=%d", rc);
		return ST_BUSY;
	default:
		break;
	}
	log_error("store", "sqlite", "code=%d errno=%d message=\"%s\"", rc, why,
	    sqlite3_errmsg(c->db));
	return ST_IO;
}

static int
bind(sqlite3_stmt *row, const char *types, va_list ap)
{
	const void *bytes;
	int at, rc = SQLITE_OK;

	for (at = 1; *types != '\0' && rc == SQLITE_OK; types++, at++) {
		switch (*types) {
		case 'i':
			rc = sqlite3_bind_int64(row, at, va_arg(ap, int64_t));
			break;
		case 't':
			rc = sqlite3_bind_text(row, at, va_arg(ap, const char *),
			    -1, SQLITE_STATIC);
			break;
		case 'd':
			rc = sqlite3_bind_blob(row, at, va_arg(ap, const void *),
			    DIGEST_LEN, SQLITE_STATIC);
			break;
		case 'b':
			bytes = va_arg(ap, const void *);
			rc = sqlite3_bind_text64(row, at, bytes,
			    va_arg(ap, size_t), SQLITE_STATIC, SQLITE_UTF8);
			break;
		case 'x':
			bytes = va_arg(ap, const void *);
			rc = sqlite3_bind_blob64(row, at, bytes,
			    va_arg(ap, size_t), SQLITE_STATIC);
			break;
		default:
			rc = SQLITE_MISUSE;
		}
	}
	return rc;
}

/* Prepares the statement at its first use, binds it and takes a step. */
static int
start(struct conn *c, enum sql which, sqlite3_stmt **row, const char *types,
    va_list ap)
{
	int rc = SQLITE_OK;

	if (c->stmts[which] == NULL)
		rc = sqlite3_prepare_v3(c->db, sql_text(which), -1,
		    SQLITE_PREPARE_PERSISTENT, &c->stmts[which], NULL);
	*row = c->stmts[which];
	if (rc == SQLITE_OK)
		rc = bind(*row, types, ap);
	return rc == SQLITE_OK ? sqlite3_step(*row) : rc;
}

enum status
conn_run(struct conn *c, enum sql which, const char *types, ...)
{
	sqlite3_stmt *row;
	enum status st;
	va_list ap;

	va_start(ap, types);
	st = conn_status(c, start(c, which, &row, types, ap));
	va_end(ap);
	conn_done(row);
	return st;
}

enum status
conn_row(struct conn *c, enum sql which, sqlite3_stmt **row,
    const char *types, ...)
{
	va_list ap;
	int rc;

	va_start(ap, types);
	rc = start(c, which, row, types, ap);
	va_end(ap);
	return rc == SQLITE_DONE ? ST_NOTFOUND : conn_status(c, rc);
}

enum status
conn_next(struct conn *c, sqlite3_stmt *row)
{
	int rc = sqlite3_step(row);

	return rc == SQLITE_DONE ? ST_NOTFOUND : conn_status(c, rc);
}

void
conn_done(sqlite3_stmt *row)
{
	if (row != NULL)
		(void)sqlite3_reset(row);
}

const char *
column_text(sqlite3_stmt *row, int column)
{
	const unsigned char *s = sqlite3_column_text(row, column);

	return s != NULL ? (const char *)s : "";
}
