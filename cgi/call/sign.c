#include "call/sign.h"

#include <string.h>

#include "auth/session.h"
#include "auth/token.h"
#include "base/clock.h"
#include "call/site.h"

/*
 * The browser keeps the cookie so much longer than the session lasts: who
 * comes then is told that it has expired, and not that there is no board.
 */
#define OUTLIVES_S	(24 * 60 * 60)

static void
set_cookie(struct call *c, const char *handle)
{
	char path[SITE_PATH_SIZE];
	struct session_site site = site_cookies(c, path);

	buf_adds(&c->head, "Set-Cookie: ");
	if (handle != NULL)
		session_cookie_set(&c->head, &site, handle,
		    c->service->config->session_age_ms / 1000 + OUTLIVES_S);
	else
		session_cookie_clear(&c->head, &site);
	buf_adds(&c->head, "\r\n");
}

enum status
sign_find(struct call *c, const char *token)
{
	unsigned char digest[DIGEST_SIZE];
	struct credential who = { .link = digest };
	enum status st;
	enum role role;

	if (token == NULL || token_parse(token, &role))
		return call_problem(c, PROBLEM_INVALID, "token: a link's");
	st = token_hash(token, digest);
	if (st)
		return st;
	return store_access(c->service->store, &who, NULL, &c->access);
}

/* The digest of the session that is to be joined; `handle` "" for a known one. */
static enum status
choose(struct call *c, const struct claim *claim, char handle[ID_SIZE],
    unsigned char digest[DIGEST_SIZE])
{
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
	return st;
}

enum status
sign_in(struct call *c, const struct claim *claim,
    unsigned char digest[DIGEST_SIZE])
{
	struct mutation m = { .kind = MUT_SESSION_JOIN };
	char handle[ID_SIZE];
	enum status st;

	st = choose(c, claim, handle, digest);
	if (st)
		return st;
	m.session.digest = digest;
	m.session.link = c->access.link;
	m.session.expires_at = clock_wall_ms() +
	    c->service->config->session_age_ms;
	st = store_apply_one(c->service->store, &m);
	if (st == ST_OK && handle[0] != '\0')
		set_cookie(c, handle);
	return st;
}

enum status
sign_out(struct call *c, const struct claim *claim)
{
	struct mutation m = { .kind = MUT_SESSION_END };
	enum status st = ST_OK;

	if (claim->who.session != NULL) {
		m.session.digest = claim->who.session;
		st = store_apply_one(c->service->store, &m);
		if (st == ST_NOTFOUND)
			st = ST_OK;	/* it had ended already */
	}
	if (st == ST_OK)
		set_cookie(c, NULL);
	return st;
}
