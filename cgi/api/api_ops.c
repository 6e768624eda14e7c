#include <stdlib.h>

#include "act/ops.h"
#include "api/api.h"
#include "call/reply.h"
#include "codec/json.h"
#include "codec/print.h"

static void
put_result(struct buf *o, const struct op *op, const struct op_result *r)
{
	char at[CURSOR_TEXT];

	buf_addc(o, '{');
	json_put_member(o, "key", op->key);
	buf_addf(o, ",\"status\":%d,", r->http);
	json_put_member(o, "id", r->id);
	if (r->problem.kind == PROBLEM_NONE) {
		cursor_format(&r->at, at);
		buf_addf(o, ",\"rev\":\"%lld\",\"seq\":\"%s\"",
		    (long long)r->at.seq, at);
		if (r->replayed)
			buf_adds(o, ",\"replayed\":true");
	} else {
		buf_adds(o, ",\"problem\":");
		print_problem(o, &r->problem);
	}
	buf_addc(o, '}');
}

static enum status
reply_results(struct call *c, const struct op *ops, size_t n,
    const struct op_result *results)
{
	const struct tail_query now = { .board = PATH_BOARD(c), .now = true };
	char at[CURSOR_TEXT];
	struct tail tail;
	enum status st;
	size_t i;

	st = store_tail(c->service->store, &now, &tail, NULL, NULL);
	if (st)
		return st;
	cursor_format(&tail.head, at);
	buf_adds(&c->out, "{\"results\":[");
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(&c->out, ',');
		put_result(&c->out, &ops[i], &results[i]);
	}
	buf_addf(&c->out, "],\"last_seq\":\"%s\"}", at);
	return reply_json(c, 200);
}

enum status
api_ops(struct call *c, const struct claim *claim)
{
	struct op_result *results = NULL;
	struct cJSON *json = NULL;
	struct op *ops = NULL;
	enum status st;
	size_t n = 0;

	(void)claim;
	st = call_read_json(c, BODY_NEEDED, &json);
	if (st == ST_OK)
		st = op_parse_batch(json, &ops, &n, &c->problem);
	if (st)
		goto done;
	results = calloc(n, sizeof(*results));
	st = results == NULL ? ST_NOMEM : ops_play(c, ops, n, results);
	if (st == ST_OK)
		st = reply_results(c, ops, n, results);
done:
	free(results);
	free(ops);
	json_free(json);
	return st;
}
