#include "store/sqlite/write.h"

#include <string.h>

/* A note's revisions may pass their limit by this before they are swept. */
#define REVISIONS_SLACK	16

/* In place of a revision. */
#define PURGED		0

/* The note as it stands; `found` false: there is none of that id. */
struct note_row {
	bool		 found;
	int64_t		 note;
	int64_t		 revision;
	int64_t		 revisions;
	struct note	 is;		/* its body belongs to the statement */
};

/* Fills `*n`; the caller gives `*row` back with conn_done. */
static enum status
read_note(struct writer *w, int64_t board, const char *id, struct note_row *n,
    sqlite3_stmt **row)
{
	enum status st;

	memset(n, 0, sizeof(*n));
	st = conn_row(w->db, SQL_NOTE, row, "it", board, id);
	if (st)
		return st == ST_NOTFOUND ? ST_OK : st;
	n->found = true;
	n->note = sqlite3_column_int64(*row, 0);
	n->revision = sqlite3_column_int64(*row, 2);
	n->revisions = sqlite3_column_int64(*row, 3);
	n->is.id = id;
	n->is.rev = sqlite3_column_int64(*row, 1);
	n->is.created_at = sqlite3_column_int64(*row, 4);
	n->is.updated_at = sqlite3_column_int64(*row, 5);
	n->is.trashed_at = sqlite3_column_int64(*row, 6);
	n->is.body = column_text(*row, 7);
	n->is.body_len = (size_t)sqlite3_column_bytes(*row, 7);
	n->is.by = "";
	return ST_OK;
}

static bool
holds(const struct note_mutation *n, const struct note_row *is)
{
	switch (n->pre) {
	case PRE_MISSING:
	case PRE_NONE:		return true;
	case PRE_ABSENT:	return !is->found;
	case PRE_EXISTS:	return is->found;
	case PRE_REV:		return is->found && is->is.rev == n->rev;
	}
	return false;
}

/* Adds the revision; a new note gets its row first. */
static enum status
write_body(struct writer *w, struct mutation *m, struct note_row *n,
    struct board_row *b)
{
	int64_t rev = b->head + 1;
	int64_t at = m->note.updated_at ? m->note.updated_at : w->now;
	enum status st;

	if (!n->found) {
		st = conn_run(w->db, SQL_NOTE_ADD, "itii", b->board,
		    m->note.id, rev,
		    m->note.created_at ? m->note.created_at : w->now);
		if (st)
			return st;
		n->note = sqlite3_last_insert_rowid(w->db->db);
	}
	st = conn_run(w->db, SQL_REVISION_ADD, "iiibi", n->note, rev,
	    m->actor, w->body.data, w->body.len, at);
	n->revision = sqlite3_last_insert_rowid(w->db->db);
	n->revisions++;
	if (st == ST_OK && n->revisions >= w->o.revisions + REVISIONS_SLACK) {
		st = conn_run(w->db, SQL_REVISION_SWEEP, "ii", n->note,
		    w->o.revisions);
		n->revisions = w->o.revisions;
	}
	if (st == ST_OK)
		st = conn_run(w->db, SQL_NOTE_SET, "iiiii", n->note, rev,
		    n->revision, n->revisions, at);
	return st;
}

static enum status
edit(struct writer *w, struct mutation *m, struct note_row *n,
    struct board_row *b)
{
	enum status st;

	if (n->found && n->is.trashed_at != 0)
		return ST_CONFLICT;
	buf_reset(&w->body);
	st = m->note.edit.fn(m->note.edit.arg, n->found ? &n->is : NULL,
	    &w->body);
	if (st == ST_OK)
		st = buf_status(&w->body);
	if (st == ST_OK)
		st = write_body(w, m, n, b);
	if (st == ST_OK)
		st = writer_log(w, b, n->note, n->revision);
	m->out.created = !n->found;
	m->out.at.seq = b->head;
	return st;
}

/* To the trash (`at` is now) or out of it (`at` is 0); again is no change. */
static enum status
trash(struct writer *w, struct mutation *m, struct note_row *n,
    struct board_row *b, int64_t at)
{
	enum status st;

	m->out.at.seq = n->is.rev;
	if (!n->found)
		return ST_NOTFOUND;
	if ((n->is.trashed_at != 0) == (at != 0))
		return ST_OK;
	st = writer_log(w, b, n->note, at ? LOG_TRASHED : n->revision);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_NOTE_TRASH, "iiii", n->note, b->head,
		    w->now, at);
	m->out.at.seq = b->head;
	return st;
}

/* Fills w->body with the revision; its row is `*revision`. */
static enum status
read_revision(struct writer *w, const struct note_row *n, int64_t rev,
    int64_t *revision)
{
	sqlite3_stmt *row;
	enum status st;

	*revision = 0;
	buf_reset(&w->body);
	st = conn_row(w->db, SQL_REVISION_BODY, &row, "ii", n->note, rev);
	if (st == ST_OK) {
		*revision = sqlite3_column_int64(row, 0);
		buf_add(&w->body, column_text(row, 1),
		    (size_t)sqlite3_column_bytes(row, 1));
		st = buf_status(&w->body);
	}
	conn_done(row);
	return st;
}

/* What an earlier revision said is said anew. */
static enum status
restore(struct writer *w, struct mutation *m, struct note_row *n,
    struct board_row *b)
{
	int64_t revision;
	enum status st;

	if (m->note.to_rev == 0 || !n->found)
		return trash(w, m, n, b, 0);
	st = read_revision(w, n, m->note.to_rev, &revision);
	if (st)
		return st;
	if (revision == n->revision)
		return trash(w, m, n, b, 0);
	st = write_body(w, m, n, b);
	if (st == ST_OK)
		st = writer_log(w, b, n->note, n->revision);
	if (st == ST_OK && n->is.trashed_at != 0)
		st = conn_run(w->db, SQL_NOTE_TRASH, "iiii", n->note, b->head,
		    w->now, INT64_C(0));
	m->out.at.seq = b->head;
	return st;
}

/* Only the row stays, as the name that the log and the keys know. */
static enum status
purge(struct writer *w, struct mutation *m, struct note_row *n,
    struct board_row *b)
{
	enum status st;

	if (!n->found)
		return ST_NOTFOUND;
	st = writer_log(w, b, n->note, LOG_TRASHED);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_NOTE_PURGE, "iii", n->note, b->head,
		    w->now);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_REVISIONS_DELETE, "i", n->note);
	if (st == ST_OK && b->indexed > 0)
		st = conn_run(w->db, SQL_SEARCH_DROP, "i", n->note);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_FILES_OF_NOTE_DELETE, "i", n->note);
	w->loose = true;
	m->out.at.seq = b->head;
	return st;
}

static enum status
act(struct writer *w, struct mutation *m, struct note_row *n,
    struct board_row *b)
{
	switch ((int)m->kind) {
	case MUT_NOTE_TRASH:
		return trash(w, m, n, b, w->now);
	case MUT_NOTE_RESTORE:
		return restore(w, m, n, b);
	case MUT_NOTE_PURGE:
		return purge(w, m, n, b);
	default:
		return edit(w, m, n, b);
	}
}

/* `*note` is its row. */
static enum status
play_fresh(struct writer *w, struct mutation *m, struct board_row *b,
    int64_t *note)
{
	sqlite3_stmt *row;
	struct note_row n;
	enum status st;

	(void)str_copy(m->out.id, sizeof(m->out.id), m->note.id);
	st = read_note(w, b->board, m->note.id, &n, &row);
	if (st == ST_OK && n.found && n.revision == PURGED)
		st = ST_GONE;
	if (st == ST_OK && !holds(&m->note, &n))
		st = ST_CONFLICT;
	if (st == ST_OK)
		st = act(w, m, &n, b);
	conn_done(row);
	*note = n.note;
	return st;
}

/* ST_NOTFOUND: the key is new; ST_OK: `m->out` is what came of it before. */
static enum status
replay(struct writer *w, struct mutation *m, const struct board_row *b)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->db, SQL_KEY, &row, "it", b->board, m->note.key);
	if (st == ST_OK) {
		if (sqlite3_column_bytes(row, 0) != 32 ||
		    memcmp(sqlite3_column_blob(row, 0), m->note.digest, 32) != 0)
			st = ST_REUSED;	/* play() forgets the rest */
		m->out.at.seq = sqlite3_column_int64(row, 1);
		m->out.created = sqlite3_column_int(row, 2) != 0;
		(void)str_copy(m->out.id, sizeof(m->out.id), column_text(row, 3));
		m->out.replayed = true;
	}
	conn_done(row);
	return st;
}

enum status
play_note(struct writer *w, struct mutation *m)
{
	struct board_row b;
	enum status st;
	int64_t note;

	st = writer_board(w, m->board, &b);
	if (st)
		return st;
	if (m->note.key == NULL)
		return play_fresh(w, m, &b, &note);
	st = replay(w, m, &b);
	if (st != ST_NOTFOUND)
		return st;
	st = play_fresh(w, m, &b, &note);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_KEY_ADD, "itdiiii", b.board,
		    m->note.key, m->note.digest, note, m->out.at.seq,
		    (int64_t)m->out.created, w->now);
	return st;
}
