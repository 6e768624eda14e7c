#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "call/reply.h"
#include "proto/disposition.h"
#include "proto/query.h"
#include "transfer/export.h"

static enum status
read_format(struct call *c, enum export_format *format)
{
	char value[16] = "json";
	struct query_field field = { .name = "format", .dst = value,
	    .size = sizeof(value) };

	if (query_parse(c->request.query, &field, 1) == ST_OK &&
	    export_format_parse(field.seen ? value : "json", format) == ST_OK)
		return ST_OK;
	return call_problem(c, PROBLEM_BAD_QUERY, "format: json or markdown");
}

static enum status
send_head(struct call *c, const struct export *e)
{
	bool json = e->format == EXPORT_JSON;
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
	reply_header(c, "Content-Disposition", "%s", value.data);
	buf_fini(&name);
	buf_fini(&value);
	return st ? st : reply_head(c, 200, json ? "application/json" :
	    "text/markdown; charset=utf-8", "no-store");
}

static enum status
send_piece(void *arg, const char *bytes, size_t n)
{
	struct call *c = arg;

	return exchange_write(c->x, bytes, n);
}

enum status
api_export(struct call *c, const struct claim *claim)
{
	struct export e = { .store = c->service->store,
	    .config = c->service->config, .board = PATH_BOARD(c),
	    .head_only = c->request.method == METHOD_HEAD, .sink = send_piece,
	    .arg = c };
	enum status st;

	(void)claim;
	st = read_format(c, &e.format);
	if (st)
		return st;
	export_init(&e);
	st = export_read(&e);
	if (st == ST_OK)
		st = send_head(c, &e);
	if (st == ST_OK && !e.head_only)
		st = export_write(&e);
	export_fini(&e);
	return st;
}
