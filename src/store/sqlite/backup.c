#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite/copy.h"
#include "store/sqlite/datafile.h"
#include "store/sqlite/depot.h"
#include "store/sqlite/store_priv.h"
#include "store/upkeep.h"

/* A backup under way. */
struct work {
	const char	*from;		/* the data directory */
	const char	*to;
	struct conn	*db;		/* its view is the moment */
	struct backup	*out;
};

static enum status
copy_early(void *arg, const unsigned char digest[32])
{
	struct work *w = arg;
	enum status st = depot_copy(w->from, w->to, digest);

	return st == ST_NOTFOUND ? ST_OK : st;	/* it has just gone */
}

/* Copies what has come since; under the gate, where none comes or goes. */
static enum status
copy_named(struct work *w)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->db, SQL_CONTENTS, &row, "");
	while (st == ST_OK) {
		w->out->contents++;
		w->out->bytes += sqlite3_column_int64(row, 1);
		st = depot_copy(w->from, w->to, sqlite3_column_blob(row, 0));
		if (st == ST_OK)
			st = conn_next(w->db, row);
		else if (st == ST_NOTFOUND)
			st = ST_IO;	/* store_check tells more */
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status
drop_unnamed(void *arg, const unsigned char digest[32])
{
	struct work *w = arg;
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->db, SQL_FILE_NAMED, &row, "d", digest);
	conn_done(row);
	return st == ST_NOTFOUND ? depot_drop(w->to, digest) : st;
}

/* The moment: a view of the database, and every content that it names. */
static enum status
take_view(struct work *w)
{
	sqlite3_stmt *row;
	struct gate gate;
	enum status st;

	st = gate_open(w->from, &gate);
	if (st)
		return st;
	st = gate_enter(&gate);
	if (st == ST_OK) {
		st = conn_run(w->db, SQL_BEGIN_READ, "");
		if (st == ST_OK)
			st = conn_row(w->db, SQL_META, &row, "");
		if (st == ST_OK) {
			w->out->commits = sqlite3_column_int64(row, 2);
			conn_done(row);
			st = copy_named(w);
		}
		gate_leave(&gate);
	}
	gate_close(&gate);
	return st;
}

/* Nothing that a backup would have, so that none is mixed with another. */
static enum status
check_target(const char *to)
{
	char path[DATAFILE_PATH];
	enum status st;

	st = datafile_dir(to);
	if (st == ST_OK)
		st = datafile_path(to, COPY_DATABASE, path);
	if (st)
		return st;
	return access(path, F_OK) == 0 ? ST_CONFLICT : ST_OK;
}

static enum status
count(struct work *w, const char *path)
{
	struct stat info;
	sqlite3_stmt *row;
	enum status st;

	if (stat(path, &info) == 0)
		w->out->bytes += (int64_t)info.st_size;
	st = conn_row(w->db, SQL_TOTALS, &row, "");
	if (st == ST_OK)
		w->out->boards = sqlite3_column_int64(row, 0);
	conn_done(row);
	return st;
}

enum status
store_backup(struct store *s, const char *to, struct backup *out)
{
	struct work w = { .from = s->dir, .to = to, .out = out };
	char path[DATAFILE_PATH];
	enum status st;

	memset(out, 0, sizeof(*out));
	st = check_target(to);
	if (st == ST_OK)
		st = datafile_path(to, COPY_DATABASE, path);
	if (st == ST_OK)
		st = conn_open(s->writer.path, CONN_READ, &w.db);
	if (st)
		return st;
	st = depot_each(s->dir, copy_early, &w);
	if (st == ST_OK)
		st = take_view(&w);
	if (st == ST_OK)
		st = depot_each(to, drop_unnamed, &w);
	if (st == ST_OK)
		st = copy_to_path(w.db, path);
	if (st == ST_OK)
		st = count(&w, path);
	conn_close(w.db);
	depot_end(to);
	return st;
}
