#include "store/store.h"

#include "store/sqlite/store_priv.h"

/* Shows the notes of which the statement names the rows. */
static enum status
show_rows(struct conn *c, sqlite3_stmt *rows, store_note_fn *fn, void *arg)
{
	sqlite3_stmt *row;
	struct note n;
	enum status st;
	bool on = true;

	do {
		st = conn_row(c, SQL_NOTE_BY_ROW, &row, "i",
		    sqlite3_column_int64(rows, 0));
		if (st == ST_OK) {
			read_fill_note(row, &n);
			on = fn(arg, &n);
		}
		conn_done(row);
		if (st == ST_OK)
			st = conn_next(c, rows);
	} while (st == ST_OK && on);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status
store_trash(struct store *s, const char *board, store_board_fn *board_fn,
    store_note_fn *note_fn, void *arg)
{
	sqlite3_stmt *rows;
	struct conn *c;
	enum status st;
	int64_t number;

	st = begin_read(s, &c);
	if (st)
		return st;
	st = read_show_board(c, board, board_fn, arg, &number);
	if (st)
		goto done;
	st = conn_row(c, SQL_NOTES_IN_TRASH, &rows, "i", number);
	if (st == ST_OK)
		st = show_rows(c, rows, note_fn, arg);
	else if (st == ST_NOTFOUND)
		st = ST_OK;
	conn_done(rows);
done:
	end_read(s, c);
	return st;
}

static enum status
show_revisions(struct conn *c, const struct history_query *q,
    store_revision_fn *fn, void *arg)
{
	struct revision r;
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(c, SQL_HISTORY, &row, "ttii", q->board, q->id,
	    q->before, q->limit);
	while (st == ST_OK) {
		r.rev = sqlite3_column_int64(row, 0);
		r.at = sqlite3_column_int64(row, 1);
		r.by = column_text(row, 2);
		r.body = column_text(row, 3);
		r.body_len = (size_t)sqlite3_column_bytes(row, 3);
		if (!fn(arg, &r))
			break;
		st = conn_next(c, row);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status
store_history(struct store *s, const struct history_query *q,
    store_revision_fn *fn, void *arg)
{
	sqlite3_stmt *row;
	struct conn *c;
	enum status st;

	st = begin_read(s, &c);
	if (st)
		return st;
	/* a purged note has no body now, and so is not found */
	st = conn_row(c, SQL_NOTE_VIEW, &row, "tt", q->board, q->id);
	conn_done(row);
	if (st == ST_OK)
		st = show_revisions(c, q, fn, arg);
	end_read(s, c);
	return st;
}
