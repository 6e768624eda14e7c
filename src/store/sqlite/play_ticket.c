#include "store/sqlite/write.h"

enum status
play_ticket_add(struct writer *w, struct mutation *m)
{
	const struct ticket_mutation *t = &m->ticket;
	sqlite3_stmt *row;
	enum status st;

	st = conn_run(w->db, SQL_TICKET_SWEEP, "i", w->now);
	if (st)
		return st;
	st = conn_row(w->db, SQL_TICKET_FULL, &row, "ii", t->link, t->max);
	conn_done(row);
	if (st != ST_NOTFOUND)
		return st ? st : ST_LIMIT;
	/* the link may have been revoked since it was looked up */
	st = conn_row(w->db, SQL_TICKET_ADD, &row, "diii", t->digest, t->link,
	    t->expires_at, w->now);
	conn_done(row);
	return st;
}

enum status
play_ticket_use(struct writer *w, struct mutation *m)
{
	sqlite3_stmt *row;
	enum status st;

	m->out.link = 0;
	st = conn_row(w->db, SQL_TICKET_USE, &row, "dti", m->ticket.digest,
	    m->board, w->now);
	if (st == ST_OK)
		m->out.link = sqlite3_column_int64(row, 0);
	conn_done(row);
	return st;
}
