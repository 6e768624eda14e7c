#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/sqlite/depot.h"
#include "store/sqlite/gate.h"
#include "store/sqlite/store_priv.h"
#include "store/upkeep.h"

#define DIGEST_LEN	32

/* A look at all that can be wrong. */
struct audit {
	struct store	*s;
	struct conn	*db;
	bool		 tidy;
	store_fault_fn	*fn;
	void		*arg;
};

static void tell(struct audit *a, enum fault f, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
tell(struct audit *a, enum fault f, const char *fmt, ...)
{
	char detail[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	a->fn(a->arg, f, detail);
}

static void
put_hex(const unsigned char digest[DIGEST_LEN], char out[2 * DIGEST_LEN + 1])
{
	size_t i;

	for (i = 0; i < DIGEST_LEN; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* SQLite's own looks, a row a fault. */
static enum status
look_at_database(struct audit *a)
{
	sqlite3_stmt *row = NULL;
	int rc;

	rc = sqlite3_prepare_v2(a->db->db, "PRAGMA integrity_check", -1, &row,
	    NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(row);
		if (rc == SQLITE_ROW && strcmp(column_text(row, 0), "ok") != 0)
			tell(a, FAULT_DATABASE, "%s", column_text(row, 0));
	}
	(void)sqlite3_finalize(row);
	if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB) {
		tell(a, FAULT_DATABASE, "%s", sqlite3_errmsg(a->db->db));
		return ST_INVALID;	/* the rest would only say so again */
	}
	return conn_status(a->db, rc);
}

static enum status
look_at_references(struct audit *a)
{
	sqlite3_stmt *row = NULL;
	int rc;

	rc = sqlite3_prepare_v2(a->db->db, "PRAGMA foreign_key_check", -1, &row,
	    NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(row);
		if (rc == SQLITE_ROW)
			tell(a, FAULT_REFERENCE, "%s %lld names no %s",
			    column_text(row, 0),
			    (long long)sqlite3_column_int64(row, 1),
			    column_text(row, 2));
	}
	(void)sqlite3_finalize(row);
	return conn_status(a->db, rc);
}

static enum status
look_at_log(struct audit *a)
{
	int64_t head, floor, rows;
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(a->db, SQL_LOG_DENSITY, &row, "");
	for (; st == ST_OK; st = conn_next(a->db, row)) {
		head = sqlite3_column_int64(row, 1);
		floor = sqlite3_column_int64(row, 2);
		rows = sqlite3_column_int64(row, 3);
		if (rows != head - floor || (rows > 0 &&
		    (sqlite3_column_int64(row, 4) != floor + 1 ||
		    sqlite3_column_int64(row, 5) != head)))
			tell(a, FAULT_LOG, "board %s: %" PRId64 " changes after "
			    "%" PRId64 " and up to %" PRId64,
			    column_text(row, 0), rows, floor, head);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status
look_at_bodies(struct audit *a)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(a->db, SQL_BODILESS, &row, "");
	for (; st == ST_OK; st = conn_next(a->db, row))
		tell(a, FAULT_BODY, "board %s: note %s", column_text(row, 0),
		    column_text(row, 1));
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status
look_at_sums(struct audit *a)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(a->db, SQL_BAD_SUMS, &row, "");
	for (; st == ST_OK; st = conn_next(a->db, row))
		tell(a, FAULT_SUM, "%s%s: %lld bytes counted, %lld there",
		    *column_text(row, 0) != '\0' ? "board " : "all boards",
		    column_text(row, 0),
		    (long long)sqlite3_column_int64(row, 1),
		    (long long)sqlite3_column_int64(row, 2));
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status
look_at_contents(struct audit *a)
{
	char name[2 * DIGEST_LEN + 1];
	int64_t size, want;
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(a->db, SQL_CONTENTS, &row, "");
	while (st == ST_OK) {
		put_hex(sqlite3_column_blob(row, 0), name);
		want = sqlite3_column_int64(row, 1);
		st = depot_size(a->s->dir, sqlite3_column_blob(row, 0), &size);
		if (st == ST_NOTFOUND)
			tell(a, FAULT_MISSING, "%s of %lld files", name,
			    (long long)sqlite3_column_int64(row, 2));
		else if (st == ST_OK && size != want)
			tell(a, FAULT_SIZE, "%s has %lld bytes, not %lld", name,
			    (long long)size, (long long)want);
		if (st == ST_OK || st == ST_NOTFOUND)
			st = conn_next(a->db, row);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* Known to the database, be it as one that is still to be looked at. */
static enum status
find_name(struct audit *a, const unsigned char digest[DIGEST_LEN])
{
	static const enum sql where[] = { SQL_FILE_NAMED, SQL_LOOSE_ONE };
	enum status st = ST_NOTFOUND;
	sqlite3_stmt *row;
	size_t i;

	for (i = 0; i < 2 && st == ST_NOTFOUND; i++) {
		st = conn_row(a->db, where[i], &row, "d", digest);
		conn_done(row);
	}
	return st;
}

static enum status
look_for_orphan(void *arg, const unsigned char digest[DIGEST_LEN])
{
	struct audit *a = arg;
	char name[2 * DIGEST_LEN + 1];
	enum status st = find_name(a, digest);

	if (st != ST_NOTFOUND)
		return st;
	put_hex(digest, name);
	tell(a, FAULT_ORPHAN, "%s", name);
	return a->tidy ? depot_drop(a->s->dir, digest) : ST_OK;
}

/* Under the gate: contents neither come nor go, so rows and files agree. */
static enum status
look_at_files(struct audit *a)
{
	struct gate gate;
	sqlite3_stmt *row;
	enum status st;

	st = gate_open(a->s->dir, &gate);
	if (st == ST_OK)
		st = gate_enter(&gate);
	if (st == ST_OK) {
		st = conn_run(a->db, SQL_BEGIN_READ, "");
		if (st == ST_OK) {
			st = conn_row(a->db, SQL_META, &row, "");
			conn_done(row);
		}
		if (st == ST_OK)
			st = look_at_contents(a);
		if (st == ST_OK)
			st = depot_each(a->s->dir, look_for_orphan, a);
		gate_leave(&gate);
	}
	gate_close(&gate);
	return st;
}

enum status
store_check(struct store *s, bool tidy, store_fault_fn *fn, void *arg)
{
	struct audit a = { .s = s, .tidy = tidy, .fn = fn, .arg = arg };
	enum status st;

	st = conn_open(s->writer.path, CONN_READ, &a.db);
	if (st)
		return st;
	/* first what the rest leans on, in a view of its own */
	st = look_at_database(&a);
	if (st == ST_OK)
		st = look_at_files(&a);
	if (st == ST_OK)
		st = look_at_references(&a);
	if (st == ST_OK)
		st = look_at_log(&a);
	if (st == ST_OK)
		st = look_at_bodies(&a);
	if (st == ST_OK)
		st = look_at_sums(&a);
	conn_close(a.db);
	return st == ST_INVALID ? ST_OK : st;
}
