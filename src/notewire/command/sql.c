#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "codec/json.h"
#include "notewire/cli/cli.h"
#include "notewire/command/command.h"
#include "store/upkeep.h"

#define SCRIPT_MAX	((size_t)16 << 20)

static void
put_hex(struct buf *o, const struct sql_value *v)
{
	const unsigned char *p = v->bytes;
	size_t i;

	for (i = 0; i < v->len; i++)
		buf_addf(o, "%02x", (unsigned)p[i]);
}

static void
put_plain(struct buf *o, const struct sql_value *v)
{
	switch (v->kind) {
	case SQL_NULL:
		break;
	case SQL_INT:
		buf_addf(o, "%lld", (long long)v->number);
		break;
	case SQL_REAL:
		buf_addf(o, "%.15g", v->real);
		break;
	case SQL_TEXT:
		cli_put_text(o, v->bytes);
		break;
	case SQL_BLOB:
		put_hex(o, v);
		break;
	}
}

static void
put_json(struct buf *o, const struct sql_value *v)
{
	switch (v->kind) {
	case SQL_NULL:
		buf_adds(o, "null");
		break;
	case SQL_INT:
		json_put_int(o, v->number);
		break;
	case SQL_REAL:
		if (v->real - v->real == 0)
			json_put_number(o, v->real);
		else
			buf_adds(o, "null");	/* JSON has no infinity */
		break;
	case SQL_TEXT:
		json_put_string(o, v->bytes, v->len);
		break;
	case SQL_BLOB:
		buf_addc(o, '"');
		put_hex(o, v);
		buf_addc(o, '"');
		break;
	}
}

/* One line a row; in plain words the names of the columns stand before. */
static bool
put_row(void *arg, const struct sql_row *r)
{
	struct cli *c = arg;
	struct buf *o = &c->out;
	size_t i;

	for (i = 0; !c->json && r->first && i < r->n; i++) {
		cli_put_text(o, r->names[i]);
		buf_addc(o, i + 1 < r->n ? '\t' : '\n');
	}
	for (i = 0; i < r->n; i++) {
		if (c->json) {
			buf_addc(o, i > 0 ? ',' : '{');
			json_put_string(o, r->names[i], strlen(r->names[i]));
			buf_addc(o, ':');
			put_json(o, &r->values[i]);
		} else {
			buf_adds(o, i > 0 ? "\t" : "");
			put_plain(o, &r->values[i]);
		}
	}
	buf_adds(o, c->json ? "}\n" : "\n");
	return buf_status(o) == ST_OK;
}

static int
play(struct cli *c, struct sql_script *script)
{
	enum status st = store_sql(c->store, script, put_row, c);

	if (st == ST_INVALID)
		return cli_fail(EX_DATAERR, "%s%s", script->why,
		    !script->write && strstr(script->why, "write") != NULL ?
		    "; --write allows that" : "");
	if (st)
		return cli_failed(st, "the script");
	if (script->write)
		buf_addf(&c->out, c->json ? "{\"changes\":%lld}\n" :
		    "%lld rows changed\n", (long long)script->changes);
	return cli_flush(c);
}

int
command_sql(struct cli *c)
{
	struct sql_script script = { .write = false };
	const struct args_option own[] = {
		{ "write", NULL, &script.write, NULL } };
	const struct cli_line line = { own, 1, 0, 1 };
	struct buf text;
	int code = cli_read(c, &line);

	if (code)
		return code;
	buf_init(&text, SCRIPT_MAX);
	if (c->words > 0)
		buf_adds(&text, c->word[0]);
	else
		code = cli_failed(cli_read_all(stdin, &text),
		    "standard input");
	if (code == EX_OK)
		code = cli_failed(buf_status(&text), "the script");
	script.text = text.data;
	if (code == EX_OK)
		code = cli_open(c);
	if (code == EX_OK)
		code = play(c, &script);
	buf_fini(&text);
	return code;
}
