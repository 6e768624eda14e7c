/*
 * Loaded before the C library: once the file named by NOTEWIRE_DIE exists, the
 * process kills itself in place of its next write to the bell file.  So a
 * commit is durable and nobody has been told.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int
is_bell(int fd)
{
	static const char name[] = "/bell";
	char link[64], path[4096];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < (ssize_t)sizeof(name))
		return 0;
	path[n] = '\0';
	return strcmp(path + n - (sizeof(name) - 1), name) == 0;
}

static void
die_at_bell(int fd)
{
	const char *wish = getenv("NOTEWIRE_DIE");

	if (wish != NULL && is_bell(fd) && access(wish, F_OK) == 0)
		(void)raise(SIGKILL);
}

ssize_t
write(int fd, const void *bytes, size_t n)
{
	ssize_t (*next)(int, const void *, size_t);

	die_at_bell(fd);
	*(void **)&next = dlsym(RTLD_NEXT, "write");
	return next(fd, bytes, n);
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	ssize_t (*next)(int, const void *, size_t, off_t);

	die_at_bell(fd);
	*(void **)&next = dlsym(RTLD_NEXT, "pwrite");
	return next(fd, bytes, n, at);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	ssize_t (*next)(int, const void *, size_t, off64_t);

	die_at_bell(fd);
	*(void **)&next = dlsym(RTLD_NEXT, "pwrite64");
	return next(fd, bytes, n, at);
}
