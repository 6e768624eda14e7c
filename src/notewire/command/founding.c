#include "notewire/command/founding.h"

#include <string.h>
#include <sysexits.h>

#include "codec/json.h"

static enum status
found(struct cli *c, struct founding *f)
{
	struct new_link links[FOUNDING_LINKS];
	struct mutation m = { .kind = MUT_BOARD_CREATE, .board = f->id,
	    .fields = { .title = f->title, .links = links, .links_n = FOUNDING_LINKS } };
	enum status st = ST_OK;
	size_t i;

	for (i = 0; i < FOUNDING_LINKS && st == ST_OK; i++) {
		links[i] = (struct new_link){ .id = f->made[i].id,
		    .digest = f->made[i].digest,
		    .role = ROLE_READ + (enum role)i, .label = "" };
		st = token_make(links[i].role, &f->made[i]);
	}
	if (st == ST_OK)
		st = store_apply_one(c->store, &m);
	f->at = m.out.at;
	return st;
}

static void
put_json(struct cli *c, const struct founding *f)
{
	struct buf *o = &c->out, whole;
	char at[CURSOR_TEXT];
	size_t i;

	cursor_format(&f->at, at);
	buf_init(&whole, 4096);
	buf_addc(o, '{');
	json_put_member(o, "id", f->id);
	buf_addc(o, ',');
	json_put_member(o, "title", f->title);
	buf_adds(o, ",\"links\":{");
	for (i = 0; i < FOUNDING_LINKS; i++) {
		buf_reset(&whole);
		cli_put_link(c, f->made[i].token, &whole);
		buf_adds(o, i > 0 ? "," : "");
		json_put_member(o, role_name(ROLE_READ + (enum role)i),
		    whole.data);
	}
	buf_addf(o, "},\"last_seq\":\"%s\"}\n", at);
	buf_fini(&whole);
}

static void
put_plain(struct cli *c, const struct founding *f)
{
	struct buf *o = &c->out;
	size_t i;

	buf_addf(o, "board  %s\ntitle  ", f->id);
	cli_put_text(o, f->title);
	for (i = 0; i < FOUNDING_LINKS; i++) {
		buf_addf(o, "\n%-6s ", role_name(ROLE_READ + (enum role)i));
		cli_put_link(c, f->made[i].token, o);
	}
	buf_addc(o, '\n');
	if (c->config.url[0] == '\0')
		(void)cli_fail(EX_OK, "http.url is not set, so put the address "
		    "of the page before each link");
}

int
founding_make(struct cli *c, const char *id, struct founding *f)
{
	enum status st = id != NULL ? str_copy(f->id, sizeof(f->id), id) :
	    token_new_id(f->id);

	return cli_failed(st ? st : found(c, f), "the board");
}

void
founding_put(struct cli *c, const struct founding *f)
{
	if (c->json)
		put_json(c, f);
	else
		put_plain(c, f);
}
