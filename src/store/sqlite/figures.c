#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/store_priv.h"
#include "store/upkeep.h"

static int64_t
size_of(const char *path, const char *suffix)
{
	char whole[4096 + 8];
	struct stat info;

	(void)snprintf(whole, sizeof(whole), "%s%s", path, suffix);
	return stat(whole, &info) == 0 ? (int64_t)info.st_size : 0;
}

static enum status
read_names(struct conn *c, struct figures *out)
{
	sqlite3_stmt *row;
	enum status st;
	int version;

	st = conn_row(c, SQL_META, &row, "");
	if (st == ST_OK) {
		(void)str_copy(out->instance, sizeof(out->instance),
		    column_text(row, 0));
		(void)str_copy(out->epoch, sizeof(out->epoch),
		    column_text(row, 1));
		out->commits = sqlite3_column_int64(row, 2);
	}
	conn_done(row);
	if (st == ST_OK)
		st = schema_version(c, &version);
	if (st == ST_OK)
		out->schema = version;
	return st;
}

enum status
store_figures(struct store *s, struct figures *out)
{
	int64_t *const counts[] = { &out->boards, &out->notes, &out->trashed,
	    &out->revisions, &out->changes, &out->links, &out->sessions,
	    &out->files, &out->file_bytes };
	sqlite3_stmt *row;
	struct conn *c;
	enum status st;
	int i;

	memset(out, 0, sizeof(*out));
	st = begin_read(s, &c);
	if (st)
		return st;
	st = read_names(c, out);
	if (st == ST_OK) {
		st = conn_row(c, SQL_FIGURES, &row, "i", clock_wall_ms());
		for (i = 0; st == ST_OK && i < 9; i++)
			*counts[i] = sqlite3_column_int64(row, i);
		conn_done(row);
	}
	end_read(s, c);
	out->database_bytes = size_of(s->writer.path, "");
	out->wal_bytes = size_of(s->writer.path, "-wal");
	return st;
}
