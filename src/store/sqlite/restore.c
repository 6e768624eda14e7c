#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "store/sqlite/bell.h"
#include "store/sqlite/copy.h"
#include "store/sqlite/datafile.h"
#include "store/sqlite/depot.h"
#include "store/sqlite/gate.h"
#include "store/sqlite/schema.h"
#include "store/upkeep.h"

/* A restore under way; everything from open_all on happens under the gate. */
struct work {
	const char	*dir;			/* the data directory */
	const char	*from;			/* a backup, or NULL: a database alone */
	char		 source[DATAFILE_PATH];	/* the database to restore */
	char		 staged[DATAFILE_PATH];	/* its copy, made ready */
	char		 live[DATAFILE_PATH];
	struct gate	 gate;
	struct bell	 bell;
	struct conn	*stage;
	int64_t		 commits;		/* the most that anybody knows of */
	char		 instance[BELL_INSTANCE + 1];	/* of the live data, or "" */
	struct backup	*out;
};

static enum status
find_source(struct work *w, const char *from)
{
	struct stat info;
	enum status st;

	if (stat(from, &info) == -1)
		return ST_NOTFOUND;
	if (!S_ISDIR(info.st_mode))
		return str_copy(w->source, sizeof(w->source), from);
	w->from = from;
	st = datafile_path(from, COPY_DATABASE, w->source);
	return st ? st : access(w->source, R_OK) == 0 ? ST_OK : ST_NOTFOUND;
}

/* Damage to what was given is the giver's, not the system's. */
static enum status
blame(enum status st)
{
	return st == ST_IO ? ST_INVALID : st;
}

static enum status
check_whole(struct conn *c)
{
	sqlite3_stmt *row = NULL;
	enum status st;
	int rc;

	rc = sqlite3_prepare_v2(c->db, "PRAGMA integrity_check(1)", -1, &row,
	    NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(row);
	st = conn_status(c, rc);
	if (st == ST_OK && strcmp(column_text(row, 0), "ok") != 0) {
		log_error("store", "damaged", "detail=\"%s\"",
		    column_text(row, 0));
		st = ST_INVALID;
	}
	(void)sqlite3_finalize(row);
	return blame(st);
}

/* A database of ours has been through the first step. */
static enum status
check_ours(struct conn *c)
{
	sqlite3_stmt *row;
	enum status st;
	bool current;

	st = schema_check(c, &current);
	if (st == ST_OK)
		st = conn_row(c, SQL_META, &row, "");
	else
		return blame(st);
	conn_done(row);
	return st == ST_NOTFOUND ? ST_INVALID : blame(st);
}

/* A copy in the data directory, whole, and with the schema that we know. */
static enum status
stage(struct work *w)
{
	struct conn *c;
	enum status st;

	st = conn_open(w->source, CONN_READ, &c);
	if (st)
		return blame(st);
	st = check_ours(c);
	copy_remove(w->staged);		/* of one that was killed */
	if (st == ST_OK)
		st = copy_to_path(c, w->staged);
	conn_close(c);
	if (st == ST_OK)
		st = conn_open(w->staged, CONN_WRITE, &w->stage);
	if (st == ST_OK)
		st = check_whole(w->stage);
	if (st == ST_OK)
		st = schema_migrate(w->stage, schema_steps, schema_steps_n);
	return st;
}

/* Every content that the copy names, from the backup or already in place. */
static enum status
bring_contents(struct work *w)
{
	int64_t size, want;
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->stage, SQL_CONTENTS, &row, "");
	while (st == ST_OK) {
		w->out->contents++;
		want = sqlite3_column_int64(row, 1);
		w->out->bytes += want;
		st = depot_size(w->dir, sqlite3_column_blob(row, 0), &size);
		if (st == ST_NOTFOUND && w->from != NULL)
			st = depot_copy(w->from, w->dir,
			    sqlite3_column_blob(row, 0));
		if (st == ST_OK)
			st = depot_size(w->dir, sqlite3_column_blob(row, 0),
			    &size);
		if (st == ST_OK && size != want)
			st = ST_INVALID;
		if (st) {
			log_error("store", "restore", "content=missing size=%lld",
			    (long long)want);
			conn_done(row);
			return st;
		}
		st = conn_next(w->stage, row);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static bool
has_data(struct conn *live)
{
	return sqlite3_table_column_metadata(live->db, "main", "meta", NULL,
	    NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
}

/* What the live data and the bell say of themselves, as far as they can. */
static void
look_at_live(struct work *w, struct conn *live)
{
	char rung[BELL_INSTANCE + 1];
	sqlite3_stmt *row;
	int64_t boards = 0;

	if (bell_read(&w->bell, rung, &w->commits))
		w->commits = 0;
	if (!has_data(live))
		return;
	if (conn_row(live, SQL_TOTALS, &row, "") == ST_OK)
		boards = sqlite3_column_int64(row, 0);
	conn_done(row);
	if (boards == 0)
		return;
	if (conn_row(live, SQL_META, &row, "") == ST_OK) {
		(void)str_copy(w->instance, sizeof(w->instance),
		    column_text(row, 0));
		if (sqlite3_column_int64(row, 2) > w->commits)
			w->commits = sqlite3_column_int64(row, 2);
	}
	conn_done(row);
}

/* A new history begins; the number of commits tells everybody so. */
static enum status
begin_history(struct work *w)
{
	char instance[BELL_INSTANCE + 1] = "";
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->stage, SQL_META, &row, "");
	if (st == ST_OK)
		(void)str_copy(instance, sizeof(instance), column_text(row, 0));
	conn_done(row);
	if (st)
		return st;
	if (w->instance[0] != '\0' && strcmp(w->instance, instance) != 0)
		return ST_CONFLICT;
	(void)str_copy(w->instance, sizeof(w->instance), instance);
	st = conn_row(w->stage, SQL_RESTORED, &row, "i", w->commits);
	if (st == ST_OK) {
		w->commits = sqlite3_column_int64(row, 0);
		/* it ends the statement's own transaction */
		st = conn_next(w->stage, row);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status
keep_live(struct work *w, struct conn *live)
{
	char path[DATAFILE_PATH];
	enum status st;

	if (!has_data(live))
		return ST_OK;
	st = datafile_path(w->dir, COPY_DATABASE ".before-restore", path);
	return st ? st : copy_to_path(live, path);
}

static enum status
replace(struct work *w)
{
	struct conn *live;
	sqlite3_stmt *row;
	enum status st;

	st = conn_open(w->live, CONN_WRITE, &live);
	if (st)
		return st;
	look_at_live(w, live);
	st = begin_history(w);
	if (st == ST_OK)
		st = bring_contents(w);
	if (st == ST_OK)
		st = keep_live(w, live);
	if (st == ST_OK)
		st = copy_over(w->stage, live->db);
	if (st == ST_OK) {
		bell_ring(&w->bell, w->instance, w->commits);
		w->out->commits = w->commits;
		if (conn_row(w->stage, SQL_TOTALS, &row, "") == ST_OK)
			w->out->boards = sqlite3_column_int64(row, 0);
		conn_done(row);
		log_warn("store", "restored", "commits=%lld epoch=new",
		    (long long)w->commits);
	}
	conn_close(live);
	return st;
}

/*
 * Data that SQLite cannot even open stay beside the restored ones, out of
 * everybody's way.  Nothing that has them open can do anything with them.
 */
static enum status
set_broken_aside(struct work *w)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	char from[DATAFILE_PATH + 8], to[DATAFILE_PATH + 16];
	struct conn *c;
	enum status st;
	size_t i;

	st = conn_open(w->live, CONN_READ, &c);
	if (st == ST_OK)
		st = conn_status(c, sqlite3_exec(c->db,
		    "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL));
	conn_close(c);
	if (st != ST_IO)
		return st == ST_NOTFOUND || st == ST_READONLY ? ST_OK : st;
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		(void)snprintf(from, sizeof(from), "%s%s", w->live, parts[i]);
		(void)snprintf(to, sizeof(to), "%s.broken%s", w->live, parts[i]);
		if (rename(from, to) == -1 && errno != ENOENT)
			return status_of_errno(errno);
	}
	log_warn("store", "broken", "kept=\"%s.broken\"", w->live);
	return ST_OK;
}

static enum status
open_all(struct work *w, const char *from)
{
	enum status st;

	st = datafile_dir(w->dir);
	if (st == ST_OK)
		st = find_source(w, from);
	if (st == ST_OK)
		st = datafile_path(w->dir, COPY_DATABASE, w->live);
	if (st == ST_OK)
		st = datafile_path(w->dir, "restoring.db", w->staged);
	if (st == ST_OK)
		st = gate_open(w->dir, &w->gate);
	if (st == ST_OK)
		st = bell_open(w->dir, &w->bell);
	return st;
}

enum status
store_restore(const struct store_options *o, const char *from,
    struct backup *out)
{
	struct work w = { .dir = o->dir, .gate = { -1 }, .bell = { -1 },
	    .out = out };
	enum status st;

	memset(out, 0, sizeof(*out));
	st = open_all(&w, from);
	if (st == ST_OK)
		st = gate_enter(&w.gate);
	if (st == ST_OK) {
		st = stage(&w);
		if (st == ST_OK)
			st = set_broken_aside(&w);
		if (st == ST_OK)
			st = replace(&w);
		conn_close(w.stage);
		copy_remove(w.staged);
		gate_leave(&w.gate);
	}
	bell_close(&w.bell);
	gate_close(&w.gate);
	return st;
}
