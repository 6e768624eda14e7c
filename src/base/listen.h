#ifndef BASE_LISTEN_H
#define BASE_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/status.h"

/*
 * Listens at a path with a Unix socket of that type (SOCK_STREAM,
 * SOCK_SEQPACKET) and that mode; one that nobody answers at is replaced.
 * ST_BUSY: somebody does; ST_TOOBIG: the path; ST_IO.  Logged; `*out` is -1 then.
 */
enum status listen_unix(const char *path, int type, mode_t mode, int *out);

/* An address of TCP, and how it was written. */
struct listen_address {
	struct sockaddr_storage	at;
	socklen_t		len;
	char			text[128];
};

/*
 * Reads "192.0.2.1:80", "[2001:db8::1]:80" or "*:80" (all of version 4).  No
 * name: which address is meant would be another machine's word.  ST_INVALID,
 * logged.
 */
enum status listen_read(const char *text, size_t len,
    struct listen_address *out);
/* Listens there; what is accepted sends at once (TCP_NODELAY).  As listen_unix. */
enum status listen_tcp(const struct listen_address *a, int *out);
/* Whether that socket listens there already. */
bool listen_is_at(int fd, const struct listen_address *a);

#endif
