#include "store/sqlite/depot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

#define INCOMING	"incoming"
#define FILES		"files"
#define STALE_MS	INT64_C(86400000)
/* "files/ab/" and 62 more digits */
#define NAME_SIZE	(sizeof(FILES) + 3 + 62 + 1)

/* "files/ab/cdef…" and, cut after that, its folder. */
static enum status
place(const char *dir, const unsigned char digest[32], char path[DATAFILE_PATH])
{
	char name[NAME_SIZE];
	size_t i, at;

	at = (size_t)snprintf(name, sizeof(name), FILES "/%02x/", digest[0]);
	for (i = 1; i < 32; i++, at += 2)
		(void)snprintf(name + at, sizeof(name) - at, "%02x", digest[i]);
	return datafile_path(dir, name, path);
}

/* A new name in a folder lasts once the folder itself is on the disk. */
static enum status
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status st = ST_OK;

	if (fd == -1 || fsync(fd) == -1)
		st = datafile_complain("sync", path, errno);
	if (fd != -1)
		(void)close(fd);
	return st;
}

/* Makes a folder that is missing, and lasting, in the one above it. */
static enum status
make_folder(const char *path, const char *above)
{
	if (mkdir(path, 0700) == 0)
		return sync_folder(above);
	return errno == EEXIST ? ST_OK : datafile_complain("directory", path, errno);
}

enum status
depot_begin(const char *dir, char path[DATAFILE_PATH], int *fd)
{
	enum status st;

	*fd = -1;
	st = datafile_path(dir, INCOMING, path);
	if (st)
		return st;
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return datafile_complain("directory", path, errno);
	st = datafile_path(dir, INCOMING "/XXXXXX", path);
	if (st)
		return st;
	*fd = mkostemp(path, O_CLOEXEC);
	return *fd == -1 ? datafile_complain("open", path, errno) : ST_OK;
}

static enum status
make_place(const char *dir, const char *folder)
{
	char files[DATAFILE_PATH];
	enum status st;

	st = datafile_path(dir, FILES, files);
	if (st == ST_OK)
		st = make_folder(files, dir);
	if (st == ST_OK)
		st = make_folder(folder, files);
	return st;
}

enum status
depot_keep(const char *dir, const char *path, const unsigned char digest[32])
{
	char folder[DATAFILE_PATH], to[DATAFILE_PATH];
	enum status st;

	st = place(dir, digest, to);
	if (st)
		return st;
	memcpy(folder, to, sizeof(folder));
	*strrchr(folder, '/') = '\0';
	st = make_place(dir, folder);
	if (st)
		return st;
	if (access(to, F_OK) == 0)
		(void)unlink(path);
	else if (rename(path, to) == -1)
		return datafile_complain("rename", path, errno);
	/* in both cases: who moved the other may have died before this */
	return sync_folder(folder);
}

enum status
depot_drop(const char *dir, const unsigned char digest[32])
{
	char path[DATAFILE_PATH];
	enum status st;

	st = place(dir, digest, path);
	if (st == ST_OK && unlink(path) == -1 && errno != ENOENT)
		st = datafile_complain("unlink", path, errno);
	return st;
}

enum status
depot_open(const char *dir, const unsigned char digest[32], int *fd)
{
	char path[DATAFILE_PATH];
	enum status st;

	*fd = -1;
	st = place(dir, digest, path);
	if (st)
		return st;
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd != -1)
		return ST_OK;
	return errno == ENOENT ? ST_NOTFOUND : datafile_complain("open", path, errno);
}

enum status
depot_size(const char *dir, const unsigned char digest[32], int64_t *size)
{
	char path[DATAFILE_PATH];
	struct stat info;
	enum status st;

	*size = 0;
	st = place(dir, digest, path);
	if (st)
		return st;
	if (stat(path, &info) == -1)
		return errno == ENOENT || errno == ENOTDIR ? ST_NOTFOUND :
		    datafile_complain("stat", path, errno);
	*size = (int64_t)info.st_size;
	return ST_OK;
}

void
depot_tidy(const char *dir, int64_t now_ms)
{
	char path[DATAFILE_PATH];
	struct dirent *e;
	struct stat info;
	DIR *all;

	if (datafile_path(dir, INCOMING, path))
		return;
	all = opendir(path);
	if (all == NULL)
		return;		/* nothing ever came */
	while ((e = readdir(all)) != NULL)
		if (fstatat(dirfd(all), e->d_name, &info,
		    AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode) &&
		    now_ms - (int64_t)info.st_mtime * 1000 > STALE_MS &&
		    unlinkat(dirfd(all), e->d_name, 0) == 0)
			log_warn("store", "stale", "file=\"%s\"", e->d_name);
	(void)closedir(all);
}
