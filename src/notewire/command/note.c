#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "auth/token.h"
#include "codec/json.h"
#include "codec/op.h"
#include "notewire/cli/cli.h"
#include "notewire/command/command.h"

/* A note that is to be, from options and words. */
struct wish {
	const char	*title;
	const char	*color;
	bool		 pinned;
	struct buf	 text;
};

/* One line end at its end is the shell's, not the note's. */
static int
read_text(struct cli *c, struct wish *w)
{
	enum status st;

	if (strcmp(c->word[1], "-") != 0)
		buf_adds(&w->text, c->word[1]);
	else {
		st = cli_read_all(stdin, &w->text);
		if (st)
			return cli_failed(st, "standard input");
		if (w->text.len > 0 && w->text.data[w->text.len - 1] == '\n')
			buf_truncate(&w->text, w->text.len - 1);
	}
	return cli_failed(buf_status(&w->text), "the note");
}

static void
put_doc(struct buf *b, const struct wish *w)
{
	buf_addf(b, "{\"pinned\":%s,\"text\":", w->pinned ? "true" : "false");
	json_put_string(b, w->text.data, w->text.len);
	if (w->title != NULL) {
		buf_addc(b, ',');
		json_put_member(b, "title", w->title);
	}
	if (w->color != NULL) {
		buf_addc(b, ',');
		json_put_member(b, "color", w->color);
	}
	buf_addc(b, '}');
}

static int
play(struct cli *c, const char *board, struct op *op)
{
	struct mutation m = { .kind = MUT_NOTE_EDIT, .board = board,
	    .note = { .id = op->id, .pre = PRE_ABSENT,
	    .edit = { .fn = op_edit, .arg = op } } };
	char at[CURSOR_TEXT];
	enum status st = op_check(op, &op->why);

	if (st == ST_OK)
		st = store_apply_one(c->store, &m);
	if (st == ST_INVALID)
		return cli_problem("the note", &op->why);
	if (st)
		return cli_failed(st, st == ST_NOTFOUND ? c->word[0] :
		    "the note");
	cursor_format(&m.out.at, at);
	buf_addf(&c->out, c->json ? "{\"id\":\"%s\",\"rev\":\"%lld\","
	    "\"last_seq\":\"%s\"}\n" : "note  %s\nrev   %lld\nseq   %s\n",
	    op->id, (long long)m.out.at.seq, at);
	return cli_flush(c);
}

static int
add(struct cli *c, const char *board, const struct wish *w)
{
	struct json_limits limits = { 4, 16 };
	struct op op = { .kind = OP_PUT, .pre = PRE_ABSENT,
	    .note_max = c->config.note_bytes, .new_id = token_new_id };
	struct cJSON *doc = NULL;
	struct problem why;
	struct buf text;
	enum status st;
	int code;

	buf_init(&text, 8 * (size_t)c->config.note_bytes);
	put_doc(&text, w);
	st = buf_status(&text);
	if (st == ST_OK)
		st = token_new_id(op.id);
	if (st)
		code = cli_failed(st, "the note");
	else if (json_parse(text.data, text.len, &limits, &doc, &why))
		code = cli_problem("the note", &why);
	else {
		op.doc = doc;
		code = play(c, board, &op);
	}
	json_free(doc);
	buf_fini(&text);
	return code;
}

int
command_note_add(struct cli *c)
{
	struct wish w = { .title = NULL };
	const struct args_option own[] = { { "title", &w.title, NULL, NULL },
	    { "color", &w.color, NULL, NULL },
	    { "pinned", NULL, &w.pinned, NULL } };
	const struct cli_line line = { own, 3, 2, 2 };
	char board[ID_SIZE];
	int code = cli_read(c, &line);

	if (code)
		return code;
	buf_init(&w.text, (size_t)c->config.note_bytes);
	code = read_text(c, &w);
	if (code == EX_OK)
		code = cli_open(c);
	if (code == EX_OK)
		code = cli_board(c, c->word[0], board);
	if (code == EX_OK)
		code = add(c, board, &w);
	buf_fini(&w.text);
	return code;
}
