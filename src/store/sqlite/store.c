#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/sqlite/copy.h"
#include "store/sqlite/datafile.h"
#include "store/sqlite/depot.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/store_priv.h"

#define DATABASE	"notes.db"

static enum status
enter(void *arg)
{
	struct store *s = arg;

	return gate_enter(&s->writer.gate);
}

static void
play(void *arg, struct job *jobs)
{
	struct store *s = arg;

	writer_run(&s->writer, jobs);
}

static void
leave(void *arg)
{
	struct store *s = arg;

	writer_checkpoint(&s->writer);
	gate_leave(&s->writer.gate);
}

/* Reads the instance, and whether the database is behind its bell. */
static enum status
read_meta(struct store *s, struct conn *c, bool *rewound)
{
	char rung[BELL_INSTANCE + 1];
	int64_t commits_rung;
	sqlite3_stmt *row;
	enum status st, heard;

	*rewound = false;
	/* the bell first: it is rung last, so it cannot be ahead by our haste */
	heard = bell_read(&s->writer.bell, rung, &commits_rung);
	st = conn_row(c, SQL_META, &row, "");
	if (st == ST_OK) {
		(void)str_copy(s->writer.instance, sizeof(s->writer.instance),
		    column_text(row, 0));
		*rewound = heard == ST_OK &&
		    (strcmp(rung, s->writer.instance) != 0 ||
		    commits_rung > sqlite3_column_int64(row, 2));
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_IO : st;
}

/* Whether the data can be used as they are, found without writing. */
static enum status
look(struct store *s, bool *ready)
{
	bool rewound = false;
	struct conn *c;
	enum status st;

	*ready = false;
	st = conn_open(s->writer.path, CONN_READ, &c);
	if (st == ST_OK)
		st = schema_check(c, ready);
	if (st == ST_OK && *ready)
		st = read_meta(s, c, &rewound);
	*ready = st == ST_OK && *ready && !rewound;
	conn_close(c);
	/* there is none, or a power cut left half of one, which only a writer
	   can take back */
	return st == ST_NOTFOUND || st == ST_READONLY ? ST_OK : st;
}

/* A copy was put back: cursors of the lost history must not be served. */
static enum status
renew_epoch(struct store *s)
{
	struct writer *w = &s->writer;
	char rung[BELL_INSTANCE + 1];
	sqlite3_stmt *row;
	int64_t commits;
	enum status st;

	(void)bell_read(&w->bell, rung, &commits);
	if (strcmp(rung, w->instance) != 0)
		commits = 0;
	st = conn_run(w->db, SQL_BEGIN_WRITE, "");
	if (st == ST_OK) {
		st = conn_row(w->db, SQL_RENEW_EPOCH, &row, "i", commits);
		if (st == ST_OK)
			commits = sqlite3_column_int64(row, 0);
		conn_done(row);
	}
	if (st == ST_OK)
		st = conn_run(w->db, SQL_COMMIT, "");
	if (st == ST_OK) {
		bell_ring(&w->bell, w->instance, commits);
		log_warn("store", "rewound", "commits=%lld epoch=new",
		    (long long)commits);
	} else if (!sqlite3_get_autocommit(w->db->db))
		(void)conn_run(w->db, SQL_ROLLBACK, "");
	return st;
}

/*
 * What an older program wrote is copied before it is changed, to
 * notes.db.before-N, N the schema that comes: that program can go back to it.
 */
static enum status
migrate(struct writer *w)
{
	int newest = schema_steps[schema_steps_n - 1].version, version;
	char path[DATAFILE_PATH];
	enum status st;

	st = schema_version(w->db, &version);
	if (st == ST_OK && version > 0) {
		if (snprintf(path, sizeof(path), "%s.before-%d", w->path,
		    newest) >= (int)sizeof(path))
			return ST_TOOBIG;
		st = datafile_low(w->o.dir, w->o.disk_floor) ? ST_FULL :
		    copy_to_path(w->db, path);
		if (st == ST_OK)
			log_info("store", "copied", "schema=%d file=\"%s\"",
			    version, path);
		else
			log_error("store", "copied", "schema=%d status=%s",
			    version, status_name(st));
	}
	return st ? st : schema_migrate(w->db, schema_steps, schema_steps_n);
}

/* Brings the data up to date, under the gate, where everything is looked at again. */
static enum status
prepare(struct store *s)
{
	struct writer *w = &s->writer;
	bool current, rewound = false;
	enum status st;

	st = gate_enter(&w->gate);
	if (st)
		return st;
	st = writer_ready(w);
	if (st == ST_OK)
		st = schema_check(w->db, &current);
	if (st == ST_OK && !current)
		st = migrate(w);
	if (st == ST_OK)
		st = read_meta(s, w->db, &rewound);
	if (st == ST_OK && rewound)
		st = renew_epoch(s);
	writer_checkpoint(w);
	gate_leave(&w->gate);
	return st;
}

/* What only those need that may write. */
static enum status
open_writer(struct store *s)
{
	struct group_work work = { .enter = enter, .run = play, .leave = leave,
	    .arg = s };
	struct writer *w = &s->writer;
	enum status st;

	if (w->o.only_read)
		return access(s->dir, F_OK) == -1 ? ST_NOTFOUND :
		    datafile_dir(s->dir);
	st = datafile_dir(s->dir);
	if (st == ST_OK)
		st = gate_open(s->dir, &w->gate);
	if (st == ST_OK)
		st = bell_open(s->dir, &w->bell);
	if (st == ST_OK)
		st = group_new(&work, &s->group);
	return st;
}

static enum status
open_files(struct store *s)
{
	struct writer *w = &s->writer;
	char bell[DATAFILE_PATH];
	enum status st;

	st = open_writer(s);
	if (st == ST_OK)
		st = datafile_path(s->dir, DATABASE, w->path);
	if (st == ST_OK)
		st = datafile_path(s->dir, "bell", bell);
	if (st == ST_OK)
		st = pool_new(w->path, (size_t)w->o.readers, &s->pool);
	if (st == ST_OK)
		st = watcher_new(w->path, bell, &s->watcher);
	return st;
}

enum status
store_open(const struct store_options *o, struct store **out)
{
	struct store *s;
	bool ready;
	enum status st;

	*out = NULL;
	/* nobody asks for the figures, and they cost a lock an allocation */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ST_NOMEM;
	s->writer.o = *o;
	s->writer.o.dir = s->dir;
	s->writer.gate.fd = s->writer.bell.fd = -1;
	buf_init(&s->writer.body, BODY_MAX);
	st = str_copy(s->dir, sizeof(s->dir), o->dir);
	if (st == ST_OK)
		st = open_files(s);
	if (st == ST_OK)
		st = look(s, &ready);
	if (st == ST_OK && !ready)
		st = o->only_read ? ST_NOTFOUND : prepare(s);
	if (st == ST_OK && !o->only_read)
		depot_tidy(s->dir, clock_wall_ms());
	if (st) {
		store_close(s);
		return st;
	}
	*out = s;
	return ST_OK;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	watcher_free(s->watcher);
	group_free(s->group);
	pool_free(s->pool);
	conn_close(s->writer.db);
	bell_close(&s->writer.bell);
	gate_close(&s->writer.gate);
	buf_fini(&s->writer.body);
	free(s);
}

enum status
store_apply(struct store *s, struct mutation *m, size_t n)
{
	return s->group == NULL ? ST_READONLY :
	    group_submit(s->group, m, n);
}

enum status
store_apply_one(struct store *s, struct mutation *m)
{
	enum status st = store_apply(s, m, 1);

	return st ? st : m->out.st;
}

enum status
store_watch(struct store *s, const char *board, int eventfd, struct watch **out)
{
	return watcher_add(s->watcher, board, eventfd, out);
}

void
store_unwatch(struct store *s, struct watch *one)
{
	if (one != NULL)
		watcher_remove(s->watcher, one);
}

unsigned
store_watch_why(struct watch *one)
{
	return watcher_why(one);
}

enum status
begin_read(struct store *s, struct conn **c)
{
	enum status st;

	st = pool_take(s->pool, c);
	if (st)
		return st;
	st = conn_run(*c, SQL_BEGIN_READ, "");
	if (st) {
		pool_give(s->pool, *c);
		*c = NULL;
	}
	return st;
}

void
end_read(struct store *s, struct conn *c)
{
	(void)conn_run(c, SQL_COMMIT, "");	/* it only read */
	pool_give(s->pool, c);
}
