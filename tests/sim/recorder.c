#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NODES_MAX	4096
#define NONE		UINT32_MAX

struct node {
	dev_t	dev;
	ino_t	ino;
	bool	dir;
	bool	database;	/* or one of SQLite's files beside it */
};

struct recorder {
	bool		 deaf;
	FILE		*out;
	struct node	 nodes[NODES_MAX];
	uint32_t	 n;
};

/* The calls of the C library have no argument to carry these. */
static struct recorder *recorder;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
put(struct trace_op op, const void *bytes, size_t n)
{
	int why = errno;

	op.len = (uint32_t)n;
	if (n > UINT32_MAX || trace_put(recorder->out, &op, bytes) == -1) {
		(void)fprintf(stderr, "the trace cannot be written\n");
		abort();
	}
	errno = why;
}

static uint32_t
add_node(const struct stat *info, const char *name, bool dir)
{
	struct node *n;

	if (recorder->n == NODES_MAX) {
		(void)fprintf(stderr, "too many files to record\n");
		abort();
	}
	n = &recorder->nodes[recorder->n];
	*n = (struct node){ info->st_dev, info->st_ino, dir,
	    strncmp(name, "notes.db", strlen("notes.db")) == 0 };
	return recorder->n++;
}

/* An inode may be used again, so the newest node that had it is meant. */
static uint32_t
find(const struct stat *info)
{
	uint32_t i;

	for (i = recorder->n; i-- > 0; )
		if (recorder->nodes[i].ino == info->st_ino &&
		    recorder->nodes[i].dev == info->st_dev)
			return i;
	return NONE;
}

static uint32_t
find_open(int fd)
{
	struct stat info;

	return fstat(fd, &info) == 0 ? find(&info) : NONE;
}

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* The directory that a path's last component is in. */
static uint32_t
find_dir(int dirfd, const char *path)
{
	char dir[PATH_MAX];
	struct stat info;
	int n = (int)(name_of(path) - path);

	if (snprintf(dir, sizeof(dir), "%.*s.", n, path) >= (int)sizeof(dir))
		return NONE;
	return fstatat(dirfd, dir, &info, 0) == 0 ? find(&info) : NONE;
}

int
recorder_start(const struct recorder_options *o)
{
	struct recorder *r = calloc(1, sizeof(*r));
	struct stat info;

	if (r == NULL || stat(o->base, &info) == -1)
		goto fail;
	r->out = fopen(o->trace, "we");
	if (r->out == NULL)
		goto fail;
	r->deaf = o->deaf;
	recorder = r;
	(void)add_node(&info, "", true);
	return 0;
fail:
	free(r);
	return -1;
}

int
recorder_stop(void)
{
	struct recorder *r = recorder;

	recorder = NULL;
	if (fclose(r->out) == EOF) {
		free(r);
		return -1;
	}
	free(r);
	return 0;
}

void
recorder_note(enum trace_kind kind, uint32_t thread, uint64_t batch,
    const void *bytes, size_t n)
{
	if (!recorder_enter())
		return;
	put((struct trace_op){ .kind = kind, .node = thread, .at = batch },
	    bytes, n);
	recorder_leave();
}

bool
recorder_enter(void)
{
	if (recorder == NULL)
		return false;
	(void)pthread_mutex_lock(&lock);
	return true;
}

void
recorder_leave(void)
{
	(void)pthread_mutex_unlock(&lock);
}

static void
link_node(uint32_t node, uint32_t dir, const char *path)
{
	const char *name = name_of(path);

	put((struct trace_op){ .kind = TRACE_LINK, .node = node, .dir = dir },
	    name, strlen(name) + 1);
}

void
recorder_created(int dirfd, const char *path, int fd, bool dir)
{
	uint32_t parent = find_dir(dirfd, path), node;
	const char *name = name_of(path);
	size_t len = strlen(name);
	struct stat info;
	int failed;

	if (parent == NONE ||
	    (len > 4 && strcmp(name + len - 4, "-shm") == 0))
		return;
	failed = dir ? fstatat(dirfd, path, &info, 0) : fstat(fd, &info);
	if (failed)
		abort();
	node = add_node(&info, name, dir);
	put((struct trace_op){ .kind = dir ? TRACE_DIR : TRACE_FILE,
	    .node = node }, NULL, 0);
	link_node(node, parent, path);
}

void
recorder_linked(int fromfd, const char *from, int tofd, const char *to,
    int flags)
{
	uint32_t dir = find_dir(tofd, to), node = NONE;
	struct stat info;

	if (fstatat(fromfd, from, &info, flags & AT_SYMLINK_FOLLOW ?
	    0 : AT_SYMLINK_NOFOLLOW) == 0)
		node = find(&info);
	if (dir != NONE && node != NONE)
		link_node(node, dir, to);
}

void
recorder_unlinked(int dirfd, const char *path)
{
	uint32_t dir = find_dir(dirfd, path);
	const char *name = name_of(path);

	if (dir != NONE)
		put((struct trace_op){ .kind = TRACE_UNLINK, .dir = dir },
		    name, strlen(name) + 1);
}

void
recorder_moved(int fromfd, const char *from, int tofd, const char *to)
{
	uint32_t old = find_dir(fromfd, from), new = find_dir(tofd, to);
	char names[2 * (NAME_MAX + 1)];
	struct stat info;
	int n;

	if (old == NONE || new == NONE || fstatat(tofd, to, &info, 0) == -1)
		return;
	n = snprintf(names, sizeof(names), "%s%c%s", name_of(from), '\0',
	    name_of(to));
	put((struct trace_op){ .kind = TRACE_MOVE, .node = find(&info),
	    .dir = old, .at = new }, names, (size_t)n + 1);
}

void
recorder_written(int fd, const void *bytes, size_t n, uint64_t at)
{
	uint32_t node = find_open(fd);

	if (node != NONE && n > 0)
		put((struct trace_op){ .kind = TRACE_WRITE, .node = node,
		    .at = at }, bytes, n);
}

void
recorder_resized(int fd)
{
	struct stat info;
	uint32_t node;

	if (fstat(fd, &info) == -1)
		return;
	node = find(&info);
	if (node != NONE)
		put((struct trace_op){ .kind = TRACE_RESIZE, .node = node,
		    .at = (uint64_t)info.st_size }, NULL, 0);
}

void
recorder_synced(int fd)
{
	uint32_t node = find_open(fd);
	const struct node *n;

	if (node == NONE)
		return;
	n = &recorder->nodes[node];
	if (recorder->deaf && !n->dir && !n->database)
		return;
	put((struct trace_op){ .kind = TRACE_SYNC, .node = node }, NULL, 0);
}
