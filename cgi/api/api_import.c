#include <string.h>

#include "api/api.h"
#include "call/reply.h"
#include "transfer/import.h"

#define PIECE_BYTES	((size_t)32 << 10)

static enum status
too_large(struct call *c)
{
	return call_problem(c, PROBLEM_TOO_LARGE,
	    "an import may have %lld bytes",
	    (long long)c->service->config->import_bytes);
}

static enum status
check_request(struct call *c)
{
	uint64_t length = exchange_length(c->x);

	if (c->request.other_charset ||
	    strcmp(c->request.media_type, "application/json") != 0)
		return call_problem(c, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
		    "send application/json");
	if (length != EXCHANGE_OPEN &&
	    length > (uint64_t)c->service->config->import_bytes)
		return too_large(c);
	return ST_OK;
}

static enum status
take_body(struct call *c, struct import *im)
{
	char piece[PIECE_BYTES];
	enum status st = ST_OK;
	size_t got;

	while (st == ST_OK) {
		st = exchange_read(c->x, piece, sizeof(piece), &got);
		if (st)
			return call_body_problem(c, st);
		if (got == 0)
			return ST_OK;
		st = import_add(im, piece, got);
	}
	return st;
}

static void
put_count(struct buf *o, const char *name, const struct import_count *n)
{
	buf_addf(o, "\"%s\":{\"created\":%lld,\"skipped\":%lld},", name,
	    (long long)n->created, (long long)n->skipped);
}

static enum status
reply_counts(struct call *c, const struct import *im)
{
	const struct tail_query now = { .board = PATH_BOARD(c),
	    .now = true };
	struct buf *o = &c->out;
	char at[CURSOR_TEXT];
	struct tail tail;
	enum status st;

	st = store_tail(c->service->store, &now, &tail, NULL, NULL);
	if (st)
		return st;
	cursor_format(&tail.head, at);
	buf_addc(o, '{');
	put_count(o, "notes", &im->notes);
	put_count(o, "files", &im->files);
	buf_addf(o, "\"last_seq\":\"%s\"}", at);
	return reply_json(c, 200);
}

enum status
api_import(struct call *c, const struct claim *claim)
{
	struct import im = { .store = c->service->store,
	    .config = c->service->config, .board = PATH_BOARD(c),
	    .actor = c->access.link };
	enum status st;

	(void)claim;
	st = check_request(c);
	if (st)
		return st;
	import_init(&im);
	st = take_body(c, &im);
	if (st == ST_OK)
		st = import_run(&im);
	if (im.problem.kind != PROBLEM_NONE)
		c->problem = im.problem;
	import_fini(&im);
	return st ? st : reply_counts(c, &im);
}
