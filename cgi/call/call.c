#include "call/call.h"

#include <string.h>

#include "call/form.h"
#include "codec/json.h"
#include "proto/accept.h"
#include "proto/coding.h"

/* A snapshot is the largest answer; a board past this cannot be shown whole. */
#define ANSWER_MAX	((size_t)256 << 20)
#define HEAD_MAX	((size_t)16 << 10)

void
call_init(struct call *c, struct service *s, struct exchange *x)
{
	memset(c, 0, sizeof(*c));
	c->service = s;
	c->x = x;
	buf_init(&c->body, (size_t)s->config->body_bytes);
	buf_init(&c->head, HEAD_MAX);
	buf_init(&c->out, ANSWER_MAX);
}

void
call_fini(struct call *c)
{
	form_free(c->form);
	buf_fini(&c->body);
	buf_fini(&c->head);
	buf_fini(&c->out);
}

enum status
call_read_body(struct call *c)
{
	enum status st;

	if (c->request.other_charset)
		return call_problem(c, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
		    "charset must be utf-8");
	st = exchange_body(c->x, &c->body);
	if (st == ST_TOOBIG)
		return call_problem(c, PROBLEM_TOO_LARGE,
		    "a body may have %lld bytes",
		    (long long)c->service->config->body_bytes);
	return call_body_problem(c, st);
}

enum status
call_body_problem(struct call *c, enum status st)
{
	switch ((int)st) {
	case ST_OK:
	case ST_NOMEM:
		return st;
	case ST_TIMEOUT:
		return call_problem(c, PROBLEM_TIMEOUT, "no bytes for %lld ms",
		    (long long)c->service->config->io_timeout_ms);
	default:
		return call_problem(c, PROBLEM_TRUNCATED,
		    "fewer bytes than announced");
	}
}

static enum status
check_type(struct call *c)
{
	const char *type = c->request.media_type;

	if (strcmp(type, "application/json") == 0 ||
	    (c->request.method == METHOD_PATCH &&
	    strcmp(type, "application/merge-patch+json") == 0))
		return ST_OK;
	return call_problem(c, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
	    "send application/json");
}

bool
call_wants_html(const struct call *c)
{
	const char *accept = exchange_env(c->x, "HTTP_ACCEPT");

	return accept_weight(accept, "text/html") >
	    accept_weight(accept, "application/json");
}

bool
call_takes_gzip(const struct call *c)
{
	return coding_accepted(exchange_env(c->x, "HTTP_ACCEPT_ENCODING"),
	    "gzip");
}

enum status
call_read_json(struct call *c, enum body_need need, struct cJSON **out)
{
	const struct json_limits limits = {
		.depth = c->service->config->json_depth,
		.values = c->service->config->json_values,
	};
	enum status st;

	*out = NULL;
	st = call_read_body(c);
	if (st)
		return st;
	if (c->body.len == 0 && need == BODY_OPTIONAL)
		return ST_OK;
	st = check_type(c);
	if (st)
		return st;
	return json_parse(c->body.data, c->body.len, &limits, out, &c->problem);
}
