#include "store/sqlite/write.h"

#define HOUR_MS		INT64_C(3600000)

/* Whether the source may make one more board now. */
static enum status
check_rate(struct writer *w, const struct board_mutation *f)
{
	sqlite3_stmt *row;
	enum status st;

	if (f->source == NULL || f->per_hour == 0)
		return ST_OK;
	st = conn_run(w->db, SQL_CREATION_SWEEP, "i", w->now - HOUR_MS);
	if (st)
		return st;
	st = conn_row(w->db, SQL_CREATION_OLDEST, &row, "di", f->source,
	    f->per_hour);
	conn_done(row);
	if (st != ST_NOTFOUND)
		return st ? st : ST_LIMIT;
	return conn_run(w->db, SQL_CREATION_ADD, "di", f->source, w->now);
}

/* ST_CONFLICT: its id or its token stands already. */
static enum status
add_link(struct writer *w, int64_t board, const struct new_link *l)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->db, SQL_LINK_ADD, &row, "itditii", board, l->id,
	    l->digest, (int64_t)l->role, l->label, w->now, l->expires_at);
	conn_done(row);
	return st == ST_NOTFOUND ? ST_CONFLICT : st;
}

enum status
play_board_create(struct writer *w, struct mutation *m)
{
	const struct board_mutation *f = &m->fields;
	int64_t board = 0;
	sqlite3_stmt *row;
	enum status st;
	size_t i;

	st = check_rate(w, f);
	if (st)
		return st;
	st = conn_row(w->db, SQL_BOARD_ADD, &row, "ttti", m->board,
	    f->title ? f->title : "", f->settings ? f->settings : "{}", w->now);
	if (st == ST_OK)
		board = sqlite3_column_int64(row, 0);
	conn_done(row);
	if (st)
		return st == ST_NOTFOUND ? ST_CONFLICT : st;
	for (i = 0; i < f->links_n && st == ST_OK; i++)
		st = add_link(w, board, &f->links[i]);
	m->out.created = true;
	return st;
}

enum status
play_board_update(struct writer *w, struct mutation *m)
{
	struct board_row b;
	enum status st;

	st = writer_board(w, m->board, &b);
	if (st == ST_OK)
		st = writer_log(w, &b, LOG_BOARD, 0);
	if (st == ST_OK)
		st = conn_run(w->db, SQL_BOARD_SET, "itti", b.board,
		    m->fields.title, m->fields.settings, b.head);
	m->out.at.seq = b.head;
	return st;
}

enum status
play_board_delete(struct writer *w, struct mutation *m)
{
	struct board_row b;
	enum status st;

	st = writer_board(w, m->board, &b);
	if (st)
		return st;
	st = conn_run(w->db, SQL_FORMER_ADD, "t", m->board);
	if (st == ST_OK && b.indexed > 0)
		st = conn_run(w->db, SQL_SEARCH_DROP_BOARD, "i", b.board);
	if (st)
		return st;
	w->loose = true;
	return conn_run(w->db, SQL_BOARD_DELETE, "i", b.board);
}

enum status
play_link_add(struct writer *w, struct mutation *m)
{
	struct board_row b;
	enum status st;

	st = writer_board(w, m->board, &b);
	if (st == ST_OK)
		st = add_link(w, b.board, &m->link);
	if (st == ST_OK)
		st = writer_log(w, &b, LOG_LINKS, 0);
	m->out.at.seq = b.head;
	return st;
}

enum status
play_link_revoke(struct writer *w, struct mutation *m)
{
	struct board_row b;
	sqlite3_stmt *row;
	enum status st;

	st = writer_board(w, m->board, &b);
	if (st)
		return st;
	st = conn_row(w->db, SQL_LINK_REVOKE, &row, "iti", b.board, m->link.id,
	    w->now);
	conn_done(row);
	if (st == ST_OK)
		st = writer_log(w, &b, LOG_LINKS, 0);
	m->out.at.seq = b.head;
	return st;
}
