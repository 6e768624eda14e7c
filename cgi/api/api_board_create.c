#include "act/board_doc.h"
#include "act/found.h"
#include "api/api.h"
#include "call/reply.h"
#include "call/site.h"
#include "codec/json.h"

static enum status
reply_created(struct call *c, const struct founding *f)
{
	char at[CURSOR_TEXT];
	size_t i;

	cursor_format(&f->at, at);
	reply_header(c, "Location", "%s/boards/%s",
	    exchange_env(c->x, "SCRIPT_NAME"), f->board);
	buf_addc(&c->out, '{');
	json_put_member(&c->out, "id", f->board);
	buf_addc(&c->out, ',');
	json_put_member(&c->out, "title", f->title);
	buf_adds(&c->out, ",\"links\":{");
	for (i = 0; i < FOUND_LINKS; i++) {
		buf_addf(&c->out, "%s\"%s\":", i ? "," : "",
		    role_name(f->link[i].role));
		site_put_link(c, f->made[i].token, &c->out);
	}
	buf_addf(&c->out, "},\"last_seq\":\"%s\"}", at);
	return reply_json(c, 201);
}

enum status
api_board_create(struct call *c, const struct claim *claim)
{
	struct cJSON *json = NULL;
	struct board_doc d;
	struct founding f;
	enum status st;

	st = found_allowed(c, claim);
	if (st)
		return st;
	st = board_doc_read(c, BODY_OPTIONAL, &d, &json);
	if (st == ST_OK)
		st = found_board(c, &d, &f);
	if (st == ST_OK)
		st = reply_created(c, &f);
	board_doc_fini(&d);
	json_free(json);
	return st;
}
