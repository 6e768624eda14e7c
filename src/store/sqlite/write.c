#include "store/sqlite/write.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/sqlite/datafile.h"

/* The -wal is copied back past the first, and pushed back past the second. */
#define CHECKPOINT_PAGES	1000
#define RESTART_PAGES		8000
/* How long that push may wait for readers, with the gate shut. */
#define RESTART_MS		100
/* Every so many changes of a board its past is swept, its keys more rarely. */
#define SWEEP_EVERY		256
#define SWEEP_KEYS_EVERY	4096

typedef enum status play_fn(struct writer *w, struct mutation *m);

static play_fn *const plays[] = {
	[MUT_BOARD_CREATE] = play_board_create,
	[MUT_BOARD_UPDATE] = play_board_update,
	[MUT_BOARD_DELETE] = play_board_delete,
	[MUT_BOARD_INDEX] = play_board_index,
	[MUT_NOTE_EDIT] = play_note,
	[MUT_NOTE_TRASH] = play_note,
	[MUT_NOTE_RESTORE] = play_note,
	[MUT_NOTE_PURGE] = play_note,
	[MUT_LINK_ADD] = play_link_add,
	[MUT_LINK_REVOKE] = play_link_revoke,
	[MUT_SESSION_JOIN] = play_session_join,
	[MUT_SESSION_END] = play_session_end,
	[MUT_TICKET_ADD] = play_ticket_add,
	[MUT_TICKET_USE] = play_ticket_use,
	[MUT_FILE_ADD] = play_file_add,
	[MUT_FILE_DELETE] = play_file_delete,
};

enum status
writer_ready(struct writer *w)
{
	if (w->db != NULL)
		return ST_OK;
	w->loose = true;	/* a process may have died before it looked */
	return conn_open(w->path, CONN_WRITE, &w->db);
}

/* What takes data away may use the space that is kept free. */
static bool
frees(enum mutation_kind kind)
{
	return kind == MUT_BOARD_DELETE || kind == MUT_NOTE_PURGE ||
	    kind == MUT_LINK_REVOKE || kind == MUT_SESSION_END ||
	    kind == MUT_TICKET_USE || kind == MUT_FILE_DELETE;
}

/* Failures of the system end the whole transaction, not one mutation. */
static bool
is_fatal(enum status st)
{
	return st == ST_FULL || st == ST_IO || st == ST_READONLY ||
	    st == ST_BUSY || st == ST_NEWER;
}

static bool
only_frees(const struct job *j)
{
	size_t i;

	for (i = 0; i < j->n; i++)
		if (!frees(j->mutations[i].kind))
			return false;
	return true;
}

/* Refuses the jobs that there is no space for; whether any is left. */
static bool
admit(struct writer *w, struct job *jobs)
{
	bool low = datafile_low(w->o.dir, w->o.disk_floor);
	bool any = false, refused = false;

	for (; jobs != NULL; jobs = jobs->next) {
		jobs->st = low && !only_frees(jobs) ? ST_FULL : ST_OK;
		refused = refused || jobs->st != ST_OK;
		any = any || jobs->st == ST_OK;
	}
	if (refused)
		log_error("store", "write", "status=%s", status_name(ST_FULL));
	return any;
}

/*
 * A note's mutation checks all before its first change, so a savepoint around
 * it would only cost, a quarter of its instructions.  The others may change
 * something before they find that they cannot stand.
 */
static bool
needs_savepoint(enum mutation_kind kind)
{
	return kind != MUT_NOTE_EDIT && kind != MUT_NOTE_TRASH &&
	    kind != MUT_NOTE_RESTORE && kind != MUT_NOTE_PURGE;
}

/* ST_OK once the mutation stands or left no trace; else the group must end. */
static enum status
play(struct writer *w, struct mutation *m)
{
	bool guarded = needs_savepoint(m->kind);
	int before = sqlite3_total_changes(w->db->db);
	enum status st = ST_OK;

	memset(&m->out, 0, sizeof(m->out));
	if (guarded)
		st = conn_run(w->db, SQL_SAVE, "");
	if (st)
		return st;
	m->out.st = plays[m->kind](w, m);
	if (is_fatal(m->out.st))
		return m->out.st;
	if (m->out.st) {
		m->out.at.seq = 0;
		m->out.created = m->out.replayed = false;
		if (guarded)
			st = conn_run(w->db, SQL_UNDO, "");
		else if (sqlite3_total_changes(w->db->db) != before)
			return m->out.st == ST_NOMEM ? ST_NOMEM : ST_IO;
	}
	if (guarded && st == ST_OK)
		st = conn_run(w->db, SQL_KEEP, "");
	return st;
}

/* Plays those that were admitted; the first fatal failure, or ST_OK. */
static enum status
play_all(struct writer *w, struct job *jobs)
{
	enum status st;
	struct job *j;
	size_t i;

	for (j = jobs; j != NULL; j = j->next)
		for (i = 0; j->st == ST_OK && i < j->n; i++) {
			st = play(w, &j->mutations[i]);
			if (st)
				return st;
		}
	return ST_OK;
}

/* Commits, rings, and tells every mutation its epoch. */
static enum status
commit(struct writer *w, struct job *jobs)
{
	char epoch[EPOCH_SIZE] = "";
	int64_t commits = 0;
	sqlite3_stmt *row;
	enum status st;
	struct job *j;
	size_t i;

	st = conn_row(w->db, SQL_META, &row, "");
	if (st == ST_OK) {
		(void)str_copy(epoch, sizeof(epoch), column_text(row, 1));
		commits = sqlite3_column_int64(row, 2) + 1;
	}
	conn_done(row);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_COUNT_COMMIT, "");
	if (st == ST_OK)
		st = conn_run(w->db, SQL_COMMIT, "");
	if (st)
		return st;
	bell_ring(&w->bell, w->instance, commits);
	for (j = jobs; j != NULL; j = j->next)
		for (i = 0; i < j->n; i++)
			memcpy(j->mutations[i].out.at.epoch, epoch, EPOCH_SIZE);
	return ST_OK;
}

void
writer_run(struct writer *w, struct job *jobs)
{
	enum status st;
	struct job *j;

	w->now = clock_wall_ms();
	if (!admit(w, jobs))
		return;
	st = writer_ready(w);
	for (j = jobs; st == ST_OK && j != NULL; j = j->next)
		if (j->st == ST_OK)
			j->st = writer_keep_files(w, j);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_BEGIN_WRITE, "");
	if (st == ST_OK)
		st = play_all(w, jobs);
	if (st == ST_OK)
		st = commit(w, jobs);
	if (st && w->db != NULL && !sqlite3_get_autocommit(w->db->db))
		(void)conn_run(w->db, SQL_ROLLBACK, "");
	for (j = jobs; j != NULL; j = j->next) {
		if (j->st == ST_OK)
			j->st = st;
		writer_drop_files(w, j);
	}
	if (st == ST_OK && w->loose)
		writer_free_loose(w);
	if (st)
		log_error("store", "write", "status=%s", status_name(st));
}

void
writer_checkpoint(struct writer *w)
{
	int rc, mode;

	if (w->db == NULL || w->db->wal_pages < CHECKPOINT_PAGES)
		return;
	mode = w->db->wal_pages < RESTART_PAGES ?
	    SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART;
	(void)sqlite3_busy_timeout(w->db->db, RESTART_MS);
	rc = sqlite3_wal_checkpoint_v2(w->db->db, NULL, mode, NULL, NULL);
	(void)sqlite3_busy_timeout(w->db->db, CONN_BUSY_MS);
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
		(void)conn_status(w->db, rc);
	w->db->wal_pages = 0;		/* the next commit counts anew */
}

enum status
writer_board(struct writer *w, const char *id, struct board_row *b)
{
	sqlite3_stmt *row;
	enum status st;

	memset(b, 0, sizeof(*b));
	st = conn_row(w->db, SQL_BOARD, &row, "t", id);
	if (st == ST_OK) {
		b->board = sqlite3_column_int64(row, 0);
		b->head = sqlite3_column_int64(row, 1);
		b->floor = sqlite3_column_int64(row, 2);
		b->indexed = sqlite3_column_int64(row, 3);
	}
	conn_done(row);
	return st;
}

/* The newest change that is too old to keep. */
static enum status
find_floor(struct writer *w, const struct board_row *b, int64_t *floor)
{
	sqlite3_stmt *row;
	enum status st;

	*floor = b->head - w->o.log_rows;
	st = conn_row(w->db, SQL_LOG_SINCE, &row, "ii", b->board,
	    w->now - w->o.log_age_ms);
	if (st == ST_OK && sqlite3_column_int64(row, 0) - 1 > *floor)
		*floor = sqlite3_column_int64(row, 0) - 1;
	conn_done(row);
	return st;
}

static enum status
sweep(struct writer *w, struct board_row *b)
{
	enum status st;
	int64_t floor;

	st = find_floor(w, b, &floor);
	if (st == ST_OK && floor > b->floor) {
		b->floor = floor;
		st = conn_run(w->db, SQL_LOG_SWEEP, "ii", b->board, floor);
		if (st == ST_OK)
			st = conn_run(w->db, SQL_BOARD_FLOOR, "ii", b->board,
			    floor);
	}
	if (st == ST_OK && b->head % SWEEP_KEYS_EVERY == 0)
		st = conn_run(w->db, SQL_KEY_SWEEP, "ii", b->board,
		    w->now - w->o.key_age_ms);
	return st;
}

enum status
writer_log(struct writer *w, struct board_row *b, int64_t note,
    int64_t revision)
{
	enum status st;

	b->head++;
	st = conn_run(w->db, SQL_LOG_ADD, "iiiii", b->board, b->head, note,
	    revision, w->now);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_BOARD_HEAD, "ii", b->board, b->head);
	if (st == ST_OK && b->head % SWEEP_EVERY == 0)
		st = sweep(w, b);
	return st;
}
