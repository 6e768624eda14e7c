#ifndef CGI_CALL_EXCHANGE_H
#define CGI_CALL_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * One request and its answer, over FastCGI or CGI: what comes in (meta
 * variables of RFC 3875, a body) and a way out.  Nothing here knows HTTP.
 */
struct exchange;

struct exchange_way {
	/* `*got` is 0 at the end.  ST_TIMEOUT, ST_CLOSED. */
	enum status	(*read)(struct exchange *x, char *to, size_t room,
			    size_t *got);
	/* Takes all.  ST_TIMEOUT, ST_CLOSED. */
	enum status	(*write)(struct exchange *x, const char *bytes,
			    size_t n);
	enum status	(*flush)(struct exchange *x);
};

struct exchange {
	const struct exchange_way	*way;
	void				*peer;	/* what the way needs */
	char *const			*env;	/* NAME=value */
	int				 fd;	/* becomes readable or hung up
						   when the client leaves */
	int				 io_timeout_ms;
	bool				 single;/* the process serves only this */
	int				 request;/* FastCGI's id, 1 to 65535 */
	bool				 given;	/* `fd` is another process's now:
						   no more but to close it */
	bool				 body_begun;
	bool				 body_read;	/* to its end */
	uint64_t			 body_left;	/* once begun */
};

/* A meta variable; "" where it is not set. */
const char *exchange_env(const struct exchange *x, const char *name);

/* The length of a body that tells none and ends itself. */
#define EXCHANGE_OPEN	UINT64_MAX

/* Bytes the body should have, before any was read; or EXCHANGE_OPEN. */
uint64_t exchange_length(const struct exchange *x);
/*
 * Reads the next bytes of the body; `*got` is 0 at its end.  ST_CLOSED when
 * it ended before CONTENT_LENGTH; ST_TIMEOUT.
 */
enum status exchange_read(struct exchange *x, char *to, size_t room,
    size_t *got);
/*
 * Reads the whole body.  ST_TOOBIG past the buffer's limit; ST_CLOSED when it
 * ended before CONTENT_LENGTH; ST_TIMEOUT; ST_NOMEM.
 */
enum status exchange_body(struct exchange *x, struct buf *out);
/* Reads what is left of the body, `max` bytes at most, and forgets it. */
void exchange_drain(struct exchange *x, size_t max);

enum status exchange_write(struct exchange *x, const char *bytes, size_t n);
/* What was written is on its way when this returns. */
enum status exchange_flush(struct exchange *x);

/* Whether poll's answer on `fd` means that the client has left. */
bool exchange_left(const struct exchange *x, short revents);

/*
 * Whether the other end is a process of our own user: the daemon, whose word
 * counts, where a web server's is only what a stranger made it say.
 */
bool exchange_is_ours(const struct exchange *x);

/* A CGI run: environ, standard input and output (RFC 3875). */
void exchange_cgi(struct exchange *x, int io_timeout_ms);

#endif
