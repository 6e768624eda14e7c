#include "store/sqlite/write.h"

/* A session forgets its oldest links past this, but never the one that joins. */
#define LINKS_A_SESSION		INT64_C(200)

/* The session's row, made where there is none that is still good. */
static enum status
find_or_add(struct writer *w, const struct session_mutation *s, int64_t *session)
{
	sqlite3_stmt *row;
	enum status st;

	*session = 0;
	st = conn_row(w->db, SQL_SESSION, &row, "di", s->digest, w->now);
	if (st == ST_OK)
		*session = sqlite3_column_int64(row, 0);
	conn_done(row);
	if (st == ST_OK)
		return conn_run(w->db, SQL_SESSION_RENEW, "ii", *session,
		    s->expires_at);
	if (st != ST_NOTFOUND)
		return st;
	st = conn_row(w->db, SQL_SESSION_ADD, &row, "di", s->digest,
	    s->expires_at);
	if (st == ST_OK)
		*session = sqlite3_column_int64(row, 0);
	conn_done(row);
	return st;
}

enum status
play_session_join(struct writer *w, struct mutation *m)
{
	sqlite3_stmt *row;
	enum status st;
	int64_t session;

	st = conn_run(w->db, SQL_SESSION_SWEEP, "i", w->now);
	if (st == ST_OK)
		st = find_or_add(w, &m->session, &session);
	if (st)
		return st;
	/* its board may have been deleted since the link was looked up */
	st = conn_row(w->db, SQL_SESSION_LINK, &row, "ii", session,
	    m->session.link);
	conn_done(row);
	if (st)
		return st;
	return conn_run(w->db, SQL_SESSION_TRIM, "iii", session,
	    m->session.link, LINKS_A_SESSION - 1);
}

enum status
play_session_end(struct writer *w, struct mutation *m)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(w->db, SQL_SESSION_END, &row, "d", m->session.digest);
	conn_done(row);
	if (st)
		return st;
	/* what its holders watch for, as no board's log tells of it */
	return conn_run(w->db, SQL_COUNT_ENDING, "");
}
