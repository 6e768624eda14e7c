#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/sqlite/depot.h"

#define PIECE_BYTES	((size_t)64 << 10)
#define DIGEST_LEN	32

static enum status
write_all(int fd, const char *bytes, size_t n)
{
	ssize_t done;

	for (; n > 0; bytes += done, n -= (size_t)done) {
		done = write(fd, bytes, n);
		if (done == -1 && errno != EINTR)
			return datafile_complain("write", "incoming", errno);
		if (done == -1)
			done = 0;
	}
	return ST_OK;
}

static enum status
copy_bytes(int from, int to)
{
	char piece[PIECE_BYTES];
	enum status st = ST_OK;
	ssize_t n;

	while (st == ST_OK) {
		n = read(from, piece, sizeof(piece));
		if (n == 0)
			break;
		if (n > 0)
			st = write_all(to, piece, (size_t)n);
		else if (errno != EINTR)
			st = datafile_complain("read", "files", errno);
	}
	if (st == ST_OK && fsync(to) == -1)
		st = datafile_complain("sync", "incoming", errno);
	return st;
}

enum status
depot_copy(const char *from, const char *to, const unsigned char digest[32])
{
	char path[DATAFILE_PATH];
	int in, out = -1;
	enum status st;
	int64_t size;

	if (depot_size(to, digest, &size) == ST_OK)
		return ST_OK;
	st = depot_open(from, digest, &in);
	if (st)
		return st;
	st = depot_begin(to, path, &out);
	if (st == ST_OK) {
		st = copy_bytes(in, out);
		(void)close(out);
		if (st == ST_OK)
			st = depot_keep(to, path, digest);
		else
			(void)unlink(path);
	}
	(void)close(in);
	return st;
}

void
depot_end(const char *dir)
{
	char path[DATAFILE_PATH];

	if (datafile_path(dir, "incoming", path) == ST_OK)
		(void)rmdir(path);
}

/* The digest that a place is named after: "ab" and "cdef…". */
static bool
read_name(const char *folder, const char *rest, unsigned char digest[32])
{
	char digits[2 * DIGEST_LEN + 1];
	unsigned byte;
	size_t i;

	if (strlen(folder) != 2 || strlen(rest) != 2 * DIGEST_LEN - 2)
		return false;
	memcpy(digits, folder, 2);
	memcpy(digits + 2, rest, 2 * DIGEST_LEN - 1);	/* with its NUL */
	if (strspn(digits, "0123456789abcdef") != 2 * DIGEST_LEN)
		return false;
	for (i = 0; i < DIGEST_LEN; i++) {
		(void)sscanf(digits + 2 * i, "%2x", &byte);
		digest[i] = (unsigned char)byte;
	}
	return true;
}

static enum status
each_in(const char *path, const char *folder, depot_fn *fn, void *arg)
{
	unsigned char digest[DIGEST_LEN];
	enum status st = ST_OK;
	struct dirent *e;
	DIR *all = opendir(path);

	if (all == NULL)
		return errno == ENOENT || errno == ENOTDIR ? ST_OK :
		    datafile_complain("directory", path, errno);
	while (st == ST_OK && (e = readdir(all)) != NULL)
		if (read_name(folder, e->d_name, digest))
			st = fn(arg, digest);
	(void)closedir(all);
	return st;
}

enum status
depot_each(const char *dir, depot_fn *fn, void *arg)
{
	char path[DATAFILE_PATH], name[16], folder[3];
	enum status st = ST_OK;
	unsigned i;

	for (i = 0; i < 256 && st == ST_OK; i++) {
		(void)snprintf(folder, sizeof(folder), "%02x", i & 0xffU);
		(void)snprintf(name, sizeof(name), "files/%s", folder);
		st = datafile_path(dir, name, path);
		if (st == ST_OK)
			st = each_in(path, folder, fn, arg);
	}
	return st;
}
