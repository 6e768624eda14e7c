#include "api/api.h"

#include <string.h>

#include "call/params.h"
#include "call/reply.h"
#include "codec/search_text.h"
#include "proto/terms.h"

#define LIMIT_DEFAULT	50

static enum status
read_query(struct call *c, struct terms *terms, struct search_query *q)
{
	char text[TERMS_TEXT_MAX + 1], limit[8];
	struct query_field fields[] = {
		{ .name = "q", .dst = text, .size = sizeof(text) },
		{ .name = "limit", .dst = limit, .size = sizeof(limit) },
	};
	enum status st;

	st = params_read(c, fields, 2);
	if (st == ST_OK)
		st = params_number(c, &fields[1], 1, SEARCH_LIMIT_MAX,
		    &q->limit);
	if (st)
		return st;
	if (terms_parse(terms, text))
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "q: words, or \"words in quotes\", of 1 to %d bytes",
		    TERMS_TEXT_MAX);
	q->terms = terms->term;
	q->terms_n = terms->n;
	return ST_OK;
}

enum status
api_search(struct call *c, const struct claim *claim)
{
	struct search_query q = { .board = PATH_BOARD(c),
	    .limit = LIMIT_DEFAULT, .text = search_text };
	struct search found;
	struct terms terms;
	enum status st;

	(void)claim;
	st = read_query(c, &terms, &q);
	if (st)
		return st;
	buf_adds(&c->out, "{\"results\":[");
	st = store_search(c->service->store, &q, &found, reply_put_note, c);
	if (st) {
		buf_reset(&c->out);
		return st;
	}
	buf_adds(&c->out, found.more ? "],\"more\":true}" :
	    "],\"more\":false}");
	if (found.stale)
		memcpy(c->chore.index, PATH_BOARD(c), ID_SIZE);
	return reply_json(c, 200);
}
