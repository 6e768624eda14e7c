#include "plain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/sqlite/sql.h"

/* Only the -shm's first making makes a connection wait. */
#define BUSY_MS			5000
#define CHECKPOINT_PAGES	1000

struct plain {
	sqlite3		*db;
	sqlite3_stmt	*stmts[SQL_COUNT];
	int		 wal_pages;
};

sqlite3 *
plain_database(const char *dir)
{
	static const char pragmas[] =
	    "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
	    "PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL;"
	    "PRAGMA cache_size = -8000;";
	char path[1024];
	sqlite3 *db;

	(void)snprintf(path, sizeof(path), "%s/notes.db", dir);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    sqlite3_busy_timeout(db, BUSY_MS) != SQLITE_OK ||
	    sqlite3_exec(db, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		bench_die("%s: %s", path, sqlite3_errmsg(db));
	return db;
}

static int
count_pages(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct plain *p = arg;

	(void)db;
	(void)name;
	p->wal_pages = pages;
	return SQLITE_OK;
}

struct plain *
plain_open(const char *dir)
{
	struct plain *p = calloc(1, sizeof(*p));

	if (p == NULL)
		bench_die("no memory");
	p->db = plain_database(dir);
	(void)sqlite3_wal_hook(p->db, count_pages, p);
	return p;
}

void
plain_close(struct plain *p)
{
	size_t i;

	for (i = 0; i < SQL_COUNT; i++)
		(void)sqlite3_finalize(p->stmts[i]);
	(void)sqlite3_close(p->db);
	free(p);
}

/* Plays a statement up to its first row; i: int64_t, t: text, d: a digest. */
static sqlite3_stmt *
play(struct plain *p, enum sql which, const char *types, ...)
{
	sqlite3_stmt *row = p->stmts[which];
	va_list ap;
	int at, rc;

	if (row == NULL && sqlite3_prepare_v3(p->db, sql_text(which), -1,
	    SQLITE_PREPARE_PERSISTENT, &p->stmts[which], NULL) == SQLITE_OK)
		row = p->stmts[which];
	va_start(ap, types);
	for (at = 1; *types != '\0'; types++, at++) {
		if (*types == 'i')
			(void)sqlite3_bind_int64(row, at, va_arg(ap, int64_t));
		else if (*types == 't')
			(void)sqlite3_bind_text(row, at, va_arg(ap, const char *),
			    -1, SQLITE_STATIC);
		else
			(void)sqlite3_bind_blob(row, at, va_arg(ap, const void *),
			    32, SQLITE_STATIC);
	}
	va_end(ap);
	rc = sqlite3_step(row);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		bench_die("plain: %s: %s", sql_text(which),
		    sqlite3_errmsg(p->db));
	return row;
}

/* Plays a statement to its end; the first column of its row, if it has one. */
static int64_t
end(sqlite3_stmt *row)
{
	int64_t value = sqlite3_column_int64(row, 0);

	(void)sqlite3_reset(row);
	return value;
}

void
plain_write(struct plain *p, const char *id, const struct pen *pen)
{
	int64_t now = clock_wall_ms(), board, seq, note, revision, revisions = 0;
	sqlite3_stmt *row;

	(void)end(play(p, SQL_BEGIN_WRITE, ""));
	row = play(p, SQL_BOARD, "t", id);
	seq = sqlite3_column_int64(row, 1) + 1;
	board = end(row);
	if (pen->fresh) {
		(void)end(play(p, SQL_NOTE_ADD, "itii", board, pen->note, seq,
		    now));
		note = sqlite3_last_insert_rowid(p->db);
	} else {
		row = play(p, SQL_NOTE, "it", board, pen->note);
		revisions = sqlite3_column_int64(row, 3);
		note = end(row);
	}
	(void)end(play(p, SQL_REVISION_ADD, "iiiti", note, seq, INT64_C(0),
	    pen->body, now));
	revision = sqlite3_last_insert_rowid(p->db);
	(void)end(play(p, SQL_NOTE_SET, "iiiii", note, seq, revision,
	    revisions + 1, now));
	(void)end(play(p, SQL_LOG_ADD, "iiiii", board, seq, note, revision,
	    now));
	(void)end(play(p, SQL_BOARD_HEAD, "ii", board, seq));
	(void)end(play(p, SQL_KEY_ADD, "itdiiii", board, pen->key,
	    pen->digest, note, seq, (int64_t)pen->fresh, now));
	(void)end(play(p, SQL_COUNT_COMMIT, ""));
	(void)end(play(p, SQL_COMMIT, ""));
	if (p->wal_pages >= CHECKPOINT_PAGES) {
		(void)sqlite3_wal_checkpoint_v2(p->db, NULL,
		    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
		p->wal_pages = 0;
	}
}
