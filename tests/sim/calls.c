/*
 * The calls that change files, in the place of the C library's: each does what
 * it always does and tells the recorder.  What the program and its libraries
 * call binds to these, as the program comes first where symbols are looked up.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recorder.h"

typedef void any_fn(void);

static any_fn *
next(const char *name)
{
	any_fn *fn;

	*(void **)&fn = dlsym(RTLD_NEXT, name);
	if (fn == NULL) {
		(void)fprintf(stderr, "no %s to call\n", name);
		abort();
	}
	return fn;
}

/* The library's own function of that name, with the type it is declared with. */
#define NEXT(name)	((__typeof__(name) *)next(#name))

static int
open_at(int dirfd, const char *path, int flags, mode_t mode)
{
	bool heard = recorder_enter(), there = true;
	struct stat info;
	int fd;

	if (heard && flags & O_CREAT)
		there = fstatat(dirfd, path, &info, AT_SYMLINK_NOFOLLOW) == 0;
	fd = NEXT(openat)(dirfd, path, flags, mode);
	if (!heard)
		return fd;
	if (fd >= 0 && !there)
		recorder_created(dirfd, path, fd, false);
	else if (fd >= 0 && flags & O_TRUNC)
		recorder_resized(fd);
	recorder_leave();
	return fd;
}

/* The mode is there only where a file may be made. */
#define MODE(flags, mode) do {						\
	va_list ap_;							\
									\
	va_start(ap_, flags);						\
	if ((flags) & O_CREAT)						\
		(mode) = va_arg(ap_, mode_t);				\
	va_end(ap_);							\
} while (0)

int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;

	MODE(flags, mode);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	mode_t mode = 0;

	MODE(flags, mode);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
openat(int dirfd, const char *path, int flags, ...)
{
	mode_t mode = 0;

	MODE(flags, mode);
	return open_at(dirfd, path, flags, mode);
}

/* The library opens the file on its own, past open(). */
int
mkostemp(char *template, int flags)
{
	bool heard = recorder_enter();
	int fd;

	fd = NEXT(mkostemp)(template, flags);
	if (heard) {
		if (fd >= 0)
			recorder_created(AT_FDCWD, template, fd, false);
		recorder_leave();
	}
	return fd;
}

int
mkstemp(char *template)
{
	return mkostemp(template, 0);
}

static ssize_t
write_at(int fd, const void *bytes, size_t n, off64_t at)
{
	bool heard = recorder_enter();
	ssize_t done;

	done = NEXT(pwrite64)(fd, bytes, n, at);
	if (!heard)
		return done;
	if (done > 0)
		recorder_written(fd, bytes, (size_t)done, (uint64_t)at);
	recorder_leave();
	return done;
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	return write_at(fd, bytes, n, at);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	return write_at(fd, bytes, n, at);
}

ssize_t
write(int fd, const void *bytes, size_t n)
{
	bool heard = recorder_enter();
	ssize_t done;
	off_t end;

	done = NEXT(write)(fd, bytes, n);
	if (!heard)
		return done;
	if (done > 0) {
		end = lseek(fd, 0, SEEK_CUR);
		if (end >= done)
			recorder_written(fd, bytes, (size_t)done,
			    (uint64_t)(end - done));
	}
	recorder_leave();
	return done;
}

static int
resize(int fd, off64_t size)
{
	bool heard = recorder_enter();
	int failed;

	failed = NEXT(ftruncate64)(fd, size);
	if (heard) {
		if (!failed)
			recorder_resized(fd);
		recorder_leave();
	}
	return failed;
}

int
ftruncate(int fd, off_t size)
{
	return resize(fd, size);
}

int
ftruncate64(int fd, off64_t size)
{
	return resize(fd, size);
}

/* Nobody writes while a file is synced, so what was written is what is kept. */
static int
sync_with(int (*fn)(int), int fd)
{
	bool heard = recorder_enter();
	int failed;

	failed = fn(fd);
	if (heard) {
		if (!failed)
			recorder_synced(fd);
		recorder_leave();
	}
	return failed;
}

int
fsync(int fd)
{
	return sync_with(NEXT(fsync), fd);
}

int
fdatasync(int fd)
{
	return sync_with(NEXT(fdatasync), fd);
}

int
mkdirat(int dirfd, const char *path, mode_t mode)
{
	bool heard = recorder_enter();
	int failed;

	failed = NEXT(mkdirat)(dirfd, path, mode);
	if (heard) {
		if (!failed)
			recorder_created(dirfd, path, -1, true);
		recorder_leave();
	}
	return failed;
}

int
mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

int
unlinkat(int dirfd, const char *path, int flags)
{
	bool heard = recorder_enter();
	int failed;

	failed = NEXT(unlinkat)(dirfd, path, flags);
	if (heard) {
		if (!failed)
			recorder_unlinked(dirfd, path);
		recorder_leave();
	}
	return failed;
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int
rmdir(const char *path)
{
	return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int
renameat2(int fromfd, const char *from, int tofd, const char *to,
    unsigned flags)
{
	bool heard = recorder_enter();
	int failed;

	failed = NEXT(renameat2)(fromfd, from, tofd, to, flags);
	if (heard) {
		if (!failed)
			recorder_moved(fromfd, from, tofd, to);
		recorder_leave();
	}
	return failed;
}

int
renameat(int fromfd, const char *from, int tofd, const char *to)
{
	return renameat2(fromfd, from, tofd, to, 0);
}

int
rename(const char *from, const char *to)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
linkat(int fromfd, const char *from, int tofd, const char *to, int flags)
{
	bool heard = recorder_enter();
	int failed;

	failed = NEXT(linkat)(fromfd, from, tofd, to, flags);
	if (heard) {
		if (!failed)
			recorder_linked(fromfd, from, tofd, to, flags);
		recorder_leave();
	}
	return failed;
}

int
link(const char *from, const char *to)
{
	return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}
