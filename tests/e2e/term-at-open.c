/*
 * Loaded before the C library: TERM comes when the process opens a file that is
 * named bell, which a service does before it is whole.  That it came is told on
 * standard error, on a line of its own.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int (*real)(const char *, int, ...);

int
open(const char *path, int flags, ...)
{
	static const char said[] = "\nTERM at open\n";
	const char *name = strrchr(path, '/');
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "open");
	if (name != NULL && strcmp(name, "/bell") == 0) {
		(void)!write(STDERR_FILENO, said, sizeof(said) - 1);
		(void)raise(SIGTERM);
	}
	return real(path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
