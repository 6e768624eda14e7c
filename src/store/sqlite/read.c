#include "store/store.h"

#include <string.h>

#include "base/clock.h"
#include "store/sqlite/datafile.h"
#include "store/sqlite/store_priv.h"

static enum status
read_epoch(struct conn *c, char epoch[EPOCH_SIZE])
{
	sqlite3_stmt *row;
	enum status st;

	epoch[0] = '\0';
	st = conn_row(c, SQL_META, &row, "");
	if (st == ST_OK)
		(void)str_copy(epoch, EPOCH_SIZE, column_text(row, 1));
	conn_done(row);
	return st;
}

void
read_fill_note(sqlite3_stmt *row, struct note *n)
{
	n->id = column_text(row, 0);
	n->rev = sqlite3_column_int64(row, 1);
	n->body = column_text(row, 2);
	n->body_len = (size_t)sqlite3_column_bytes(row, 2);
	n->created_at = sqlite3_column_int64(row, 3);
	n->updated_at = sqlite3_column_int64(row, 4);
	n->trashed_at = sqlite3_column_int64(row, 5);
	n->by = column_text(row, 6);
	n->files = column_text(row, 7);
}

/* A row of SQL_BOARD_FIELDS or SQL_BOARDS. */
static void
fill_board(sqlite3_stmt *row, struct board *b)
{
	b->head.seq = sqlite3_column_int64(row, 1);
	b->title = column_text(row, 2);
	b->settings = column_text(row, 3);
	b->rev = sqlite3_column_int64(row, 4);
	b->created_at = sqlite3_column_int64(row, 5);
}

enum status
read_show_board(struct conn *c, const char *id, store_board_fn *fn, void *arg,
    int64_t *number)
{
	struct board b;
	sqlite3_stmt *row;
	enum status st;

	memset(&b, 0, sizeof(b));
	*number = 0;
	st = read_epoch(c, b.head.epoch);
	if (st)
		return st;
	st = conn_row(c, SQL_BOARD_FIELDS, &row, "t", id);
	if (st == ST_OK) {
		*number = sqlite3_column_int64(row, 0);
		b.id = id;
		fill_board(row, &b);
		(void)fn(arg, &b, ROLE_NONE);
	}
	conn_done(row);
	return st;
}

enum status
store_snapshot(struct store *s, const char *board, store_board_fn *board_fn,
    store_note_fn *note_fn, void *arg)
{
	sqlite3_stmt *row;
	struct conn *c;
	struct note n;
	enum status st;
	int64_t number;

	st = begin_read(s, &c);
	if (st)
		return st;
	st = read_show_board(c, board, board_fn, arg, &number);
	if (st || note_fn == NULL)
		goto done;
	st = conn_row(c, SQL_NOTES_OF_BOARD, &row, "i", number);
	while (st == ST_OK) {
		read_fill_note(row, &n);
		if (!note_fn(arg, &n))
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

enum status
store_boards(struct store *s, store_board_fn *fn, void *arg)
{
	struct board b = { .id = NULL };
	sqlite3_stmt *row = NULL;
	struct conn *c;
	enum status st;

	st = begin_read(s, &c);
	if (st)
		return st;
	st = read_epoch(c, b.head.epoch);
	if (st == ST_OK)
		st = conn_row(c, SQL_BOARDS, &row, "");
	while (st == ST_OK) {
		fill_board(row, &b);
		b.id = column_text(row, 6);
		if (!fn(arg, &b, ROLE_NONE))
			break;
		st = conn_next(c, row);
	}
	conn_done(row);
	end_read(s, c);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status
store_note(struct store *s, const char *board, const char *id,
    store_note_fn *fn, void *arg)
{
	sqlite3_stmt *row;
	struct conn *c;
	struct note n;
	enum status st;

	st = pool_take(s->pool, &c);
	if (st)
		return st;
	st = conn_row(c, SQL_NOTE_VIEW, &row, "tt", board, id);
	if (st == ST_OK) {
		read_fill_note(row, &n);
		(void)fn(arg, &n);
	}
	conn_done(row);
	pool_give(s->pool, c);
	return st;
}

/* A row of SQL_LOG_TAIL; `*n` is the note it shows, if it shows one. */
static void
fill_change(sqlite3_stmt *row, bool docs, struct change *ch, struct note *n)
{
	int64_t note = sqlite3_column_int64(row, 1);
	int64_t revision = sqlite3_column_int64(row, 2);

	memset(ch, 0, sizeof(*ch));
	ch->seq = sqlite3_column_int64(row, 0);
	if (note <= 0) {
		ch->id = note == LOG_BOARD ? SUBJECT_BOARD : SUBJECT_LINKS;
		return;
	}
	ch->id = column_text(row, 3);
	ch->deleted = revision == LOG_TRASHED;
	if (!docs || ch->deleted || sqlite3_column_type(row, 4) == SQLITE_NULL)
		return;
	memset(n, 0, sizeof(*n));
	n->id = ch->id;
	n->rev = ch->seq;
	n->body = column_text(row, 4);
	n->body_len = (size_t)sqlite3_column_bytes(row, 4);
	n->created_at = sqlite3_column_int64(row, 5);
	n->updated_at = sqlite3_column_int64(row, 6);
	n->by = column_text(row, 7);
	n->files = column_text(row, 8);
	ch->note = n;
}

/* Where to start reading, or why not (RESET_…). */
static enum reset
place(const struct tail_query *q, const struct cursor *head, int64_t floor,
    int64_t *after)
{
	*after = q->now ? head->seq : q->after.seq;
	if (q->now)
		return RESET_NONE;
	if (q->after.epoch[0] != '\0' && strcmp(q->after.epoch, head->epoch) != 0)
		return RESET_EPOCH;
	if (*after < floor)
		return RESET_FLOOR;
	return *after > head->seq ? RESET_AHEAD : RESET_NONE;
}

static enum status
show_changes(struct conn *c, const struct tail_query *q, int64_t board,
    struct tail *out, store_change_fn *fn, void *arg)
{
	struct change ch;
	struct note n;
	sqlite3_stmt *row;
	enum status st;

	st = conn_row(c, SQL_LOG_TAIL, &row, "iii", board, out->next.seq,
	    q->limit);
	while (st == ST_OK) {
		fill_change(row, q->docs, &ch, &n);
		out->next.seq = ch.seq;
		if (!fn(arg, &ch))
			break;
		st = conn_next(c, row);
	}
	conn_done(row);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status
store_tail(struct store *s, const struct tail_query *q, struct tail *out,
    store_change_fn *fn, void *arg)
{
	int64_t board = 0, floor = 0;
	sqlite3_stmt *row;
	struct conn *c;
	enum status st;

	memset(out, 0, sizeof(*out));
	st = begin_read(s, &c);
	if (st)
		return st;
	st = read_epoch(c, out->head.epoch);
	if (st)
		goto done;
	st = conn_row(c, SQL_BOARD, &row, "t", q->board);
	if (st == ST_OK) {
		board = sqlite3_column_int64(row, 0);
		out->head.seq = sqlite3_column_int64(row, 1);
		floor = sqlite3_column_int64(row, 2);
	}
	conn_done(row);
	if (st)
		goto done;
	out->next = out->head;
	out->reset = place(q, &out->head, floor, &out->next.seq);
	if (out->reset != RESET_NONE)
		st = ST_GONE;
	else if (out->next.seq < out->head.seq)
		st = show_changes(c, q, board, out, fn, arg);
done:
	end_read(s, c);
	return st;
}

enum status
store_stat(struct store *s, struct store_stat *out)
{
	sqlite3_stmt *row;
	struct conn *c;
	enum status st;

	memset(out, 0, sizeof(*out));
	st = begin_read(s, &c);
	if (st)
		return st;
	st = conn_row(c, SQL_META, &row, "");
	if (st == ST_OK) {
		(void)str_copy(out->instance, sizeof(out->instance),
		    column_text(row, 0));
		(void)str_copy(out->epoch, EPOCH_SIZE, column_text(row, 1));
		out->commits = sqlite3_column_int64(row, 2);
	}
	conn_done(row);
	if (st == ST_OK)
		st = conn_row(c, SQL_TOTALS, &row, "");
	if (st == ST_OK) {
		out->boards = sqlite3_column_int64(row, 0);
		out->notes = sqlite3_column_int64(row, 1);
		conn_done(row);
	}
	end_read(s, c);
	out->writable = datafile_writable(s->writer.path) &&
	    !datafile_low(s->dir, s->writer.o.disk_floor);
	return st;
}
