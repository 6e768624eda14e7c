#include <string.h>
#include <sysexits.h>

#include "auth/token.h"
#include "base/clock.h"
#include "codec/json.h"
#include "codec/print.h"
#include "notewire/cli/cli.h"
#include "notewire/command/command.h"

#define LABEL_MAX	100

static int
read_wish(struct cli *c, const char *expires, struct link *l)
{
	l->role = role_parse(c->word[1]);
	if (l->role == ROLE_NONE)
		return cli_fail(EX_DATAERR, "%s: a role is read, write or admin",
		    c->word[1]);
	if (strlen(l->label) > LABEL_MAX ||
	    !str_is_utf8(l->label, strlen(l->label)))
		return cli_fail(EX_DATAERR, "a label is a text of at most "
		    "%d bytes", LABEL_MAX);
	l->created_at = clock_wall_ms();
	if (expires != NULL && (clock_parse_rfc3339(expires, &l->expires_at) ||
	    l->expires_at <= l->created_at))
		return cli_fail(EX_DATAERR, "%s: not a time to come, "
		    "as 2030-01-31T12:00:00Z", expires);
	return EX_OK;
}

static void
put_made(struct cli *c, const struct link *l, const char *token)
{
	struct buf whole, *o = &c->out;

	if (!c->json) {
		buf_addf(o, "link     %s\nrole     %s\nexpires  ", l->id,
		    role_name(l->role));
		cli_put_time(o, l->expires_at);
		buf_adds(o, "\nurl      ");
		cli_put_link(c, token, o);
		buf_addc(o, '\n');
		return;
	}
	buf_init(&whole, 4096);
	cli_put_link(c, token, &whole);
	print_link(o, l);
	buf_truncate(o, o->len - 1);	/* two members more */
	buf_addc(o, ',');
	json_put_member(o, "token", token);
	buf_addc(o, ',');
	json_put_member(o, "url", whole.data);
	buf_adds(o, "}\n");
	buf_fini(&whole);
}

int
command_link_create(struct cli *c)
{
	const char *label = "", *expires = NULL;
	const struct args_option own[] = { { "label", &label, NULL, NULL },
	    { "expires", &expires, NULL, NULL } };
	const struct cli_line line = { own, 2, 2, 2 };
	struct mutation m = { .kind = MUT_LINK_ADD };
	struct token_made made;
	struct link l = { .id = made.id };
	char board[ID_SIZE];
	int code = cli_read(c, &line);

	l.label = label;
	if (code == EX_OK)
		code = read_wish(c, expires, &l);
	if (code == EX_OK)
		code = cli_open(c);
	if (code == EX_OK)
		code = cli_board(c, c->word[0], board);
	if (code == EX_OK)
		code = cli_failed(token_make(l.role, &made), "a token");
	if (code)
		return code;
	m.board = board;
	m.link = (struct new_link){ .id = made.id, .digest = made.digest,
	    .role = l.role, .label = label, .expires_at = l.expires_at };
	code = cli_failed(store_apply_one(c->store, &m), c->word[0]);
	if (code)
		return code;
	put_made(c, &l, made.token);
	return cli_flush(c);
}

static bool
list_link(void *arg, const struct link *l)
{
	struct cli *c = arg;
	struct buf *o = &c->out;

	if (c->json) {
		buf_adds(o, o->data[o->len - 1] == '}' ? ",\n" : "\n");
		print_link(o, l);
		return buf_status(o) == ST_OK;
	}
	buf_addf(o, "%s  %-5s  ", l->id, role_name(l->role));
	cli_put_time(o, l->created_at);
	buf_adds(o, "  ");
	cli_put_time(o, l->expires_at);
	buf_adds(o, "  ");
	cli_put_text(o, l->label);
	buf_addc(o, '\n');
	return buf_status(o) == ST_OK;
}

int
command_link_list(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 1, 1 };
	char board[ID_SIZE];
	int code = cli_start_board(c, &line, board);

	if (code)
		return code;
	buf_adds(&c->out, c->json ? "{\"links\":[" : "");
	code = cli_failed(store_links(c->store, board, list_link, c),
	    c->word[0]);
	buf_adds(&c->out, c->json ? "\n]}\n" : "");
	return code ? code : cli_flush(c);
}

int
command_link_revoke(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 2, 2 };
	struct mutation m = { .kind = MUT_LINK_REVOKE };
	char board[ID_SIZE];
	int code = cli_start_board(c, &line, board);

	if (code)
		return code;
	m.board = board;
	m.link.id = c->word[1];
	return cli_failed(store_apply_one(c->store, &m), c->word[1]);
}
