#ifndef BASE_LISTEN_H
#define BASE_LISTEN_H

#include <sys/types.h>

#include "base/status.h"

/*
 * Listens at a path with a Unix socket of that type (SOCK_STREAM,
 * SOCK_SEQPACKET) and that mode; one that nobody answers at is replaced.
 * ST_BUSY: somebody does; ST_TOOBIG: the path; ST_IO.  Logged; `*out` is -1 then.
 */
enum status listen_unix(const char *path, int type, mode_t mode, int *out);

#endif
