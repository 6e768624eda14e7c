#include "api/api.h"
#include "call/params.h"
#include "call/reply.h"
#include "codec/json.h"
#include "codec/print.h"

#define LIMIT_DEFAULT	20
#define LIMIT_MAX	100

/* A page of revisions; one more than are wanted tells whether that was all. */
struct page {
	struct call	*c;
	int64_t		 rows;
	int64_t		 limit;
};

static bool
put_revision(void *arg, const struct revision *r)
{
	struct page *p = arg;

	if (p->rows++ == p->limit)
		return false;
	if (p->rows > 1)
		buf_addc(&p->c->out, ',');
	print_revision(&p->c->out, r);
	return buf_status(&p->c->out) == ST_OK;
}

static enum status
read_query(struct call *c, struct history_query *q)
{
	char before[24], limit[8];
	struct query_field fields[] = {
		{ .name = "before", .dst = before, .size = sizeof(before) },
		{ .name = "limit", .dst = limit, .size = sizeof(limit) },
	};
	enum status st;

	st = params_read(c, fields, 2);
	if (st == ST_OK)
		st = params_number(c, &fields[0], 1, INT64_MAX, &q->before);
	if (st == ST_OK)
		st = params_number(c, &fields[1], 1, LIMIT_MAX, &q->limit);
	return st;
}

enum status
api_history_get(struct call *c, const struct claim *claim)
{
	struct history_query q = { .board = PATH_BOARD(c),
	    .id = PATH_NOTE(c), .before = INT64_MAX, .limit = LIMIT_DEFAULT };
	struct page p = { .c = c };
	enum status st;

	(void)claim;
	st = read_query(c, &q);
	if (st)
		return st;
	p.limit = q.limit++;
	buf_addc(&c->out, '{');
	json_put_member(&c->out, "id", q.id);
	buf_adds(&c->out, ",\"revisions\":[");
	st = store_history(c->service->store, &q, put_revision, &p);
	if (st) {
		buf_reset(&c->out);
		return st;
	}
	buf_adds(&c->out, p.rows > p.limit ? "],\"more\":true}" :
	    "],\"more\":false}");
	return reply_json(c, 200);
}

/* {"last_seq":"e-12","notes":[ */
static bool
put_head(void *arg, const struct board *b, enum role role)
{
	struct call *c = arg;
	char at[CURSOR_TEXT];

	(void)role;
	cursor_format(&b->head, at);
	buf_addf(&c->out, "{\"last_seq\":\"%s\",\"notes\":[", at);
	return true;
}

enum status
api_trash_get(struct call *c, const struct claim *claim)
{
	enum status st;

	(void)claim;
	st = store_trash(c->service->store, PATH_BOARD(c), put_head, reply_put_note,
	    c);
	if (st)
		return st;
	buf_adds(&c->out, "]}");
	return reply_json(c, 200);
}
