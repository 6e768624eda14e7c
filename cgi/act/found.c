#include "act/found.h"

#include <string.h>

/* The title of a board that was made without one. */
#define TITLE_DEFAULT	"Notes"

enum status
found_allowed(struct call *c, const struct claim *claim)
{
	const struct config *config = c->service->config;
	unsigned char wanted[DIGEST_SIZE];
	enum status st;

	switch ((enum create_policy)config->create) {
	case CREATE_ANYONE:
		return ST_OK;
	case CREATE_TOKEN:
		st = token_hash(config->create_token, wanted);
		if (st)
			return st;
		if (claim->who.link != NULL &&
		    digest_equal(claim->who.link, wanted))
			return ST_OK;
		break;
	case CREATE_CLI:
		break;
	}
	return call_problem(c, PROBLEM_FORBIDDEN,
	    "new boards are made by the owner of this service");
}

static enum status
make_links(struct founding *f)
{
	enum status st = ST_OK;
	size_t i;

	for (i = 0; i < FOUND_LINKS && st == ST_OK; i++) {
		f->link[i] = (struct new_link){ .id = f->made[i].id,
		    .digest = f->made[i].digest,
		    .role = ROLE_READ + (enum role)i, .label = "" };
		st = token_make(f->link[i].role, &f->made[i]);
	}
	return st;
}

enum status
found_board(struct call *c, const struct board_doc *d, struct founding *f)
{
	unsigned char source[DIGEST_SIZE];
	struct mutation m = { .kind = MUT_BOARD_CREATE, .board = f->board };
	enum status st;

	memset(f, 0, sizeof(*f));
	st = d->id == NULL ? token_new_id(f->board) :
	    str_copy(f->board, sizeof(f->board), d->id);
	if (st == ST_OK)
		st = make_links(f);
	if (st == ST_OK)
		st = token_hash(c->request.address, source);
	if (st)
		return st;
	f->title = d->title ? d->title : TITLE_DEFAULT;
	m.fields.title = f->title;
	m.fields.settings = d->settings.len ? d->settings.data : NULL;
	m.fields.links = f->link;
	m.fields.links_n = FOUND_LINKS;
	m.fields.source = source;
	m.fields.per_hour = c->service->config->create_per_hour;
	st = store_apply_one(c->service->store, &m);
	if (st == ST_CONFLICT)
		return call_problem(c, PROBLEM_EXISTS, "a board");
	if (st == ST_LIMIT) {
		c->retry_after_s = 3600;
		return call_problem(c, PROBLEM_RATE_LIMITED,
		    "%lld new boards an hour", (long long)m.fields.per_hour);
	}
	f->at = m.out.at;
	return st;
}
