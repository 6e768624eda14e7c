#ifndef CGI_CALL_REPLY_H
#define CGI_CALL_REPLY_H

#include "call/call.h"

/*
 * The ways to answer.  Each sends the status, c->head and the common headers;
 * a failure to send means that the client is gone and is returned as it is.
 */

/* Adds a header line to c->head, which fails on a value with control bytes. */
void reply_header(struct call *c, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* ETag: "<opaque>" */
void reply_etag(struct call *c, const char *opaque);

/* Adds a note to the JSON array that c->out ends in; a store_note_fn for `c`. */
bool reply_put_note(void *call, const struct note *n);
/* c->out as application/json; what stuck in c->out is returned instead. */
enum status reply_json(struct call *c, int http);
/* c->out as another type. */
enum status reply_body(struct call *c, int http, const char *type);
/*
 * Makes c->out smaller for a client that takes it (RFC 9110, 8.4), and says so.
 * Once for an answer that is whole, and not for a stream.
 */
enum status reply_compress(struct call *c);
/*
 * c->out as 200 and JSON, with the ETag `opaque`; 304 without it where the
 * client's If-None-Match says that it has that already (RFC 9110, 13.1.2).
 */
enum status reply_cacheable(struct call *c, const char *opaque);
/*
 * The head of an answer whose body the handler writes itself; c->head has its
 * Content-Length.  `type` NULL: it has none.
 */
enum status reply_head(struct call *c, int http, const char *type,
    const char *cache);
/* Without a body: 204, 304. */
enum status reply_empty(struct call *c, int http);
/*
 * Names c->problem, from `st` where nothing has, and when to come back.  One of
 * the two answers follows: reply_problem, or a page (page.h).
 */
void reply_name_problem(struct call *c, enum status st);
/*
 * c->problem as JSON (RFC 9457).  What stands in c->out, if anything, is members
 * to add: `,"name":value`.
 */
enum status reply_problem(struct call *c);
/* The head of a stream, on its way when this returns. */
enum status reply_stream(struct call *c, const char *type);

#endif
