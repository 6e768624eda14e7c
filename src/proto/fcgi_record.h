#ifndef PROTO_FCGI_RECORD_H
#define PROTO_FCGI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Records of FastCGI (FastCGI Specification 1.0, 3.3 and 5), as they travel
 * between a web server and an application once a request is under way.
 */
enum fcgi_type {
	FCGI_BEGIN_REQUEST = 1,
	FCGI_ABORT_REQUEST = 2,
	FCGI_END_REQUEST = 3,
	FCGI_PARAMS = 4,
	FCGI_STDIN = 5,
	FCGI_STDOUT = 6,
	FCGI_STDERR = 7,
};

#define FCGI_HEAD	8
/* Bytes of what ends a request: the stream's last record, and END_REQUEST. */
#define FCGI_END	24

/* A record's first bytes, without padding. */
void fcgi_head(unsigned char out[FCGI_HEAD], enum fcgi_type type,
    uint16_t request, uint16_t len);
/* An empty STDOUT record, and END_REQUEST with application status 0. */
void fcgi_end(unsigned char out[FCGI_END], uint16_t request);

/*
 * Listens to a web server whose request is being answered: all that it can
 * still say is that it wants no more.
 */
struct fcgi_listener {
	bool		aborted;	/* ABORT_REQUEST came for the request */
	bool		failed;		/* that was no FastCGI */
	/* the parser's own */
	uint16_t	request;
	uint8_t		have;		/* bytes of the head */
	unsigned char	head[FCGI_HEAD];
	uint32_t	skip;		/* content and padding still to come */
};

void fcgi_listener_init(struct fcgi_listener *l, uint16_t request);
void fcgi_listener_feed(struct fcgi_listener *l, const char *bytes, size_t n);

#endif
