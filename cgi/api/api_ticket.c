#include "api/api.h"
#include "auth/token.h"
#include "base/clock.h"
#include "call/reply.h"
#include "codec/json.h"
#include "codec/print.h"

#define TICKET_AGE_MS	INT64_C(30000)
/* Open ones at a time. */
#define TICKETS_A_LINK	1000

static enum status
reply_created(struct call *c, const char *ticket, int64_t expires_at)
{
	struct buf *o = &c->out;

	buf_addc(o, '{');
	json_put_member(o, "ticket", ticket);
	buf_addc(o, ',');
	json_put_member(o, "board", c->access.board);
	buf_adds(o, ",\"expires_at\":");
	print_time(o, expires_at);
	buf_addc(o, '}');
	return reply_json(c, 201);
}

/* For the link that c->access came by. */
static enum status
mint(struct call *c)
{
	unsigned char digest[DIGEST_SIZE];
	char ticket[TOKEN_SIZE];
	struct mutation m = { .kind = MUT_TICKET_ADD,
	    .board = c->access.board, .actor = c->access.link,
	    .ticket = { .digest = digest, .link = c->access.link,
	    .expires_at = clock_wall_ms() + TICKET_AGE_MS,
	    .max = TICKETS_A_LINK } };
	enum status st;

	st = token_new_ticket(ticket);
	if (st == ST_OK)
		st = token_hash(ticket, digest);
	if (st == ST_OK)
		st = store_apply_one(c->service->store, &m);
	if (st == ST_LIMIT) {
		c->retry_after_s = (int)(TICKET_AGE_MS / 1000);
		return call_problem(c, PROBLEM_RATE_LIMITED,
		    "%d open tickets a link", TICKETS_A_LINK);
	}
	return st ? st : reply_created(c, ticket, m.ticket.expires_at);
}

enum status
api_ticket_create(struct call *c, const struct claim *claim)
{
	static const char *const known[] = { "board", NULL };
	struct cJSON *json = NULL;
	const char *board;
	enum status st;

	st = call_read_json(c, BODY_NEEDED, &json);
	if (st == ST_OK)
		st = json_check_members(json, known, &c->problem);
	board = json_string_member(json, "board");
	if (st == ST_OK && (board == NULL || !str_is_id(board)))
		st = call_problem(c, PROBLEM_INVALID, "board: an id");
	if (st == ST_OK)
		st = access_check(c, claim, board, ROLE_READ);
	if (st == ST_OK)
		st = mint(c);
	json_free(json);
	return st;
}
