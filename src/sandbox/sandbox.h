#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * What a program gives up once it has started: new privileges (prctl(2),
 * PR_SET_NO_NEW_PRIVS), core dumps, files outside a few folders (landlock(7)),
 * and system calls that it has no use for (seccomp(2)).  There is no way back.
 * Threads that were there before keep what they had, so there should be none.
 *
 * Kernels differ in what they have, and containers in what they allow; a part
 * that cannot be had is left out, and whoever needs it looks at what was reached.
 */
enum sandbox_use {
	SANDBOX_READ = 1,	/* what is below may be read */
	SANDBOX_WRITE,		/* and written, made, renamed and removed */
};

struct sandbox_place {
	const char		*path;	/* a folder, or a file; "" or one that is
					   not there does not count */
	enum sandbox_use	 use;
};

/* What was reached. */
struct sandbox {
	bool	privileges;	/* no new ones */
	int	files;		/* Landlock's ABI, or 0 */
	bool	calls;		/* of the allow-list only, as seccomp's filter */
};

/*
 * Gives up all but what the places allow; with `calls` also every system call
 * that responder and daemon do not use: programs are not run, processes are not
 * begun or sent signals, and of sockets only Unix ones are made.  `out` says what
 * was reached, and what was not is logged.  ST_DENIED: not all, and that was
 * `required`.
 */
enum status sandbox_enter(const struct sandbox_place *places, size_t n,
    bool calls, bool required, struct sandbox *out);

/* Whether all is there that sandbox_enter was asked for. */
bool sandbox_is_whole(const struct sandbox *s, bool calls);
/* As JSON: {"no_new_privs":true,"landlock":7,"seccomp":true}. */
void sandbox_print(struct buf *b, const struct sandbox *s);

#endif
