#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "codec/json.h"
#include "codec/print.h"
#include "codec/transfer.h"
#include "notewire/cli/cli.h"
#include "notewire/command/command.h"
#include "notewire/command/drawing.h"
#include "notewire/command/founding.h"

#define TITLE_DEFAULT	"Notes"

/* The link as a code, for whoever holds a telephone to the terminal. */
static int
draw_link(struct cli *c, const char *token)
{
	struct buf link;
	enum status st;

	buf_init(&link, 4096);
	cli_put_link(c, token, &link);
	st = buf_status(&link);
	if (st == ST_OK)
		st = drawing_put(&c->out, link.data, false);
	buf_fini(&link);
	return cli_failed(st, "the code");
}

int
command_board_create(struct cli *c)
{
	const char *id = NULL;
	bool qr = false;
	const struct args_option own[] = { { "id", &id, NULL, NULL },
	    { "qr", NULL, &qr, NULL } };
	const struct cli_line line = { own, 2, 0, 1 };
	struct founding f = { .title = TITLE_DEFAULT };
	int code = cli_read(c, &line), drawn = EX_OK;

	if (code)
		return code;
	if (c->words > 0)
		f.title = c->word[0];
	if (strlen(f.title) > TRANSFER_TITLE_MAX ||
	    !str_is_utf8(f.title, strlen(f.title)))
		return cli_fail(EX_DATAERR, "a title is a text of at most "
		    "%d bytes", TRANSFER_TITLE_MAX);
	if (id != NULL && !str_is_id(id))
		return cli_fail(EX_DATAERR, "%s: an id is %d of A-Z, a-z, "
		    "0-9, - and _", id, ID_LEN);
	if (qr && c->config.url[0] == '\0')
		return cli_fail(EX_CONFIG, "http.url is not set, so a code "
		    "would lead nowhere");
	code = cli_open(c);
	if (code)
		return code;
	code = founding_make(c, id, &f);
	if (code)
		return code;
	founding_put(c, &f);
	if (!c->json && c->config.url[0] != '\0' &&
	    (qr || isatty(STDOUT_FILENO)))
		drawn = draw_link(c, f.made[ROLE_WRITE - ROLE_READ].token);
	code = cli_flush(c);
	return code ? code : drawn;
}

/* {"id","title","created_at","last_seq" */
static void
put_board_json(struct buf *o, const struct board *b)
{
	char at[CURSOR_TEXT];

	cursor_format(&b->head, at);
	buf_addc(o, '{');
	json_put_member(o, "id", b->id);
	buf_addc(o, ',');
	json_put_member(o, "title", b->title);
	buf_adds(o, ",\"created_at\":");
	print_time(o, b->created_at);
	buf_addc(o, ',');
	json_put_member(o, "last_seq", at);
}

static bool
list_board(void *arg, const struct board *b, enum role role)
{
	struct cli *c = arg;
	struct buf *o = &c->out;

	(void)role;
	if (c->json) {
		buf_adds(o, o->len > 0 && o->data[o->len - 1] == '}' ?
		    ",\n" : "\n");
		put_board_json(o, b);
		buf_addc(o, '}');
		return buf_status(o) == ST_OK;
	}
	buf_addf(o, "%s  ", b->id);
	cli_put_time(o, b->created_at);
	buf_addf(o, "  %8lld  ", (long long)b->head.seq);
	cli_put_text(o, b->title);
	buf_addc(o, '\n');
	return buf_status(o) == ST_OK;
}

int
command_board_list(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 0, 0 };
	int code = cli_start(c, &line);

	if (code)
		return code;
	buf_adds(&c->out, c->json ? "{\"boards\":[" : "");
	code = cli_failed(store_boards(c->store, list_board, c), "the boards");
	buf_adds(&c->out, c->json ? "\n]}\n" : "");
	return code ? code : cli_flush(c);
}

/* What is counted of a board while it is shown. */
struct showing {
	struct cli	*c;
	int64_t		 notes;
};

static bool
show_board(void *arg, const struct board *b, enum role role)
{
	struct showing *s = arg;
	struct buf *o = &s->c->out;
	char at[CURSOR_TEXT];

	(void)role;
	if (s->c->json) {
		put_board_json(o, b);
		buf_addf(o, ",\"settings\":%s", b->settings);
		return true;
	}
	cursor_format(&b->head, at);
	buf_addf(o, "board     %s\ntitle     ", b->id);
	cli_put_text(o, b->title);
	buf_adds(o, "\nsettings  ");
	cli_put_text(o, b->settings);
	buf_adds(o, "\ncreated   ");
	cli_put_time(o, b->created_at);
	buf_addf(o, "\nlast_seq  %s\n", at);
	return true;
}

static bool
count_note(void *arg, const struct note *n)
{
	struct showing *s = arg;

	(void)n;
	s->notes++;
	return true;
}

int
command_board_show(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 1, 1 };
	struct showing s = { .c = c };
	char id[ID_SIZE];
	int code = cli_start_board(c, &line, id);

	if (code == EX_OK)
		code = cli_failed(store_snapshot(c->store, id, show_board,
		    count_note, &s), c->word[0]);
	if (code)
		return code;
	buf_addf(&c->out, c->json ? ",\"notes\":%lld}\n" : "notes     %lld\n",
	    (long long)s.notes);
	return cli_flush(c);
}

int
command_board_rm(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 1, 1 };
	struct mutation m = { .kind = MUT_BOARD_DELETE };
	char id[ID_SIZE];
	int code = cli_start_board(c, &line, id);

	if (code)
		return code;
	m.board = id;
	return cli_failed(store_apply_one(c->store, &m), c->word[0]);
}
