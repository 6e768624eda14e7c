#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "notewire/cli/cli.h"
#include "notewire/setup/setup_priv.h"

#define FILE_MAX	((size_t)256 << 10)

static int
complain(const char *path, int code)
{
	return cli_fail(code, "%s: %s", path, strerror(errno));
}

static void
put_path(const struct place *p, const char *path, char out[PLACE_PATH])
{
	(void)snprintf(out, PLACE_PATH, "%s%s", p->root, path);
}

/* Reads a file, or what a link leads to; true: there is one. */
static bool
read_old(struct placed *d)
{
	char target[PATH_MAX];
	struct stat info;
	ssize_t n;
	FILE *f;

	if (lstat(d->path, &info) == -1)
		return false;
	d->was_link = S_ISLNK(info.st_mode);
	if (d->was_link) {
		n = readlink(d->path, target, sizeof(target));
		if (n > 0)
			buf_add(&d->old, target, (size_t)n);
		return true;
	}
	f = S_ISREG(info.st_mode) ? fopen(d->path, "re") : NULL;
	if (f == NULL || cli_read_all(f, &d->old))
		buf_fail(&d->old, ST_IO);
	if (f != NULL)
		(void)fclose(f);
	return true;
}

static bool
is_ours(const struct placed *d)
{
	return d->was_link || (buf_status(&d->old) == ST_OK &&
	    strncmp(d->old.data, SETUP_MARK, strlen(SETUP_MARK)) == 0);
}

/* Remembers what is there; NULL, and a complaint: no room, or not ours. */
static struct placed *
remember(struct place *p, const char *path)
{
	struct placed *d = &p->done[p->n];

	if (p->n == PLACE_MAX) {
		(void)cli_fail(EX_CANTCREAT, "too many files");
		return NULL;
	}
	memset(d, 0, sizeof(*d));
	buf_init(&d->old, FILE_MAX);
	put_path(p, path, d->path);
	d->was_there = read_old(d);
	if (d->was_there && !is_ours(d)) {
		(void)cli_fail(EX_CANTCREAT, "%s: not made by notewire setup; "
		    "left as it is", d->path);
		buf_fini(&d->old);
		return NULL;
	}
	p->n++;
	return d;
}

/* Nobody sees half of it. */
static int
write_whole(const char *path, const char *bytes, size_t n)
{
	char temporary[PLACE_PATH + 8];
	int fd, bad;

	(void)snprintf(temporary, sizeof(temporary), "%s.new", path);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
	    O_CLOEXEC, 0644);
	if (fd == -1)
		return complain(temporary, EX_CANTCREAT);
	bad = write(fd, bytes, n) != (ssize_t)n || fsync(fd) == -1;
	bad |= close(fd) == -1;
	if (bad || rename(temporary, path) == -1) {
		(void)complain(temporary, EX_IOERR);
		(void)unlink(temporary);
		return EX_IOERR;
	}
	return EX_OK;
}

int
place_file(struct place *p, const char *path, const struct buf *text)
{
	struct placed *d = remember(p, path);

	if (d == NULL)
		return EX_CANTCREAT;
	return write_whole(d->path, text->data, text->len);
}

int
place_link(struct place *p, const char *path, const char *target, bool *made)
{
	struct placed *d;

	*made = false;
	if (place_has(p, path))
		return EX_OK;
	d = remember(p, path);
	if (d == NULL)
		return EX_CANTCREAT;
	if (symlink(target, d->path) == -1)
		return complain(d->path, EX_CANTCREAT);
	*made = true;
	return EX_OK;
}

int
place_remove(struct place *p, const char *path)
{
	struct placed *d;

	if (!place_has(p, path))
		return EX_OK;
	d = remember(p, path);
	if (d == NULL)
		return EX_CANTCREAT;
	return unlink(d->path) == -1 ? complain(d->path, EX_IOERR) : EX_OK;
}

int
place_read(const struct place *p, const char *path, struct buf *text)
{
	struct placed d = { .was_there = false };
	int code = EX_OK;

	buf_init(&d.old, FILE_MAX);
	put_path(p, path, d.path);
	if (read_old(&d)) {
		if (d.was_link || !is_ours(&d))
			code = cli_fail(EX_CANTCREAT, "%s: not made by "
			    "notewire setup; left as it is", d.path);
		else
			buf_add(text, d.old.data, d.old.len);
	}
	buf_fini(&d.old);
	return code;
}

bool
place_has(const struct place *p, const char *path)
{
	char whole[PLACE_PATH];
	struct stat info;

	put_path(p, path, whole);
	return lstat(whole, &info) == 0;
}

void
place_undo(struct place *p)
{
	struct placed *d;

	while (p->n > 0) {
		d = &p->done[--p->n];
		if (!d->was_there || d->was_link)
			(void)unlink(d->path);
		if (d->was_link && symlink(d->old.data, d->path) == -1)
			(void)complain(d->path, EX_IOERR);
		if (d->was_there && !d->was_link)
			(void)write_whole(d->path, d->old.data, d->old.len);
		buf_fini(&d->old);
	}
}

void
place_fini(struct place *p)
{
	while (p->n > 0)
		buf_fini(&p->done[--p->n].old);
}
