#include "store/sqlite/upload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/sqlite/depot.h"
#include "store/sqlite/store_priv.h"

/* `row` is one of SQL_FILE_ROOM. */
static enum status
judge(sqlite3_stmt *row, const struct store_options *o, int64_t size,
    struct file_room *room)
{
	room->known = sqlite3_column_int(row, 5) != 0;
	if (room->known)
		return ST_OK;
	if (sqlite3_column_type(row, 2) == SQLITE_NULL ||
	    sqlite3_column_int64(row, 3) != 0)
		return ST_NOTFOUND;
	room->note = sqlite3_column_int64(row, 2);
	if (size > o->board_bytes - sqlite3_column_int64(row, 0) ||
	    size > o->store_bytes - sqlite3_column_int64(row, 1) ||
	    sqlite3_column_int64(row, 4) >= FILES_A_NOTE)
		return ST_LIMIT;
	return ST_OK;
}

enum status
upload_check(struct conn *c, const struct store_options *o,
    const struct upload_wish *wish, struct file_room *room)
{
	sqlite3_stmt *row;
	enum status st;

	memset(room, 0, sizeof(*room));
	st = conn_row(c, SQL_FILE_ROOM, &row, "ttt", wish->board, wish->note,
	    wish->id);
	if (st == ST_OK)
		st = judge(row, o, wish->size, room);
	conn_done(row);
	return st;
}

enum status
store_upload_open(struct store *s, const struct upload_wish *wish,
    struct upload **out)
{
	struct file_room room;
	struct upload *u;
	struct conn *c;
	enum status st;

	*out = NULL;
	st = pool_take(s->pool, &c);
	if (st)
		return st;
	st = upload_check(c, &s->writer.o, wish, &room);
	pool_give(s->pool, c);
	if (st)
		return st;
	if (datafile_low(s->dir, s->writer.o.disk_floor + wish->size))
		return ST_FULL;
	u = calloc(1, sizeof(*u));
	if (u == NULL)
		return ST_NOMEM;
	u->s = s;
	u->fd = -1;
	buf_init(&u->bytes, FILE_INLINE);
	*out = u;
	return ST_OK;
}

static enum status
write_all(struct upload *u, const char *bytes, size_t n)
{
	ssize_t done;

	if (datafile_low(u->s->dir, u->s->writer.o.disk_floor))
		return ST_FULL;
	for (; n > 0; bytes += done, n -= (size_t)done) {
		done = write(u->fd, bytes, n);
		if (done == -1 && errno == EINTR)
			done = 0;
		if (done == -1) {
			log_error("store", "upload", "error=\"%s\"",
			    strerror(errno));
			return status_of_errno(errno);
		}
	}
	return ST_OK;
}

/* It has grown too large for memory. */
static enum status
spill(struct upload *u)
{
	enum status st;

	st = depot_begin(u->s->dir, u->path, &u->fd);
	if (st == ST_OK)
		st = write_all(u, u->bytes.data, u->bytes.len);
	buf_fini(&u->bytes);
	return st;
}

enum status
store_upload_add(struct upload *u, const void *bytes, size_t n)
{
	enum status st = ST_OK;

	if (u->fd == -1 && n > FILE_INLINE - u->bytes.len)
		st = spill(u);
	if (st)
		return st;
	u->size += (int64_t)n;
	if (u->fd != -1)
		return write_all(u, bytes, n);
	buf_add(&u->bytes, bytes, n);
	return buf_status(&u->bytes);
}

enum status
store_upload_end(struct upload *u)
{
	if (u->fd == -1 || fsync(u->fd) == 0)
		return ST_OK;
	log_error("store", "upload", "error=\"%s\"", strerror(errno));
	return status_of_errno(errno);
}

void
store_upload_close(struct upload *u)
{
	if (u == NULL)
		return;
	if (u->fd != -1) {
		(void)close(u->fd);
		if (!u->kept)
			(void)unlink(u->path);
	}
	buf_fini(&u->bytes);
	free(u);
}
