#include "call/reply.h"

#include <string.h>

#include "codec/gzip.h"
#include "codec/print.h"

void
reply_header(struct call *c, const char *name, const char *fmt, ...)
{
	size_t at;
	va_list ap;

	buf_addf(&c->head, "%s: ", name);
	at = c->head.len;
	va_start(ap, fmt);
	buf_vaddf(&c->head, fmt, ap);
	va_end(ap);
	for (; at < c->head.len; at++)
		if (c->head.data[at] >= 0 && c->head.data[at] < ' ')
			buf_fail(&c->head, ST_INVALID);
	buf_adds(&c->head, "\r\n");
}

void
reply_etag(struct call *c, const char *opaque)
{
	reply_header(c, "ETag", "\"%s\"", opaque);
}

static const char *
phrase(int http)
{
	switch (http) {
	case 200:	return "OK";
	case 201:	return "Created";
	case 204:	return "No Content";
	case 206:	return "Partial Content";
	case 303:	return "See Other";
	case 304:	return "Not Modified";
	default:	return "Problem";
	}
}

enum status
reply_head(struct call *c, int http, const char *type, const char *cache)
{
	struct buf line;
	enum status st;

	c->answered = true;
	c->http = http;
	buf_init(&line, 1024);
	buf_addf(&line, "Status: %d %s\r\n", http, phrase(http));
	if (type != NULL)
		buf_addf(&line, "Content-Type: %s\r\n", type);
	buf_addf(&line, "Cache-Control: %s\r\n"
	    "X-Content-Type-Options: nosniff\r\n", cache);
	st = buf_status(&line);
	if (st == ST_OK)
		st = buf_status(&c->head);
	if (st == ST_OK)
		st = exchange_write(c->x, line.data, line.len);
	if (st == ST_OK)
		st = exchange_write(c->x, c->head.data, c->head.len);
	if (st == ST_OK)
		st = exchange_write(c->x, "\r\n", 2);
	buf_fini(&line);
	return st;
}

enum status
reply_body(struct call *c, int http, const char *type)
{
	enum status st = buf_status(&c->out);

	if (st)
		return st;
	reply_header(c, "Content-Length", "%zu", c->out.len);
	st = reply_head(c, http, type, "no-store");
	if (st == ST_OK && c->request.method != METHOD_HEAD)
		st = exchange_write(c->x, c->out.data, c->out.len);
	return st;
}

enum status
reply_compress(struct call *c)
{
	struct buf plain = c->out;
	enum status st = buf_status(&plain);

	if (st || !call_takes_gzip(c))
		return st;
	buf_init(&c->out, plain.max);
	st = gzip_put(&c->out, plain.data, plain.len);
	buf_fini(&plain);
	if (st == ST_OK)
		reply_header(c, "Content-Encoding", "gzip");
	return st;
}

bool
reply_put_note(void *call, const struct note *n)
{
	struct call *c = call;

	if (c->out.len > 0 && c->out.data[c->out.len - 1] != '[')
		buf_addc(&c->out, ',');
	print_note(&c->out, n);
	return buf_status(&c->out) == ST_OK;
}

enum status
reply_json(struct call *c, int http)
{
	return reply_body(c, http, "application/json");
}

enum status
reply_cacheable(struct call *c, const char *opaque)
{
	reply_etag(c, opaque);
	if (etag_match(&c->request.if_none_match, opaque, true))
		return reply_empty(c, 304);
	return reply_json(c, 200);
}

enum status
reply_empty(struct call *c, int http)
{
	return reply_head(c, http, NULL, "no-store");
}

void
reply_name_problem(struct call *c, enum status st)
{
	int http;

	if (c->problem.kind == PROBLEM_NONE)
		(void)call_problem(c, problem_of_status(st), "%s", "");
	http = problem_http(c->problem.kind);
	if (http == 429 || http == 503 || http == 507)
		reply_header(c, "Retry-After", "%d",
		    c->retry_after_s ? c->retry_after_s : RETRY_AFTER_S);
}

enum status
reply_problem(struct call *c)
{
	struct buf more = c->out;

	buf_init(&c->out, more.max);
	print_problem(&c->out, &c->problem);
	if (more.len > 0 && buf_status(&more) == ST_OK) {
		buf_truncate(&c->out, c->out.len - 1);	/* the closing brace */
		buf_add(&c->out, more.data, more.len);
		buf_addc(&c->out, '}');
	}
	buf_fini(&more);
	return reply_body(c, problem_http(c->problem.kind),
	    "application/problem+json");
}

enum status
reply_stream(struct call *c, const char *type)
{
	enum status st;

	reply_header(c, "X-Accel-Buffering", "no");
	reply_header(c, "Incremental", "?1");
	st = reply_head(c, 200, type, "no-store, no-transform");
	return st ? st : exchange_flush(c->x);
}
