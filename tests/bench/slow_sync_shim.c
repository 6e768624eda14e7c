/*
 * Loaded before the C library: each fsync and fdatasync takes 2 ms more, as on
 * a slower disk.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MORE_NS	2000000

typedef int sync_fn(int fd);

static int
slow(const char *name, int fd)
{
	const struct timespec more = { .tv_nsec = MORE_NS };
	sync_fn *real = NULL;

	*(void **)&real = dlsym(RTLD_NEXT, name);
	if (real == NULL)
		abort();
	(void)nanosleep(&more, NULL);
	return real(fd);
}

int
fsync(int fd)
{
	return slow("fsync", fd);
}

int
fdatasync(int fd)
{
	return slow("fdatasync", fd);
}
