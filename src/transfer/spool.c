#include "transfer/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"

/* Written at once. */
#define PIECE_BYTES	((size_t)64 << 10)

static enum status
failure(const char *what, int why)
{
	log_error("spool", what, "error=\"%s\"", strerror(why));
	return status_of_errno(why);
}

/* Where the file system knows no files without a name, it loses its name. */
static int
open_and_unlink(const char *dir)
{
	char path[4096];
	int fd;

	if (snprintf(path, sizeof(path), "%s/spool.XXXXXX", dir) >=
	    (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

void
spool_init(struct spool *s)
{
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	buf_init(&s->out, SIZE_MAX);
}

enum status
spool_open(struct spool *s, const char *dir, int64_t floor)
{
	s->floor = floor;
	s->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR))
		s->fd = open_and_unlink(dir);
	return s->fd == -1 ? failure("open", errno) : ST_OK;
}

enum status
spool_open_memory(struct spool *s)
{
	s->floor = 0;
	s->fd = memfd_create("spool", MFD_CLOEXEC);
	return s->fd == -1 ? failure("memory", errno) : ST_OK;
}

void
spool_close(struct spool *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
	buf_fini(&s->out);
}

static enum status
check_space(const struct spool *s)
{
	struct statvfs fs;

	if (fstatvfs(s->fd, &fs) == 0 &&
	    (int64_t)(fs.f_bavail * fs.f_frsize) < s->floor)
		return failure("write", ENOSPC);
	return ST_OK;
}

static enum status
write_out(struct spool *s)
{
	enum status st = check_space(s);
	size_t done = 0;
	ssize_t n;

	while (st == ST_OK && done < s->out.len) {
		n = write(s->fd, s->out.data + done, s->out.len - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			st = failure("write", errno);
	}
	buf_reset(&s->out);
	return st;
}

enum status
spool_add(struct spool *s, const void *bytes, size_t n)
{
	buf_add(&s->out, bytes, n);
	if (buf_status(&s->out))
		return buf_status(&s->out);
	s->size += (int64_t)n;
	return s->out.len < PIECE_BYTES ? ST_OK : write_out(s);
}

enum status
spool_end(struct spool *s)
{
	enum status st = write_out(s);

	buf_fini(&s->out);
	return st;
}

enum status
spool_read(const struct spool *s, int64_t at, char *to, size_t room,
    size_t *got)
{
	ssize_t n;

	do
		n = pread(s->fd, to, room, (off_t)at);
	while (n == -1 && errno == EINTR);
	*got = n > 0 ? (size_t)n : 0;
	return n == -1 ? failure("read", errno) : ST_OK;
}

enum status
spool_line(const struct spool *s, int64_t *at, struct buf *line)
{
	char piece[4096], *end = NULL;
	enum status st;
	size_t n;

	buf_reset(line);
	while (end == NULL) {
		st = spool_read(s, *at, piece, sizeof(piece), &n);
		if (st || n == 0)
			return st ? st : ST_NOTFOUND;
		end = memchr(piece, '\n', n);
		if (end != NULL)
			n = (size_t)(end - piece);
		buf_add(line, piece, n);
		*at += (int64_t)n + (end != NULL);
	}
	return buf_status(line);
}
