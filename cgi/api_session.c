#include <string.h>

#include "api.h"
#include "auth/session.h"
#include "auth/token.h"
#include "base/clock.h"
#include "codec/json.h"
#include "reply.h"
#include "site.h"

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

static void
set_cookie(struct call *c, const char *handle)
{
	struct session_site site = { .instance = c->service->instance,
	    .https = site_https(c) };
	char path[SITE_PATH_SIZE];

	site_path(c, path);
	site.path = path;
	buf_adds(&c->head, "Set-Cookie: ");
	if (handle != NULL)
		session_cookie_set(&c->head, &site, handle,
		    c->service->config->session_age_ms / 1000);
	else
		session_cookie_clear(&c->head, &site);
	buf_adds(&c->head, "\r\n");
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
	const char *token = json_string_member(json, "token");
	unsigned char digest[DIGEST_SIZE];
	struct credential who = { .link = digest };
	enum status st;
	enum role role;

	st = json_check_members(json, known, &c->problem);
	if (st)
		return st;
	if (token == NULL || token_parse(token, &role))
		return call_problem(c, PROBLEM_INVALID, "token: a link's");
	st = token_hash(token, digest);
	if (st)
		return st;
	return store_access(c->service->store, &who, NULL, &c->access);
}

/*
 * Joins the link to the session that asks, or to a new one where it has none
 * or one that is known no more.
 */
static enum status
join(struct call *c, const struct claim *claim, char handle[ID_SIZE],
    unsigned char digest[DIGEST_SIZE])
{
	struct mutation m = { .kind = MUT_SESSION_JOIN };
	struct access none;
	enum status st = ST_EXPIRED;

	handle[0] = '\0';
	if (claim->who.session != NULL)
		st = store_access(c->service->store, &claim->who, NULL, &none);
	if (st == ST_EXPIRED) {
		st = token_new_handle(handle);
		if (st == ST_OK)
			st = token_hash(handle, digest);
	} else if (st == ST_NOTFOUND) {
		memcpy(digest, claim->who.session, DIGEST_SIZE);
		st = ST_OK;
	}
	if (st)
		return st;
	m.session.digest = digest;
	m.session.link = c->access.link;
	m.session.expires_at = clock_wall_ms() +
	    c->service->config->session_age_ms;
	st = store_apply(c->service->store, &m, 1);
	return st ? st : m.out.st;
}

static enum status
sign_in(struct call *c, const struct claim *claim)
{
	unsigned char digest[DIGEST_SIZE];
	char handle[ID_SIZE];
	enum status st;

	st = join(c, claim, handle, digest);
	if (st)
		return st;
	if (handle[0] != '\0')
		set_cookie(c, handle);
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
		st = sign_in(c, claim);
	json_free(json);
	return st;
}

enum status
api_session_delete(struct call *c, const struct claim *claim)
{
	struct mutation m = { .kind = MUT_SESSION_END };
	enum status st;

	if (claim->who.session != NULL) {
		m.session.digest = claim->who.session;
		st = store_apply(c->service->store, &m, 1);
		if (st == ST_OK && m.out.st != ST_NOTFOUND)
			st = m.out.st;
		if (st)
			return st;
	}
	set_cookie(c, NULL);
	return reply_empty(c, 204);
}
