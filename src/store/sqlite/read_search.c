#include "store/store.h"

#include <string.h>

#include "store/sqlite/datafile.h"
#include "store/sqlite/search.h"
#include "store/sqlite/store_priv.h"

/* Fewer changes than this are looked at sooner than indexed. */
#define STALE_CHANGES	64

struct hit {
	int64_t	note;
	int64_t	rev;
};

/* A search under way, and the newest of its hits so far, newest first. */
struct look {
	struct conn			*c;
	const struct search_query	*q;
	int64_t				 board;
	int64_t				 indexed;
	int64_t				 floor;
	int64_t				 head;
	struct buf			 text;
	size_t				 n;
	size_t				 most;	/* one more than are shown */
	struct hit			 hits[SEARCH_LIMIT_MAX + 1];
};

static void
keep(struct look *l, int64_t note, int64_t rev)
{
	size_t at = l->n;

	if (l->n == l->most && l->hits[l->n - 1].rev > rev)
		return;
	if (l->n == l->most)
		at--;
	else
		l->n++;
	for (; at > 0 && l->hits[at - 1].rev < rev; at--)
		l->hits[at] = l->hits[at - 1];
	l->hits[at] = (struct hit){ .note = note, .rev = rev };
}

static enum status
read_board(struct look *l)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(l->c, SQL_BOARD, &row, "t", l->q->board);
	if (st == ST_OK) {
		l->board = sqlite3_column_int64(row, 0);
		l->head = sqlite3_column_int64(row, 1);
		l->floor = sqlite3_column_int64(row, 2);
		l->indexed = sqlite3_column_int64(row, 3);
	}
	conn_done(row);
	return st;
}

/* What the index knows. */
static enum status
look_in_index(struct look *l)
{
	const struct search_query *q = l->q;
	sqlite3_stmt *row;
	enum status st;

	search_match(&l->text, l->board, q->terms, q->terms_n);
	st = buf_status(&l->text);
	if (st)
		return st;
	st = conn_row(l->c, SQL_SEARCH, &row, "tii", l->text.data, l->board,
	    l->indexed);
	while (st == ST_OK) {
		if (search_holds(column_text(row, 2), q->terms, q->terms_n))
			keep(l, sqlite3_column_int64(row, 0),
			    sqlite3_column_int64(row, 1));
		st = conn_next(l->c, row);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status
look_at_note(struct look *l, int64_t note)
{
	const struct search_query *q = l->q;
	sqlite3_stmt *row;
	struct note n;
	enum status st;

	st = conn_row(l->c, SQL_NOTE_BY_ROW, &row, "i", note);
	if (st == ST_OK) {
		read_fill_note(row, &n);
		if (n.trashed_at == 0)
			st = search_read(q->text, &n, &l->text);
		if (st == ST_OK && n.trashed_at == 0 &&
		    search_holds(l->text.data, q->terms, q->terms_n))
			keep(l, note, n.rev);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;	/* it was purged */
}

/* What changed since, one by one. */
static enum status
look_at_changed(struct look *l)
{
	sqlite3_stmt *rows;
	enum status st;

	st = conn_row(l->c, search_unindexed(l->indexed, l->floor), &rows,
	    "iii", l->board, l->indexed, INT64_C(-1));
	while (st == ST_OK) {
		st = look_at_note(l, sqlite3_column_int64(rows, 0));
		if (st == ST_OK)
			st = conn_next(l->c, rows);
	}
	conn_done(rows);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status
show(struct look *l, size_t n, store_note_fn *fn, void *arg)
{
	sqlite3_stmt *row;
	struct note note;
	bool on = true;
	enum status st = ST_OK;
	size_t i;

	for (i = 0; i < n && on && st == ST_OK; i++) {
		st = conn_row(l->c, SQL_NOTE_BY_ROW, &row, "i",
		    l->hits[i].note);
		if (st == ST_OK) {
			read_fill_note(row, &note);
			on = fn(arg, &note);
		}
		conn_done(row);
	}
	return st;
}

enum status
store_search(struct store *s, const struct search_query *q,
    struct search *out, store_note_fn *fn, void *arg)
{
	struct look l = { .q = q, .most = (size_t)q->limit + 1 };
	enum status st;

	memset(out, 0, sizeof(*out));
	st = begin_read(s, &l.c);
	if (st)
		return st;
	buf_init(&l.text, BODY_MAX);
	st = read_board(&l);
	if (st == ST_OK && l.indexed > 0)
		st = look_in_index(&l);
	if (st == ST_OK)
		st = look_at_changed(&l);
	if (st == ST_OK)
		st = show(&l, l.n < l.most ? l.n : l.most - 1, fn, arg);
	end_read(s, l.c);
	buf_fini(&l.text);
	if (st == ST_OK) {
		out->more = l.n == l.most;
		out->stale = l.head - l.indexed >= STALE_CHANGES &&
		    datafile_writable(s->writer.path) &&
		    !datafile_low(s->dir, s->writer.o.disk_floor);
	}
	return st;
}
