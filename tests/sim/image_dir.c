/* An image as a folder: written out, and compared with one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image_priv.h"

/* "dir/name"; a path too long ends the process. */
static void
join(char out[PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		abort();
}

static int
write_file(const struct content *c, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t at = 0;
	ssize_t n = 1;

	if (fd == -1)
		return -1;
	for (; at < c->len && n > 0; at += (size_t)n)
		n = write(fd, c->data + at, c->len - at);
	return close(fd) == -1 || n <= 0 ? -1 : 0;
}

static int
write_dir(const struct image *im, uint32_t dir, const char *path)
{
	const struct image_name *n;
	char below[PATH_MAX];
	size_t i;
	int failed = 0;

	for (i = 0; i < im->names_n && !failed; i++) {
		n = &im->names[i];
		if (n->dir != dir)
			continue;
		join(below, path, n->name);
		if (!im->nodes[n->node].dir)
			failed = write_file(&im->nodes[n->node].content, below);
		else if (mkdir(below, 0700) == -1)
			failed = -1;
		else
			failed = write_dir(im, n->node, below);
	}
	return failed;
}

int
image_write(const struct image *im, const char *dir)
{
	return write_dir(im, TRACE_BASE, dir);
}

/* ---- compared ---- */

static bool
same_file(const struct content *c, const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned char bytes[4096];
	size_t n, at = 0;
	bool same = f != NULL;

	while (same && (n = fread(bytes, 1, sizeof(bytes), f)) > 0) {
		same = n <= c->len - at && memcmp(bytes, c->data + at, n) == 0;
		at += n;
	}
	if (f != NULL)
		(void)fclose(f);
	return same && at == c->len;
}

/* Names in a folder, without those of memory that looks like a file. */
static size_t
count_names(const char *path)
{
	struct dirent *e;
	DIR *d = opendir(path);
	size_t n = 0, len;

	if (d == NULL)
		return 0;
	while ((e = readdir(d)) != NULL) {
		len = strlen(e->d_name);
		if (strcmp(e->d_name, ".") != 0 &&
		    strcmp(e->d_name, "..") != 0 &&
		    (len < 4 || strcmp(e->d_name + len - 4, "-shm") != 0))
			n++;
	}
	(void)closedir(d);
	return n;
}

static bool
same_dir(const struct image *im, uint32_t dir, const char *path)
{
	const struct image_name *n;
	char below[PATH_MAX];
	size_t i, found = 0;
	bool same;

	for (i = 0; i < im->names_n; i++) {
		n = &im->names[i];
		if (n->dir != dir)
			continue;
		found++;
		join(below, path, n->name);
		if (im->nodes[n->node].dir)
			same = same_dir(im, n->node, below);
		else
			same = same_file(&im->nodes[n->node].content, below);
		if (!same) {
			(void)fprintf(stderr, "%s differs\n", below);
			return false;
		}
	}
	if (found == count_names(path))
		return true;
	(void)fprintf(stderr, "%s holds other names\n", path);
	return false;
}

bool
image_matches(const struct image *im, const char *dir)
{
	return same_dir(im, TRACE_BASE, dir);
}
