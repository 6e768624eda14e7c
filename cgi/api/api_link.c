#include <string.h>

#include "api/api.h"
#include "auth/token.h"
#include "base/clock.h"
#include "call/reply.h"
#include "call/site.h"
#include "codec/json.h"
#include "codec/print.h"

#define LABEL_MAX	100

static bool
put_link(void *arg, const struct link *l)
{
	struct buf *o = arg;

	if (o->len > 0 && o->data[o->len - 1] != '[')
		buf_addc(o, ',');
	print_link(o, l);
	return buf_status(o) == ST_OK;
}

enum status
api_links_get(struct call *c, const struct claim *claim)
{
	enum status st;

	(void)claim;
	buf_adds(&c->out, "{\"links\":[");
	st = store_links(c->service->store, PATH_BOARD(c), put_link, &c->out);
	if (st)
		return st;
	buf_adds(&c->out, "]}");
	return reply_json(c, 200);
}

static enum status
read_link(struct call *c, const struct cJSON *json, struct link *l)
{
	static const char *const known[] = { "role", "label", "expires_at", NULL };
	const char *role = json_string_member(json, "role");
	const char *expires = json_string_member(json, "expires_at");
	enum status st;

	st = json_check_members(json, known, &c->problem);
	if (st)
		return st;
	l->role = role_parse(role != NULL ? role : "");
	if (l->role == ROLE_NONE)
		return call_problem(c, PROBLEM_INVALID,
		    "role: read, write or admin");
	l->label = json_string_member(json, "label");
	if (json_member(json, "label") == NULL)
		l->label = "";
	if (l->label == NULL || strlen(l->label) > LABEL_MAX)
		return call_problem(c, PROBLEM_INVALID,
		    "label: a text of at most %d bytes", LABEL_MAX);
	if (json_member(json, "expires_at") == NULL)
		return ST_OK;
	if (expires == NULL || clock_parse_rfc3339(expires, &l->expires_at) ||
	    l->expires_at <= l->created_at)
		return call_problem(c, PROBLEM_INVALID,
		    "expires_at: a time to come, as 2030-01-31T12:00:00Z");
	return ST_OK;
}

static enum status
reply_created(struct call *c, const struct link *l, const char *token)
{
	struct buf *o = &c->out;

	print_link(o, l);
	buf_truncate(o, o->len - 1);	/* two members more */
	buf_addc(o, ',');
	json_put_member(o, "token", token);
	buf_adds(o, ",\"url\":");
	site_put_link(c, token, o);
	buf_addc(o, '}');
	return reply_json(c, 201);
}

static enum status
mint(struct call *c, struct link *l)
{
	struct token_made made;
	struct mutation m = { .kind = MUT_LINK_ADD, .board = PATH_BOARD(c),
	    .actor = c->access.link };
	enum status st;

	st = token_make(l->role, &made);
	if (st)
		return st;
	l->id = made.id;
	m.link = (struct new_link){ .id = made.id, .digest = made.digest,
	    .role = l->role, .label = l->label, .expires_at = l->expires_at };
	st = store_apply_one(c->service->store, &m);
	return st ? st : reply_created(c, l, made.token);
}

enum status
api_link_create(struct call *c, const struct claim *claim)
{
	struct link l = { .created_at = clock_wall_ms() };
	struct cJSON *json = NULL;
	enum status st;

	(void)claim;
	st = call_read_json(c, BODY_NEEDED, &json);
	if (st == ST_OK)
		st = read_link(c, json, &l);
	if (st == ST_OK)
		st = mint(c, &l);
	json_free(json);
	return st;
}

enum status
api_link_delete(struct call *c, const struct claim *claim)
{
	struct mutation m = { .kind = MUT_LINK_REVOKE, .board = PATH_BOARD(c),
	    .actor = c->access.link, .link = { .id = PATH_LINK(c) } };
	enum status st;

	(void)claim;
	st = store_apply_one(c->service->store, &m);
	return st ? st : reply_empty(c, 204);
}
