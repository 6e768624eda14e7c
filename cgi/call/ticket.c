#include "call/ticket.h"

#include <string.h>

#include "auth/token.h"
#include "proto/query.h"

enum status
ticket_read(struct call *c, struct claim *claim)
{
	char value[64];
	struct query_field field = { .name = "ticket", .dst = value,
	    .size = sizeof(value) };

	/* what else is wrong with a query is said once it may be answered */
	if (query_parse(c->request.query, &field, 1) || !field.seen)
		return ST_OK;
	if (claim->who.link != NULL || claim->who.session != NULL)
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "ticket: not beside another credential");
	claim->who.ticket = claim->digest;
	return token_hash(value, claim->digest);
}

enum status
ticket_use(struct call *c, const struct claim *claim, struct claim *by_link)
{
	struct mutation m = { .kind = MUT_TICKET_USE, .board = PATH_BOARD(c),
	    .ticket = { .digest = claim->who.ticket } };
	enum status st;

	memset(by_link, 0, sizeof(*by_link));
	st = store_apply_one(c->service->store, &m);
	if (st == ST_OK)
		by_link->who.row = m.out.link;
	return st;
}
