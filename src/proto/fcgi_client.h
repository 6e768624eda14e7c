#ifndef PROTO_FCGI_CLIENT_H
#define PROTO_FCGI_CLIENT_H

#include <stdbool.h>

#include "base/buf.h"
#include "proto/fcgi_record.h"

/*
 * One request to a FastCGI application (FastCGI Specification 1.0, 3 to 5), as a
 * web server would make it, and what is answered.  Bytes in and out; no socket.
 */

/* The id of the one request of a connection. */
#define FCGI_CLIENT_REQUEST	1

/* Appends BEGIN_REQUEST: a responder, whose connection stays for the next. */
void fcgi_client_begin(struct buf *b);
/* Appends one parameter, in a record of its own (3.4). */
void fcgi_client_param(struct buf *b, const char *name, const char *value);
/* Appends the end of the parameters, the body, and its end. */
void fcgi_client_body(struct buf *b, const char *body, size_t len);

enum fcgi_client_state {
	FCGI_ANSWER_HEAD = 0,	/* a record's head */
	FCGI_ANSWER_CONTENT,
	FCGI_ANSWER_PADDING,
	FCGI_ANSWER_DONE,	/* END_REQUEST came */
	FCGI_ANSWER_FAILED,
};

/*
 * The answer: STDOUT is collected up to the buffer's limit, STDERR dropped.
 */
struct fcgi_answer {
	struct buf		 out;
	int			 status;	/* HTTP's, once it is whole */
	const char		*body;		/* in `out` */
	size_t			 body_len;
	/* the parser's own */
	enum fcgi_client_state	 state;
	unsigned char		 head[FCGI_HEAD];
	unsigned char		 end[FCGI_HEAD];	/* of END_REQUEST */
	size_t			 have;		/* of head, then of content */
};

/* `max` is the most that an answer may have. */
void fcgi_answer_init(struct fcgi_answer *a, size_t max);
void fcgi_answer_fini(struct fcgi_answer *a);
/* For the next answer; what memory there is stays. */
void fcgi_answer_reset(struct fcgi_answer *a);
void fcgi_answer_feed(struct fcgi_answer *a, const char *bytes, size_t n);
/* Whether nothing of it has come yet. */
bool fcgi_answer_is_fresh(const struct fcgi_answer *a);
/*
 * ST_BUSY: more is to come.  ST_OK: the request was served; status and body
 * are set (RFC 3875, 6).  ST_INVALID: that was no answer; ST_TOOBIG; ST_NOMEM;
 * ST_DENIED: the application would not serve it.
 */
enum status fcgi_answer_end(struct fcgi_answer *a);

#endif
