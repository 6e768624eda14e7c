#include <string.h>

#include "api/api.h"
#include "call/reply.h"
#include "call/sign.h"
#include "codec/json.h"

static bool
put_board(void *arg, const struct board *b, enum role role)
{
	struct buf *o = arg;

	buf_adds(o, o->data[o->len - 1] == '[' ? "{" : ",{");
	json_put_member(o, "id", b->id);
	buf_addc(o, ',');
	json_put_member(o, "title", b->title);
	buf_addf(o, ",\"role\":\"%s\"}", role_name(role));
	return buf_status(o) == ST_OK;
}

enum status
api_session_get(struct call *c, const struct claim *claim)
{
	enum status st = ST_OK;

	buf_adds(&c->out, "{\"boards\":[");
	if (claim->who.session != NULL)
		st = store_session(c->service->store, claim->who.session,
		    put_board, &c->out);
	if (st) {
		buf_reset(&c->out);
		return st;
	}
	buf_adds(&c->out, "]}");
	return reply_json(c, 200);
}

/* The token of {"token":…} and the link that it is. */
static enum status
read_token(struct call *c, const struct cJSON *json)
{
	static const char *const known[] = { "token", NULL };
	enum status st;

	st = json_check_members(json, known, &c->problem);
	return st ? st : sign_find(c, json_string_member(json, "token"));
}

static enum status
join(struct call *c, const struct claim *claim)
{
	unsigned char digest[DIGEST_SIZE];
	enum status st;

	st = sign_in(c, claim, digest);
	if (st)
		return st;
	buf_addc(&c->out, '{');
	json_put_member(&c->out, "board", c->access.board);
	buf_adds(&c->out, ",\"boards\":[");
	st = store_session(c->service->store, digest, put_board, &c->out);
	if (st) {
		buf_reset(&c->out);
		return st;
	}
	buf_adds(&c->out, "]}");
	return reply_json(c, 200);
}

enum status
api_session_create(struct call *c, const struct claim *claim)
{
	struct cJSON *json = NULL;
	enum status st;

	st = call_read_json(c, BODY_NEEDED, &json);
	if (st == ST_OK)
		st = read_token(c, json);
	if (st == ST_OK)
		st = join(c, claim);
	json_free(json);
	return st;
}

enum status
api_session_delete(struct call *c, const struct claim *claim)
{
	enum status st = sign_out(c, claim);

	return st ? st : reply_empty(c, 204);
}
