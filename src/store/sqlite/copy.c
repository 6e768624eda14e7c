#include "store/sqlite/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/sqlite/datafile.h"

enum status
copy_over(struct conn *from, sqlite3 *to)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from->db, "main");
	struct conn target = { .db = to };
	int rc;

	if (b == NULL)
		return conn_status(&target, sqlite3_errcode(to));
	(void)sqlite3_backup_step(b, -1);
	rc = sqlite3_backup_finish(b);
	return conn_status(&target, rc);
}

/* A copy of a WAL database would be one too; this one stands alone. */
static enum status
make_alone(sqlite3 *db)
{
	struct conn c = { .db = db };

	return conn_status(&c, sqlite3_exec(db,
	    "PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE", NULL,
	    NULL, NULL));
}

static enum status
copy_to_new(struct conn *from, const char *path)
{
	sqlite3 *to = NULL;
	struct conn c;
	enum status st;

	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		c = (struct conn){ .db = to };
		st = to == NULL ? ST_NOMEM :
		    conn_status(&c, sqlite3_extended_errcode(to));
	} else
		st = copy_over(from, to);
	if (st == ST_OK)
		st = make_alone(to);
	(void)sqlite3_close(to);
	return st;
}

void
copy_remove(const char *path)
{
	static const char *const parts[] = { "", "-journal", "-wal", "-shm" };
	char whole[DATAFILE_PATH + 16];
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (snprintf(whole, sizeof(whole), "%s%s", path, parts[i]) <
		    (int)sizeof(whole))
			(void)unlink(whole);
}

/* Its bytes are on the disk, and then its name, which is nobody else's. */
static enum status
name_it(const char *part, const char *path)
{
	int fd = open(part, O_RDONLY | O_CLOEXEC);
	enum status st;

	if (fd != -1 && fsync(fd) == 0 && rename(part, path) == 0 &&
	    datafile_sync_parent(path) == 0) {
		(void)close(fd);
		return ST_OK;
	}
	st = datafile_complain("copy", path, errno);
	if (fd != -1)
		(void)close(fd);
	return st;
}

enum status
copy_to_path(struct conn *from, const char *path)
{
	char part[DATAFILE_PATH];
	enum status st;
	int fd;

	if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
		return ST_TOOBIG;
	copy_remove(part);
	fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return datafile_complain("copy", part, errno);
	(void)close(fd);
	st = copy_to_new(from, part);
	if (st == ST_OK)
		st = name_it(part, path);
	if (st)
		copy_remove(part);
	return st;
}
