#ifndef TESTS_BENCH_FAN_CONN_H
#define TESTS_BENCH_FAN_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "place.h"

/*
 * A subscriber's connection: opened, upgraded, then read.  What goes wrong
 * with one ends the program.
 */
struct fan_request {
	struct place	place;
	const char	*path;
	const char	*authorization;	/* of that header; NULL for none */
	unsigned	sources;	/* addresses it may come from */
	struct ssl_ctx_st *tls;		/* where the place wants it */
};

struct fan_conn {
	int		fd;
	bool		upgraded;
	bool		ended;
	uint16_t	rest_len;	/* of a frame whose end has not come */
	char		*rest;
	int64_t		next;		/* number of the next change; 0 unknown */
	struct ssl_st	*ssl;
};

/* After the place has been set: makes `tls`, and releases it. */
void fan_request_init(struct fan_request *r);
void fan_request_fini(struct fan_request *r);
/* Connects, shakes hands and sends the head; number `i` of many. */
void fan_conn_open(struct fan_conn *c, const struct fan_request *r, size_t i);
/*
 * The bytes that the answer to it takes; 0 when its end has not come.  Dies of
 * any answer but the right 101.
 */
size_t fan_conn_answer(const char *bytes, size_t len);
/* Bytes read, 0 when there are none at present, -1 at the end. */
ssize_t fan_conn_read(struct fan_conn *c, char *out, size_t size);
/* Keeps what could not be used yet. */
void fan_conn_keep(struct fan_conn *c, const char *bytes, size_t len);
/* Answers a ping, whose payload is at most 125 bytes. */
void fan_conn_pong(struct fan_conn *c, const char *payload, size_t len);
/* Says that nothing more comes; the server is to end its side then. */
void fan_conn_finish(struct fan_conn *c);
/* Once that side has ended, or to drop it; twice is fine. */
void fan_conn_close(struct fan_conn *c);

#endif
