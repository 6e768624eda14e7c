#include "api.h"
#include "auth/token.h"
#include "board_doc.h"
#include "codec/json.h"
#include "reply.h"
#include "site.h"

/* The title of a board that was made without one. */
#define TITLE_DEFAULT	"Notes"

static enum status
check_policy(struct call *c, const struct claim *claim)
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

/* A new board's three links, with the secrets that nobody keeps. */
struct founding {
	struct new_link	link[3];
	char		id[3][ID_SIZE];
	char		token[3][TOKEN_SIZE];
	unsigned char	digest[3][DIGEST_SIZE];
};

static enum status
make_links(struct founding *f)
{
	enum status st = ST_OK;
	size_t i;

	for (i = 0; i < 3 && st == ST_OK; i++) {
		f->link[i] = (struct new_link){ .id = f->id[i],
		    .digest = f->digest[i], .role = ROLE_READ + (enum role)i,
		    .label = "" };
		st = token_new_id(f->id[i]);
		if (st == ST_OK)
			st = token_new(f->link[i].role, f->token[i]);
		if (st == ST_OK)
			st = token_hash(f->token[i], f->digest[i]);
	}
	return st;
}

static enum status
reply_created(struct call *c, const struct mutation *m,
    const struct founding *f)
{
	char at[CURSOR_TEXT];
	size_t i;

	cursor_format(&m->out.at, at);
	reply_header(c, "Location", "%s/boards/%s",
	    exchange_env(c->x, "SCRIPT_NAME"), m->board);
	buf_addc(&c->out, '{');
	json_put_member(&c->out, "id", m->board);
	buf_addc(&c->out, ',');
	json_put_member(&c->out, "title", m->fields.title);
	buf_adds(&c->out, ",\"links\":{");
	for (i = 0; i < 3; i++) {
		buf_addf(&c->out, "%s\"%s\":", i ? "," : "",
		    role_name(f->link[i].role));
		site_put_link(c, f->token[i], &c->out);
	}
	buf_addf(&c->out, "},\"last_seq\":\"%s\"}", at);
	return reply_json(c, 201);
}

static enum status
create(struct call *c, const struct board_doc *d)
{
	unsigned char source[DIGEST_SIZE];
	char id[ID_SIZE];
	struct founding f;
	struct mutation m = { .kind = MUT_BOARD_CREATE, .board = d->id };
	enum status st;

	if (m.board == NULL) {
		st = token_new_id(id);
		if (st)
			return st;
		m.board = id;
	}
	st = make_links(&f);
	if (st == ST_OK)
		st = token_hash(c->request.address, source);
	if (st)
		return st;
	m.fields.title = d->title ? d->title : TITLE_DEFAULT;
	m.fields.settings = d->settings.len ? d->settings.data : NULL;
	m.fields.links = f.link;
	m.fields.links_n = 3;
	m.fields.source = source;
	m.fields.per_hour = c->service->config->create_per_hour;
	st = store_apply(c->service->store, &m, 1);
	if (st == ST_OK)
		st = m.out.st;
	if (st == ST_CONFLICT)
		return call_problem(c, PROBLEM_EXISTS, "a board");
	if (st == ST_LIMIT) {
		c->retry_after_s = 3600;
		return call_problem(c, PROBLEM_RATE_LIMITED,
		    "%lld new boards an hour", (long long)m.fields.per_hour);
	}
	return st ? st : reply_created(c, &m, &f);
}

enum status
api_board_create(struct call *c, const struct claim *claim)
{
	struct cJSON *json = NULL;
	struct board_doc d;
	enum status st;

	st = check_policy(c, claim);
	if (st)
		return st;
	st = board_doc_read(c, BODY_OPTIONAL, &d, &json);
	if (st == ST_OK)
		st = create(c, &d);
	board_doc_fini(&d);
	json_free(json);
	return st;
}
