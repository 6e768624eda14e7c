#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "api/export.h"
#include "base/clock.h"
#include "call/reply.h"
#include "codec/json.h"
#include "codec/print.h"
#include "codec/transfer.h"
#include "proto/disposition.h"
#include "proto/query.h"

#define PIECE_BYTES	((size_t)64 << 10)
/* One printed note: a body with its files, and room for what a limit raises. */
#define LINE_MAX_BYTES	((size_t)64 << 20)
/* Some 350,000 notes; who has more takes JSON. */
#define PLACES_MAX_BYTES	((size_t)32 << 20)

enum format {
	FORMAT_JSON = 0,
	FORMAT_MARKDOWN,
};

static enum status
read_format(struct call *c, enum format *format)
{
	char value[16];
	struct query_field field = { .name = "format", .dst = value,
	    .size = sizeof(value) };

	*format = FORMAT_JSON;
	if (query_parse(c->request.query, &field, 1) == ST_OK) {
		if (!field.seen || strcmp(value, "json") == 0)
			return ST_OK;
		*format = FORMAT_MARKDOWN;
		if (strcmp(value, "markdown") == 0)
			return ST_OK;
	}
	return call_problem(c, PROBLEM_BAD_QUERY, "format: json or markdown");
}

static bool
keep_board(void *arg, const struct board *b, enum role role)
{
	struct export *e = arg;

	(void)role;
	buf_adds(&e->title, b->title);
	buf_addc(&e->board, '{');
	json_put_member(&e->board, "id", b->id);
	buf_addc(&e->board, ',');
	json_put_member(&e->board, "title", b->title);
	buf_addf(&e->board, ",\"settings\":%s}", b->settings);
	e->st = buf_status(&e->board);
	return true;
}

static bool
keep_note(void *arg, const struct note *n)
{
	struct export *e = arg;

	if (e->c->request.method == METHOD_HEAD || e->st)
		return false;
	buf_reset(&e->line);
	print_note(&e->line, n);
	buf_addc(&e->line, '\n');
	e->st = buf_status(&e->line);
	if (e->st == ST_OK)
		e->st = spool_add(&e->notes, e->line.data, e->line.len);
	return e->st == ST_OK;
}

/*
 * A data directory that cannot be written is no reason to keep its notes
 * from anybody: the spool goes to where temporary files go.
 */
static enum status
open_spool(struct export *e)
{
	const struct config *config = e->c->service->config;
	enum status st;

	st = spool_open(&e->notes, config->data_dir, config->disk_floor);
	return st == ST_READONLY ? spool_open(&e->notes, P_tmpdir, 0) : st;
}

static enum status
read_board(struct export *e)
{
	enum status st;

	st = open_spool(e);
	if (st == ST_OK)
		st = store_snapshot(e->c->service->store, PATH_BOARD(e->c),
		    keep_board, keep_note, e);
	if (st == ST_OK)
		st = e->st;
	return st ? st : spool_end(&e->notes);
}

static enum status
send_head(struct export *e, enum format format)
{
	bool json = format == FORMAT_JSON;
	struct buf name, value;
	enum status st;
	size_t i;

	buf_init(&name, 512);
	buf_init(&value, 4096);
	buf_adds(&name, e->title.len ? e->title.data : "board");
	for (i = 0; i < name.len; i++)
		if ((unsigned char)name.data[i] < ' ' || name.data[i] == 0x7f)
			name.data[i] = '_';
	buf_adds(&name, json ? ".json" : ".md");
	disposition_attachment(&value, name.data);
	st = buf_status(&value);
	reply_header(e->c, "Content-Disposition", "%s", value.data);
	buf_fini(&name);
	buf_fini(&value);
	return st ? st : reply_head(e->c, 200, json ? "application/json" :
	    "text/markdown; charset=utf-8", "no-store");
}

enum status
export_send(struct export *e, enum export_when when)
{
	struct buf *o = &e->c->out;
	enum status st = buf_status(o);

	if (st || (when == EXPORT_ENOUGH && o->len < PIECE_BYTES))
		return st;
	st = exchange_write(e->c->x, o->data, o->len);
	buf_reset(o);
	return st;
}

static enum status
send_notes(struct export *e)
{
	struct buf *o = &e->c->out;
	enum status st = ST_OK;
	int64_t at = 0;

	while (st == ST_OK) {
		st = spool_line(&e->notes, &at, &e->line);
		if (st)
			break;
		buf_adds(o, at == (int64_t)e->line.len + 1 ? "\n" : ",\n");
		buf_add(o, e->line.data, e->line.len);
		st = export_send(e, EXPORT_ENOUGH);
	}
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status
export_json(struct export *e)
{
	struct buf *o = &e->c->out;
	enum status st;

	buf_addf(o, "{\"notewire\":%d,\"exported_at\":", TRANSFER_VERSION);
	print_time(o, clock_wall_ms());
	buf_adds(o, ",\n\"board\":");
	buf_add(o, e->board.data, e->board.len);
	buf_adds(o, ",\n\"notes\":[");
	st = send_notes(e);
	buf_adds(o, "\n],\n\"files\":[");
	if (st == ST_OK)
		st = export_files(e);
	buf_adds(o, "\n]}\n");
	return st ? st : export_send(e, EXPORT_NOW);
}

static enum status
export(struct export *e, enum format format)
{
	enum status st;

	st = read_board(e);
	if (st == ST_OK && format == FORMAT_MARKDOWN)
		st = export_markdown_sort(e);
	if (st == ST_OK)
		st = send_head(e, format);
	if (st || e->c->request.method == METHOD_HEAD)
		return st;
	return format == FORMAT_JSON ? export_json(e) : export_markdown(e);
}

enum status
api_export(struct call *c, const struct claim *claim)
{
	struct export e = { .c = c };
	enum format format;
	enum status st;

	(void)claim;
	st = read_format(c, &format);
	if (st)
		return st;
	spool_init(&e.notes);
	buf_init(&e.board, LINE_MAX_BYTES);
	buf_init(&e.title, LINE_MAX_BYTES);
	buf_init(&e.line, LINE_MAX_BYTES);
	buf_init(&e.places, PLACES_MAX_BYTES);
	st = export(&e, format);
	spool_close(&e.notes);
	buf_fini(&e.board);
	buf_fini(&e.title);
	buf_fini(&e.line);
	buf_fini(&e.places);
	return st;
}
