#include "store/sqlite/datafile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"

enum status
datafile_path(const char *dir, const char *name, char out[DATAFILE_PATH])
{
	int n = snprintf(out, DATAFILE_PATH, "%s/%s", dir, name);

	return n < 0 || n >= DATAFILE_PATH ? ST_TOOBIG : ST_OK;
}

enum status
datafile_open(const char *dir, const char *name, int *fd)
{
	char path[DATAFILE_PATH];
	enum status st;
	int why;

	*fd = -1;
	st = datafile_path(dir, name, path);
	if (st)
		return st;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	why = errno;
	if (*fd == -1 && (why == EACCES || why == EROFS))
		*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0)
		return ST_OK;
	return datafile_complain("open", path, why);
}

int
datafile_sync_parent(const char *path)
{
	char parent[DATAFILE_PATH];
	const char *slash = strrchr(path, '/');
	int fd, failed;

	(void)snprintf(parent, sizeof(parent), "%.*s",
	    slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path),
	    slash == NULL ? "." : path);
	fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	failed = fsync(fd);
	(void)close(fd);
	return failed;
}

static int
make_dir(const char *path, mode_t mode)
{
	if (mkdir(path, mode) == -1)
		return errno == EEXIST ? 0 : -1;
	return datafile_sync_parent(path);
}

/* mkdir -p, but for the last component's mode; what was made stays made. */
static int
make_dirs(char *path)
{
	char *slash;
	int failed;

	for (slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		failed = make_dir(path, 0755);
		*slash = '/';
		if (failed)
			return -1;
	}
	return make_dir(path, 0700);
}

enum status
datafile_dir(const char *dir)
{
	char path[DATAFILE_PATH];
	struct stat info;
	int why;

	if (snprintf(path, sizeof(path), "%s", dir) >= (int)sizeof(path))
		return ST_TOOBIG;
	if (stat(path, &info) == -1 &&
	    (make_dirs(path) == -1 || stat(path, &info) == -1)) {
		why = errno;
		log_error("store", "directory", "path=\"%s\" error=\"%s\"",
		    path, strerror(why));
		return status_of_errno(why);
	}
	if (info.st_uid != geteuid()) {
		log_error("store", "owner", "path=\"%s\" owner=%u own=%u", path,
		    (unsigned)info.st_uid, (unsigned)geteuid());
		return ST_DENIED;
	}
	return ST_OK;
}

bool
datafile_low(const char *dir, int64_t floor)
{
	struct statvfs fs;

	if (statvfs(dir, &fs) == -1)
		return false;	/* the write itself will tell */
	return (int64_t)(fs.f_bavail * fs.f_frsize) < floor;
}

bool
datafile_writable(const char *path)
{
	return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
}

enum status
datafile_complain(const char *what, const char *path, int why)
{
	log_error("store", what, "file=\"%s\" error=\"%s\"", path,
	    strerror(why));
	return status_of_errno(why);
}
