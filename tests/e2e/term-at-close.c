/*
 * Loaded before the C library: TERM comes at each moment when the process has
 * just closed an eventfd, whose number is a file's by then.  How much is written
 * into that file is told on standard error at the end, on a line of its own.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int moments;
static long long written;

static int
is_eventfd(int fd)
{
	static const char kind[] = "anon_inode:[eventfd]";
	char link[64], target[sizeof(kind)] = "";

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return readlink(link, target, sizeof(target)) == sizeof(kind) - 1 &&
	    memcmp(target, kind, sizeof(kind) - 1) == 0;
}

int
close(int fd)
{
	static int (*real)(int);
	int was_one = is_eventfd(fd), result, file;
	struct stat seen;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "close");
	result = real(fd);
	if (!was_one)
		return result;
	file = memfd_create("written", 0);	/* the lowest number: that one */
	if (file != fd)
		(void)dup2(file, fd);
	(void)raise(SIGTERM);
	if (fstat(file, &seen) == 0)
		written += (long long)seen.st_size;
	moments++;
	if (file != fd)
		(void)real(file);
	(void)real(fd);
	return result;
}

__attribute__((destructor)) static void
tell(void)
{
	if (moments > 0)
		(void)fprintf(stderr, "\nTERM at %d closes: %lld bytes\n",
		    moments, written);
}
