#ifndef CGI_CALL_CALL_H
#define CGI_CALL_CALL_H

#include "base/buf.h"
#include "base/problem.h"
#include "call/chore.h"
#include "call/exchange.h"
#include "call/request.h"
#include "call/service.h"
#include "store/store.h"

/* How long a Retry-After is where nothing better is known, in seconds. */
#define RETRY_AFTER_S	5

/*
 * One request on its way through the responder.  A handler reads it, answers
 * through reply.h and returns ST_OK; or it returns what failed, with `problem`
 * filled where there is more to say than the status, and the router answers.
 */
struct call {
	struct service		*service;
	struct exchange		*x;
	struct request		 request;
	struct access		 access;	/* as the route demanded */
	struct buf		 body;		/* of the request, once read */
	struct form		*form;		/* that was posted; form.h */
	char			 form_secret[ID_SIZE];	/* as a cookie in `head` */
	struct buf		 head;		/* more headers of the answer */
	struct buf		 out;		/* body of the answer */
	struct problem		 problem;
	int			 retry_after_s;	/* 0: say nothing */
	bool			 answered;	/* the head is out */
	int			 http;		/* with that status */
	const char		*pattern;	/* of its route, once it has one */
	struct chore		 chore;		/* for afterwards */
};

void call_init(struct call *c, struct service *s, struct exchange *x);
void call_fini(struct call *c);

/* Whether the client names HTML itself, and likes it better than JSON. */
bool call_wants_html(const struct call *c);
/* Whether the client reads what is compressed by gzip. */
bool call_takes_gzip(const struct call *c);

/* Segments of the path, by their place. */
#define PATH_BOARD(c)	((c)->request.path.seg[1])
#define PATH_NOTE(c)	((c)->request.path.seg[3])
#define PATH_FILE(c)	((c)->request.path.seg[3])
#define PATH_LINK(c)	((c)->request.path.seg[3])
#define PATH_ITEM(c)	((c)->request.path.seg[5])

/* Names the problem and returns ST_INVALID, for a handler to return. */
#define call_problem(c, kind, ...)	problem_set(&(c)->problem, kind, __VA_ARGS__)

/* Reads the body into c->body.  A problem is named. */
enum status call_read_body(struct call *c);
/* Names what exchange_read answered; ST_OK and ST_NOMEM stay as they are. */
enum status call_body_problem(struct call *c, enum status st);
/*
 * Reads and parses a JSON body; the caller frees `*out` with json_free.  An
 * empty body is NULL where `optional`.  A problem is named.
 */
enum body_need { BODY_NEEDED, BODY_OPTIONAL };
struct cJSON;
enum status call_read_json(struct call *c, enum body_need need,
    struct cJSON **out);

#endif
