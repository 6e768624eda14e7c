#include "feed/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "feed/peer.h"
#include "proto/accept.h"
#include "proto/query.h"

#define LIMIT_DEFAULT		500
#define LIMIT_MAX		1000
#define TIMEOUT_MAX_MS		60000
#define HEARTBEAT_MIN_MS	1000
#define HEARTBEAT_MAX_MS	60000
/* Long-polls that began together end apart. */
#define TIMEOUT_SPREAD_MS	3000

enum param {
	PARAM_SINCE = 0,
	PARAM_LAST_EVENT_ID,
	PARAM_LAST_EVENT_ID_CAMEL,
	PARAM_FEED,
	PARAM_TIMEOUT,
	PARAM_HEARTBEAT,
	PARAM_LIMIT,
	PARAM_DOCS,
	PARAM_PEER,
	PARAMS
};

#define VALUE_SIZE	64

struct params {
	struct query_field	field[PARAMS];
	char			value[PARAMS][VALUE_SIZE];
};

static enum status
read_params(struct call *c, struct params *p)
{
	static const char *const names[PARAMS] = {
		[PARAM_SINCE] = "since",
		[PARAM_LAST_EVENT_ID] = "last_event_id",
		[PARAM_LAST_EVENT_ID_CAMEL] = "lastEventId",
		[PARAM_FEED] = "feed",
		[PARAM_TIMEOUT] = "timeout",
		[PARAM_HEARTBEAT] = "heartbeat",
		[PARAM_LIMIT] = "limit",
		[PARAM_DOCS] = "include_docs",
		[PARAM_PEER] = "peer",
	};
	size_t i;

	for (i = 0; i < PARAMS; i++)
		p->field[i] = (struct query_field){ .name = names[i],
		    .dst = p->value[i], .size = VALUE_SIZE };
	if (query_parse(c->request.query, p->field, PARAMS))
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "percent-encoded UTF-8, each name once");
	return ST_OK;
}

/* The feed that the client asks for by the type it wants. */
static enum feed_kind
accepted_feed(struct call *c)
{
	const char *accept = exchange_env(c->x, "HTTP_ACCEPT");

	if (accept_names(accept, "text/event-stream"))
		return FEED_EVENTSOURCE;
	if (accept_names(accept, "application/x-ndjson"))
		return FEED_CONTINUOUS;
	return FEED_NORMAL;
}

static enum status
read_feed(struct call *c, const struct params *p, enum feed_kind *kind)
{
	static const char *const names[] = {
		[FEED_NORMAL] = "normal",
		[FEED_LONGPOLL] = "longpoll",
		[FEED_EVENTSOURCE] = "eventsource",
		[FEED_CONTINUOUS] = "continuous",
		[FEED_HTMLFILE] = "htmlfile",
	};
	enum feed_kind k;

	*kind = accepted_feed(c);
	if (!p->field[PARAM_FEED].seen)
		return ST_OK;
	for (k = FEED_NORMAL; k <= FEED_HTMLFILE; k++)
		if (strcmp(p->value[PARAM_FEED], names[k]) == 0) {
			*kind = k;
			return ST_OK;
		}
	return call_problem(c, PROBLEM_BAD_QUERY,
	    "feed: normal, longpoll, eventsource, continuous or htmlfile");
}

/* The reader's place: the header that EventSource sends beats the query. */
static enum status
read_since(struct call *c, const struct params *p, struct tail_query *q)
{
	const char *text = exchange_env(c->x, "HTTP_LAST_EVENT_ID");
	enum param i;

	for (i = PARAM_SINCE; i <= PARAM_LAST_EVENT_ID_CAMEL; i++)
		if (text[0] == '\0')
			text = p->value[i];
	q->now = strcmp(text, "now") == 0;
	if (q->now || text[0] == '\0' || strcmp(text, "0") == 0)
		return ST_OK;
	if (cursor_parse(text, &q->after))
		return call_problem(c, PROBLEM_BAD_CURSOR,
		    "since: a last_seq, 0 or now");
	return ST_OK;
}

/* A number within its range; `*out` stays where it was not given. */
static enum status
read_number(struct call *c, const struct params *p, enum param which,
    uint64_t min, uint64_t max, int64_t *out)
{
	uint64_t v;

	if (!p->field[which].seen)
		return ST_OK;
	if (str_uint(p->value[which], max, &v) || v < min)
		return call_problem(c, PROBLEM_BAD_QUERY, "%s: %llu to %llu",
		    p->field[which].name, (unsigned long long)min,
		    (unsigned long long)max);
	*out = (int64_t)v;
	return ST_OK;
}

static enum status
read_docs(struct call *c, const struct params *p, bool *docs)
{
	const char *text = p->value[PARAM_DOCS];

	*docs = true;
	if (!p->field[PARAM_DOCS].seen || strcmp(text, "true") == 0)
		return ST_OK;
	*docs = false;
	if (strcmp(text, "false") == 0)
		return ST_OK;
	return call_problem(c, PROBLEM_BAD_QUERY,
	    "include_docs: true or false");
}

static enum status
read_peer(struct call *c, const struct params *p, char out[ID_SIZE])
{
	return p->field[PARAM_PEER].seen ?
	    peer_id(c, p->value[PARAM_PEER], out) : ST_OK;
}

/* Somewhere within the spread around the usual. */
static int64_t
spread(int64_t usual)
{
	int64_t by = usual < TIMEOUT_SPREAD_MS ? 0 : TIMEOUT_SPREAD_MS;

	return by ? usual - by + (int64_t)random() % (2 * by) : usual;
}

enum status
feed_read(struct call *c, struct feed *f)
{
	const struct config *config = c->service->config;
	struct params p;
	enum status st;

	memset(f, 0, sizeof(*f));
	f->query.board = PATH_BOARD(c);
	f->query.limit = LIMIT_DEFAULT;
	f->timeout_ms = spread(config->longpoll_ms);
	f->heartbeat_ms = config->heartbeat_ms;
	st = read_params(c, &p);
	if (st == ST_OK)
		st = read_feed(c, &p, &f->kind);
	if (st == ST_OK)
		st = read_since(c, &p, &f->query);
	if (st == ST_OK)
		st = read_number(c, &p, PARAM_TIMEOUT, 0, TIMEOUT_MAX_MS,
		    &f->timeout_ms);
	if (st == ST_OK)
		st = read_number(c, &p, PARAM_HEARTBEAT, HEARTBEAT_MIN_MS,
		    HEARTBEAT_MAX_MS, &f->heartbeat_ms);
	if (st == ST_OK)
		st = read_number(c, &p, PARAM_LIMIT, 1, LIMIT_MAX,
		    &f->query.limit);
	if (st == ST_OK)
		st = read_docs(c, &p, &f->query.docs);
	if (st == ST_OK)
		st = read_peer(c, &p, f->peer);
	return st;
}
