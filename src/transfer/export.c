#include "transfer/export.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "codec/json.h"
#include "codec/print.h"
#include "codec/transfer.h"
#include "transfer/export_priv.h"

#define PIECE_BYTES	((size_t)64 << 10)
/* One printed note: a body with its files, and room for what a limit raises. */
#define LINE_MAX_BYTES	((size_t)64 << 20)
/* Some 350,000 notes; who has more takes JSON. */
#define PLACES_MAX_BYTES	((size_t)32 << 20)

enum status
export_format_parse(const char *name, enum export_format *out)
{
	*out = strcmp(name, "markdown") == 0 ? EXPORT_MARKDOWN : EXPORT_JSON;
	return *out == EXPORT_JSON && strcmp(name, "json") != 0 ? ST_INVALID :
	    ST_OK;
}

static bool
keep_board(void *arg, const struct board *b, enum role role)
{
	struct export *e = arg;

	(void)role;
	buf_adds(&e->title, b->title);
	buf_addc(&e->json, '{');
	json_put_member(&e->json, "id", b->id);
	buf_addc(&e->json, ',');
	json_put_member(&e->json, "title", b->title);
	buf_addf(&e->json, ",\"settings\":%s}", b->settings);
	e->st = buf_status(&e->json);
	return true;
}

static bool
keep_note(void *arg, const struct note *n)
{
	struct export *e = arg;

	if (e->head_only || e->st)
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
 * from anybody: the spool is in memory then.
 */
static enum status
open_spool(struct export *e)
{
	const struct config *config = e->config;
	enum status st;

	st = spool_open(&e->notes, config->data_dir, config->disk_floor);
	return st == ST_READONLY ? spool_open_memory(&e->notes) : st;
}

static enum status
read_board(struct export *e)
{
	enum status st;

	st = open_spool(e);
	if (st == ST_OK)
		st = store_snapshot(e->store, e->board, keep_board, keep_note, e);
	if (st == ST_OK)
		st = e->st;
	return st ? st : spool_end(&e->notes);
}

enum status
export_send(struct export *e, enum export_when when)
{
	struct buf *o = &e->out;
	enum status st = buf_status(o);

	if (st || (when == EXPORT_ENOUGH && o->len < PIECE_BYTES))
		return st;
	st = e->sink(e->arg, o->data, o->len);
	buf_reset(o);
	return st;
}

static enum status
send_notes(struct export *e)
{
	struct buf *o = &e->out;
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
	struct buf *o = &e->out;
	enum status st;

	buf_addf(o, "{\"notewire\":%d,\"exported_at\":", TRANSFER_VERSION);
	print_time(o, clock_wall_ms());
	buf_adds(o, ",\n\"board\":");
	buf_add(o, e->json.data, e->json.len);
	buf_adds(o, ",\n\"notes\":[");
	st = send_notes(e);
	buf_adds(o, "\n],\n\"files\":[");
	if (st == ST_OK)
		st = export_files(e);
	buf_adds(o, "\n]}\n");
	return st ? st : export_send(e, EXPORT_NOW);
}

void
export_init(struct export *e)
{
	spool_init(&e->notes);
	buf_init(&e->json, LINE_MAX_BYTES);
	buf_init(&e->title, LINE_MAX_BYTES);
	buf_init(&e->line, LINE_MAX_BYTES);
	buf_init(&e->places, PLACES_MAX_BYTES);
	buf_init(&e->out, LINE_MAX_BYTES);
	e->st = ST_OK;
}

void
export_fini(struct export *e)
{
	spool_close(&e->notes);
	buf_fini(&e->json);
	buf_fini(&e->title);
	buf_fini(&e->line);
	buf_fini(&e->places);
	buf_fini(&e->out);
}

enum status
export_read(struct export *e)
{
	enum status st = read_board(e);

	return st == ST_OK && e->format == EXPORT_MARKDOWN ?
	    export_markdown_sort(e) : st;
}

enum status
export_write(struct export *e)
{
	return e->format == EXPORT_JSON ? export_json(e) : export_markdown(e);
}
