#include "store/sqlite/store_priv.h"

#include "store/sqlite/search.h"
#include "store/sqlite/write.h"

/* Notes of one mutation, and bytes of text after which it ends. */
#define NOTES_MAX	INT64_C(256)
#define TEXT_MAX	((size_t)256 << 10)

/* Takes the note as it is now into the index, or out of it. */
static enum status
index_note(struct writer *w, const struct mutation *m, int64_t note,
    const char *token, size_t *bytes)
{
	sqlite3_stmt *row;
	struct note n;
	enum status st;

	st = conn_row(w->db, SQL_NOTE_BY_ROW, &row, "i", note);
	if (st == ST_OK) {
		read_fill_note(row, &n);
		st = n.trashed_at != 0 ? ST_NOTFOUND :
		    search_read(m->text, &n, &w->body);
	}
	conn_done(row);
	if (st == ST_NOTFOUND)
		return conn_run(w->db, SQL_SEARCH_DROP, "i", note);
	if (st)
		return st;
	*bytes += w->body.len;
	return conn_run(w->db, SQL_SEARCH_SET, "itb", note, token,
	    w->body.data, w->body.len);
}

enum status
play_board_index(struct writer *w, struct mutation *m)
{
	char token[SEARCH_TOKEN];
	struct board_row b;
	sqlite3_stmt *rows;
	int64_t indexed, seen = 0;
	size_t bytes = 0;
	enum status st;

	st = writer_board(w, m->board, &b);
	if (st)
		return st;
	search_token(b.board, token);
	indexed = b.head;
	st = conn_row(w->db, search_unindexed(b.indexed, b.floor), &rows,
	    "iii", b.board, b.indexed, NOTES_MAX + 1);
	while (st == ST_OK) {
		st = index_note(w, m, sqlite3_column_int64(rows, 0), token,
		    &bytes);
		if (st)
			break;
		seen++;
		indexed = sqlite3_column_int64(rows, 1);
		m->out.more = seen == NOTES_MAX || bytes >= TEXT_MAX;
		if (m->out.more)
			break;
		st = conn_next(w->db, rows);
	}
	conn_done(rows);
	if (st == ST_NOTFOUND)
		st = ST_OK;
	if (st == ST_OK)
		st = conn_run(w->db, SQL_INDEXED, "ii", b.board,
		    m->out.more ? indexed : b.head);
	return st;
}
