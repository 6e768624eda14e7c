#include <string.h>

#include "api/api.h"
#include "call/params.h"
#include "call/reply.h"
#include "codec/signal.h"
#include "feed/handover.h"
#include "feed/peer.h"

struct params {
	char	peer[ID_SIZE];
	char	to[ID_SIZE];
};

static enum status
read_query(struct call *c, struct params *q, struct signal *s)
{
	struct query_field fields[] = {
		{ .name = "peer", .dst = q->peer, .size = sizeof(q->peer) },
		{ .name = "to", .dst = q->to, .size = sizeof(q->to) },
	};
	enum status st;

	st = params_read(c, fields, sizeof(fields) / sizeof(fields[0]));
	if (st == ST_OK && fields[0].seen)
		st = peer_id(c, q->peer, s->from);
	if (st == ST_OK && fields[1].seen && !str_is_id(q->to))
		st = call_problem(c, PROBLEM_BAD_QUERY, "to: a peer's id");
	return st;
}

static enum status
read_bytes(struct call *c, const struct params *q, struct signal *s)
{
	enum status st;

	st = call_read_body(c);
	if (st)
		return st;
	s->binary = true;
	memcpy(s->to, q->to, sizeof(s->to));
	s->bytes = c->body.data;
	s->len = c->body.len;
	if (s->len > SIGNAL_MAX)
		return call_problem(c, PROBLEM_TOO_LARGE,
		    "a signal has at most %zu bytes", SIGNAL_MAX);
	return ST_OK;
}

static enum status
read_text(struct call *c, const struct params *q, struct signal *s,
    struct buf *data)
{
	const struct json_limits limits = {
		.depth = c->service->config->json_depth,
		.values = c->service->config->json_values,
	};
	enum status st;

	if (q->to[0] != '\0')
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "to: within the JSON");
	st = call_read_body(c);
	return st ? st : signal_read(c->body.data, c->body.len, &limits, s,
	    data, &c->problem);
}

static enum status
read_signal(struct call *c, struct signal *s, struct buf *data)
{
	const char *type = c->request.media_type;
	struct params q;
	enum status st;

	st = read_query(c, &q, s);
	if (st)
		return st;
	if (strcmp(type, "application/octet-stream") == 0)
		return read_bytes(c, &q, s);
	if (strcmp(type, "application/json") == 0)
		return read_text(c, &q, s, data);
	return call_problem(c, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
	    "send application/json or application/octet-stream");
}

/* Readers may say that they are there, and nothing more. */
static enum status
check_role(struct call *c, const struct signal *s)
{
	if (s->kind == SIGNAL_PRESENCE && s->from[0] == '\0')
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "peer: whose presence?");
	if (s->kind == SIGNAL_MESSAGE && c->access.role < ROLE_WRITE)
		return ST_DENIED;
	return ST_OK;
}

static enum status
send_signal(struct call *c, const struct signal *s)
{
	enum status st;

	st = handover_signal(c, s);
	switch ((int)st) {
	case ST_NOTFOUND:
		return call_problem(c, PROBLEM_NO_PEER,
		    s->kind == SIGNAL_PRESENCE ?
		    "it holds no feed with that peer" : "nobody of that id");
	case ST_GONE:
		return call_problem(c, PROBLEM_NOT_IMPLEMENTED,
		    "signals need notewired, which does not run");
	case ST_OK:
		return reply_empty(c, 204);
	default:
		return st;
	}
}

enum status
api_signal(struct call *c, const struct claim *claim)
{
	struct signal s = { .kind = SIGNAL_MESSAGE };
	struct buf data;
	enum status st;

	(void)claim;
	buf_init(&data, SIGNAL_MAX);
	st = read_signal(c, &s, &data);
	memcpy(s.board, PATH_BOARD(c), sizeof(s.board));
	if (st == ST_OK)
		st = check_role(c, &s);
	if (st == ST_OK)
		st = send_signal(c, &s);
	buf_fini(&data);
	return st;
}
