#include "call/access.h"

#include <string.h>

#include "auth/origin.h"
#include "auth/token.h"
#include "proto/bearer.h"
#include "proto/handover.h"

enum status
access_cookie(struct call *c, char names[SESSION_NAMES][SESSION_NAME_SIZE],
    struct cookie *out)
{
	const char *header = exchange_env(c->x, "HTTP_COOKIE");
	enum status st;
	size_t i;

	for (i = 0; i < SESSION_NAMES; i++) {
		st = cookie_parse(header, names[i], out);
		if (st == ST_OK)
			return ST_OK;
		if (st == ST_INVALID)
			return call_problem(c, PROBLEM_BAD_HEADER, "Cookie");
	}
	return ST_OK;
}

/* What a WebSocket claimed when it was opened. */
static enum status
read_held(struct call *c, const char *text, struct claim *out)
{
	struct handover h = { .row = 0 };

	if (handover_parse_claim(text, &h))
		return call_problem(c, PROBLEM_BAD_HEADER, HANDOVER_CLAIM);
	out->held = true;
	memcpy(out->digest, h.digest, sizeof(out->digest));
	out->who.row = h.row;
	out->who.link = h.claim == HANDOVER_LINK ? out->digest : NULL;
	out->who.session = h.claim == HANDOVER_SESSION ? out->digest : NULL;
	return ST_OK;
}

enum status
claim_read(struct call *c, struct claim *out)
{
	const char *held = exchange_env(c->x, HANDOVER_CLAIM);
	const char *header = exchange_env(c->x, "HTTP_AUTHORIZATION");
	char names[SESSION_NAMES][SESSION_NAME_SIZE];
	struct bearer bearer;
	struct cookie cookie;
	enum status st;

	memset(out, 0, sizeof(*out));
	if (c->request.socket && held[0] != '\0')
		return read_held(c, held, out);
	st = bearer_parse(header, &bearer);
	if (st == ST_INVALID && header[0] != '\0')
		return call_problem(c, PROBLEM_BAD_HEADER, "Authorization");
	if (st == ST_OK) {
		out->who.link = out->digest;
		return token_hash(bearer.token, out->digest);
	}
	st = session_names(c->service->instance, names);
	if (st == ST_OK)
		st = access_cookie(c, names, &cookie);
	if (st || cookie.value[0] == '\0')
		return st;
	out->who.session = out->digest;
	return token_hash(cookie.value, out->digest);
}

enum status
access_check_origin(struct call *c, const struct claim *claim)
{
	const char *origin = exchange_env(c->x, "HTTP_ORIGIN");
	const char *list = c->service->config->origins;

	/* to open a WebSocket is more than to read: a page may write by it */
	if (claim->held || claim->who.link != NULL ||
	    (method_is_safe(c->request.method) && !c->request.socket))
		return ST_OK;
	if (origin[0] == '\0' && claim->who.session == NULL)
		return ST_OK;		/* no browser page, nothing to borrow */
	if (origin[0] != '\0' &&
	    origin_allowed(origin, list, c->request.host, c->request.https))
		return ST_OK;
	return call_problem(c, PROBLEM_ORIGIN_REFUSED, "%s", origin[0] == '\0' ?
	    "a cookie needs an Origin beside it" : "not one of this service");
}

enum status
access_check(struct call *c, const struct claim *claim, const char *board,
    enum role need)
{
	enum status st;

	st = store_access(c->service->store, &claim->who, board, &c->access);
	if (st)
		return st;
	if (c->access.role < need)
		return ST_DENIED;
	return ST_OK;
}
