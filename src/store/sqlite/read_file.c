#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/file.h"
#include "store/sqlite/depot.h"
#include "store/sqlite/store_priv.h"

/* What a file holds: its bytes, or a descriptor for them. */
struct content {
	int	fd;		/* -1: they follow */
	int64_t	size;
	char	bytes[];
};

/* A row of SQL_FILE_VIEW. */
static enum status
fill_file(sqlite3_stmt *row, struct file *f)
{
	f->id = column_text(row, 0);
	f->note = column_text(row, 1);
	f->name = column_text(row, 2);
	f->type = column_text(row, 3);
	f->size = sqlite3_column_int64(row, 4);
	f->digest = sqlite3_column_blob(row, 5);
	f->created_at = sqlite3_column_int64(row, 6);
	return f->digest != NULL && sqlite3_column_bytes(row, 5) == 32 ?
	    ST_OK : ST_IO;
}

static enum status
open_content(struct store *s, sqlite3_stmt *row, const struct file *f,
    struct content **out)
{
	bool apart = sqlite3_column_type(row, 7) == SQLITE_NULL;
	size_t n = apart ? 0 : (size_t)sqlite3_column_bytes(row, 7);
	struct content *c;
	enum status st = ST_OK;

	c = malloc(sizeof(*c) + n);
	if (c == NULL)
		return ST_NOMEM;
	c->fd = -1;
	c->size = f->size;
	if (n > 0)
		memcpy(c->bytes, sqlite3_column_blob(row, 7), n);
	if (apart)
		st = depot_open(s->dir, f->digest, &c->fd);
	if (st) {
		free(c);
		return st == ST_NOTFOUND ? ST_CONFLICT : st;
	}
	*out = c;
	return ST_OK;
}

/* ST_CONFLICT: its content is gone. */
static enum status
look(struct store *s, const char *board, const char *id, store_file_fn *fn,
    void *arg, struct content **content)
{
	sqlite3_stmt *row;
	struct file f;
	struct conn *c;
	enum status st;

	st = pool_take(s->pool, &c);
	if (st)
		return st;
	st = conn_row(c, SQL_FILE_VIEW, &row, "tt", board, id);
	if (st == ST_OK)
		st = fill_file(row, &f);
	if (st == ST_OK && content != NULL)
		st = open_content(s, row, &f, content);
	if (st == ST_OK)
		fn(arg, &f);
	conn_done(row);
	pool_give(s->pool, c);
	return st;
}

enum status
store_file(struct store *s, const char *board, const char *id,
    store_file_fn *fn, void *arg, struct content **content)
{
	enum status st;

	if (content != NULL)
		*content = NULL;
	st = look(s, board, id, fn, arg, content);
	/* deleted after the row was read: then the row is gone now as well */
	if (st == ST_CONFLICT)
		st = look(s, board, id, fn, arg, content);
	if (st == ST_CONFLICT) {
		log_error("store", "content", "file=%s error=missing", id);
		st = ST_IO;
	}
	return st;
}

enum status
store_content_read(const struct content *c, int64_t at, char *to, size_t n)
{
	ssize_t got;

	if (at < 0 || at > c->size || (int64_t)n > c->size - at)
		return ST_IO;
	if (c->fd == -1) {
		memcpy(to, c->bytes + at, n);
		return ST_OK;
	}
	for (; n > 0; at += got, to += got, n -= (size_t)got) {
		got = pread(c->fd, to, n, (off_t)at);
		if (got == -1 && errno == EINTR)
			got = 0;
		else if (got <= 0) {
			log_error("store", "content", "error=\"%s\"",
			    got == 0 ? "short" : strerror(errno));
			return ST_IO;
		}
	}
	return ST_OK;
}

void
store_content_close(struct content *c)
{
	if (c == NULL)
		return;
	if (c->fd != -1)
		(void)close(c->fd);
	free(c);
}

enum status
store_file_room(struct store *s, const char *board, int64_t *room)
{
	const struct store_options *o = &s->writer.o;
	int64_t left;
	sqlite3_stmt *row;
	struct conn *c;
	enum status st;

	*room = 0;
	st = pool_take(s->pool, &c);
	if (st)
		return st;
	st = conn_row(c, SQL_FILE_BYTES, &row, "t", board);
	if (st == ST_OK) {
		*room = o->board_bytes - sqlite3_column_int64(row, 0);
		left = o->store_bytes - sqlite3_column_int64(row, 1);
		if (left < *room)
			*room = left;
	}
	conn_done(row);
	pool_give(s->pool, c);
	return st;
}
