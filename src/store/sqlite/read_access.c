#include "store/store.h"

#include <string.h>

#include "base/clock.h"
#include "store/sqlite/conn.h"
#include "store/sqlite/store_priv.h"

static void
fill_access(sqlite3_stmt *row, struct access *a)
{
	a->role = (enum role)sqlite3_column_int(row, 0);
	a->link = sqlite3_column_int64(row, 1);
	a->expires_at = sqlite3_column_int64(row, 2);
	(void)str_copy(a->board, sizeof(a->board), column_text(row, 3));
	a->head.seq = sqlite3_column_int64(row, 4);
	(void)str_copy(a->head.epoch, EPOCH_SIZE, column_text(row, 5));
}

/* By a link's digest or a ticket's. */
static enum status
access_by_digest(struct conn *c, enum sql which, const unsigned char *digest,
    const char *board, int64_t now, struct access *out)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(c, which, &row, "dti", digest, board, now);
	if (st == ST_OK)
		fill_access(row, out);
	conn_done(row);
	return st;
}

static enum status
access_by_row(struct conn *c, int64_t link, const char *board, int64_t now,
    struct access *out)
{
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(c, SQL_LINK_ROW_ACCESS, &row, "iti", link, board, now);
	if (st == ST_OK)
		fill_access(row, out);
	conn_done(row);
	return st;
}

/* The session's row and end.  ST_EXPIRED. */
static enum status
find_session(struct conn *c, const unsigned char *digest, int64_t now,
    int64_t *session, int64_t *expires_at)
{
	sqlite3_stmt *row;
	enum status st;

	*session = 0;
	*expires_at = 0;
	st = conn_row(c, SQL_SESSION, &row, "di", digest, now);
	if (st == ST_OK) {
		*session = sqlite3_column_int64(row, 0);
		*expires_at = sqlite3_column_int64(row, 1);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_EXPIRED : st;
}

static enum status
access_by_session(struct conn *c, const unsigned char *digest,
    const char *board, int64_t now, struct access *out)
{
	int64_t session, ends;
	sqlite3_stmt *row;
	enum status st;

	st = find_session(c, digest, now, &session, &ends);
	if (st)
		return st;
	if (board == NULL)
		return ST_NOTFOUND;
	st = conn_row(c, SQL_SESSION_ACCESS, &row, "iti", session, board, now);
	if (st == ST_OK) {
		fill_access(row, out);
		if (out->expires_at == 0 || ends < out->expires_at)
			out->expires_at = ends;
	}
	conn_done(row);
	return st;
}

enum status
store_access(struct store *s, const struct credential *who, const char *board,
    struct access *out)
{
	int64_t now = clock_wall_ms();
	struct conn *c;
	enum status st;

	memset(out, 0, sizeof(*out));
	st = pool_take(s->pool, &c);
	if (st)
		return st;
	if (who->link != NULL)
		st = access_by_digest(c, SQL_LINK_ACCESS, who->link, board, now,
		    out);
	else if (who->session != NULL)
		st = access_by_session(c, who->session, board, now, out);
	else if (who->ticket != NULL)
		st = access_by_digest(c, SQL_TICKET_ACCESS, who->ticket, board,
		    now, out);
	else if (who->row != 0)
		st = access_by_row(c, who->row, board, now, out);
	else
		st = ST_NOTFOUND;
	pool_give(s->pool, c);
	return st;
}

enum status
store_links(struct store *s, const char *board, store_link_fn *fn, void *arg)
{
	int64_t number = 0;
	sqlite3_stmt *row;
	struct link l;
	struct conn *c;
	enum status st;

	st = begin_read(s, &c);
	if (st)
		return st;
	st = conn_row(c, SQL_BOARD, &row, "t", board);
	if (st == ST_OK)
		number = sqlite3_column_int64(row, 0);
	conn_done(row);
	if (st)
		goto done;
	st = conn_row(c, SQL_LINKS_OF_BOARD, &row, "ii", number,
	    clock_wall_ms());
	while (st == ST_OK) {
		l.id = column_text(row, 0);
		l.role = (enum role)sqlite3_column_int(row, 1);
		l.label = column_text(row, 2);
		l.created_at = sqlite3_column_int64(row, 3);
		l.expires_at = sqlite3_column_int64(row, 4);
		if (!fn(arg, &l))
			break;
		st = conn_next(c, row);
	}
	conn_done(row);
	if (st == ST_NOTFOUND)
		st = ST_OK;
done:
	end_read(s, c);
	return st;
}

static enum status
show_boards(struct conn *c, int64_t session, int64_t now, store_board_fn *fn,
    void *arg)
{
	struct board b;
	sqlite3_stmt *row;
	enum status st;

	memset(&b, 0, sizeof(b));
	b.settings = "{}";
	st = conn_row(c, SQL_SESSION_BOARDS, &row, "ii", session, now);
	while (st == ST_OK) {
		b.id = column_text(row, 0);
		b.title = column_text(row, 1);
		if (!fn(arg, &b, (enum role)sqlite3_column_int(row, 2)))
			break;
		st = conn_next(c, row);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status
store_session(struct store *s, const unsigned char session[32],
    store_board_fn *fn, void *arg)
{
	int64_t now = clock_wall_ms(), number, ends;
	struct conn *c;
	enum status st;

	st = begin_read(s, &c);
	if (st)
		return st;
	st = find_session(c, session, now, &number, &ends);
	if (st == ST_OK)
		st = show_boards(c, number, now, fn, arg);
	end_read(s, c);
	return st;
}
