#include <string.h>

#include "base/log.h"
#include "store/sqlite/depot.h"
#include "store/sqlite/upload.h"
#include "store/sqlite/write.h"

/* Contents looked at after one commit; the rest waits for the next. */
#define LOOSE_MAX	256

/* A file that is there; `note` is its note's row. */
struct file_row {
	int64_t	file;
	int64_t	note;
	int64_t	rev;		/* of the note */
	bool	same;		/* in all that a client says of it */
};

/* `wanted` may have an id only.  ST_NOTFOUND. */
static enum status
find(struct writer *w, const struct board_row *b,
    const struct file_mutation *wanted, struct file_row *f)
{
	sqlite3_stmt *row;
	enum status st;

	memset(f, 0, sizeof(*f));
	st = conn_row(w->db, SQL_FILE, &row, "it", b->board, wanted->id);
	if (st == ST_OK) {
		f->file = sqlite3_column_int64(row, 0);
		f->note = sqlite3_column_int64(row, 1);
		f->rev = sqlite3_column_int64(row, 5);
		f->same = wanted->digest != NULL &&
		    strcmp(column_text(row, 2), wanted->note) == 0 &&
		    strcmp(column_text(row, 3), wanted->name) == 0 &&
		    sqlite3_column_bytes(row, 4) == 32 &&
		    memcmp(sqlite3_column_blob(row, 4), wanted->digest, 32) == 0;
	}
	conn_done(row);
	return st;
}

/*
 * The note's files have changed: its list, its rev and the log say so.  `at` is
 * when, or 0 where the note's times are not to tell it.
 */
static enum status
announce(struct writer *w, struct board_row *b, int64_t note, int64_t at,
    struct mutation *m)
{
	int64_t revision = 0;
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->db, SQL_FILE_NOTE, &row, "i", note);
	if (st == ST_OK)
		revision = sqlite3_column_int64(row, 1) != 0 ? LOG_TRASHED :
		    sqlite3_column_int64(row, 0);
	conn_done(row);
	if (st == ST_OK)
		st = writer_log(w, b, note, revision);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_FILE_LIST, "iii", note, b->head, at);
	m->out.at.seq = b->head;
	return st;
}

static enum status
add(struct writer *w, struct board_row *b, int64_t note, struct mutation *m)
{
	const struct file_mutation *f = &m->file;
	const struct upload *u = f->upload;
	enum status st;

	st = conn_run(w->db, SQL_FILE_ADD, "iitttidiix", b->board, note, f->id,
	    f->name, f->type, u->size, f->digest, m->actor,
	    f->created_at ? f->created_at : w->now,
	    u->fd == -1 ? u->bytes.data : NULL, u->bytes.len);
	if (st == ST_OK)
		st = announce(w, b, note, f->created_at ? 0 : w->now, m);
	m->out.created = true;
	return st;
}

enum status
play_file_add(struct writer *w, struct mutation *m)
{
	const struct upload_wish wish = { .board = m->board,
	    .note = m->file.note, .id = m->file.id,
	    .size = m->file.upload->size };
	struct file_room room;
	struct file_row f;
	struct board_row b;
	enum status st;

	st = writer_board(w, m->board, &b);
	if (st == ST_OK)
		st = upload_check(w->db, &w->o, &wish, &room);
	if (st)
		return st;
	if (!room.known)
		return add(w, &b, room.note, m);
	st = find(w, &b, &m->file, &f);
	if (st == ST_OK && !f.same)
		st = ST_CONFLICT;
	m->out.at.seq = f.rev;
	m->out.replayed = true;
	return st;
}

enum status
play_file_delete(struct writer *w, struct mutation *m)
{
	const struct file_mutation wanted = { .id = m->file.id };
	struct board_row b;
	struct file_row f;
	enum status st;

	st = writer_board(w, m->board, &b);
	if (st == ST_OK)
		st = find(w, &b, &wanted, &f);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_FILE_DELETE, "i", f.file);
	if (st == ST_OK)
		st = announce(w, &b, f.note, w->now, m);
	w->loose = true;
	return st;
}

enum status
writer_keep_files(struct writer *w, struct job *j)
{
	struct upload *u;
	enum status st;
	size_t i;

	for (i = 0; i < j->n; i++) {
		if (j->mutations[i].kind != MUT_FILE_ADD)
			continue;
		u = j->mutations[i].file.upload;
		if (u->fd == -1 || u->kept)
			continue;
		st = depot_keep(w->o.dir, u->path, j->mutations[i].file.digest);
		if (st)
			return st;
		u->kept = true;
	}
	return ST_OK;
}

/* Whether no row names the content; false also when that cannot be told. */
static bool
is_unnamed(struct writer *w, const unsigned char *digest)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->db, SQL_FILE_NAMED, &row, "d", digest);
	conn_done(row);
	return st == ST_NOTFOUND;
}

void
writer_drop_files(struct writer *w, const struct job *j)
{
	const struct mutation *m;
	size_t i;

	for (i = 0; i < j->n; i++) {
		m = &j->mutations[i];
		if (m->kind == MUT_FILE_ADD && m->file.upload->kept &&
		    (j->st || m->out.st) && is_unnamed(w, m->file.digest))
			(void)depot_drop(w->o.dir, m->file.digest);
	}
}

/* The next loose contents; `named` where another row has come to name it. */
static enum status
read_loose(struct writer *w, unsigned char digests[LOOSE_MAX][32],
    bool named[LOOSE_MAX], size_t *n)
{
	sqlite3_stmt *row;
	enum status st;

	*n = 0;
	st = conn_row(w->db, SQL_LOOSE, &row, "i", (int64_t)LOOSE_MAX);
	for (; st == ST_OK; st = conn_next(w->db, row), ++*n) {
		memset(digests[*n], 0, 32);
		if (sqlite3_column_bytes(row, 0) == 32)
			memcpy(digests[*n], sqlite3_column_blob(row, 0), 32);
		named[*n] = sqlite3_column_int(row, 1) != 0;
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

void
writer_free_loose(struct writer *w)
{
	unsigned char digests[LOOSE_MAX][32];
	bool named[LOOSE_MAX];
	enum status st;
	size_t i, n;

	st = read_loose(w, digests, named, &n);
	if (st == ST_OK && n > 0)
		st = conn_run(w->db, SQL_BEGIN_WRITE, "");
	for (i = 0; i < n && st == ST_OK; i++) {
		if (!named[i])
			st = depot_drop(w->o.dir, digests[i]);
		if (st == ST_OK)
			st = conn_run(w->db, SQL_LOOSE_DELETE, "d", digests[i]);
	}
	if (st == ST_OK && n > 0)
		st = conn_run(w->db, SQL_COMMIT, "");
	if (!sqlite3_get_autocommit(w->db->db))
		(void)conn_run(w->db, SQL_ROLLBACK, "");
	w->loose = st != ST_OK || n == LOOSE_MAX;
	if (st)
		log_error("store", "free", "status=%s", status_name(st));
}
