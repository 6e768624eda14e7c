#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "codec/markdown.h"
#include "codec/note.h"
#include "transfer/export_priv.h"

/* Values of the largest note with all its items and files. */
#define NOTE_VALUES	8192

/* What the order of notes needs to know. */
struct place {
	int64_t	at;		/* in the spool */
	double	pos;
	char	created_at[32];	/* all of one form, so that text compares */
	char	id[ID_SIZE];
	bool	pinned;
};

typedef enum status place_fn(struct export *e, const struct place *at,
    const struct note_draft *d);

/* Reads the note of e->line again and hands it on. */
static enum status
with_note(struct export *e, struct place *p, place_fn *fn)
{
	static const struct json_limits limits = { 8, NOTE_VALUES };
	struct problem why;
	struct note_draft d;
	struct cJSON *json;
	const char *id, *created;
	enum status st;

	st = json_parse(e->line.data, e->line.len, &limits, &json, &why);
	note_init(&d);
	if (st == ST_OK)
		st = note_read(&d, json, &why);
	if (st == ST_OK)
		st = note_settle(&d, &why);
	id = json_string_member(json, "id");
	created = json_string_member(json, "created_at");
	if (st == ST_OK && (id == NULL || created == NULL ||
	    str_copy(p->id, sizeof(p->id), id) ||
	    str_copy(p->created_at, sizeof(p->created_at), created)))
		st = ST_INVALID;
	if (st == ST_OK)
		st = fn(e, p, &d);
	note_fini(&d);
	json_free(json);
	return st == ST_INVALID ? ST_IO : st;	/* it is our own work */
}

static enum status
add_place(struct export *e, const struct place *at, const struct note_draft *d)
{
	struct place p = *at;

	p.pos = d->pos;
	p.pinned = d->pinned;
	buf_add(&e->places, &p, sizeof(p));
	return buf_status(&e->places);
}

static enum status
put_note(struct export *e, const struct place *at, const struct note_draft *d)
{
	(void)at;
	markdown_put_note(&e->out, d);
	return export_send(e, EXPORT_ENOUGH);
}

/* As the page does it: pinned ones, then by place, then the newest first. */
static int
compare(const void *one, const void *other)
{
	const struct place *a = one, *b = other;
	int order;

	if (a->pinned != b->pinned)
		return a->pinned ? -1 : 1;
	if (a->pos != b->pos)
		return a->pos < b->pos ? -1 : 1;
	order = strcmp(b->created_at, a->created_at);
	return order ? order : strcmp(a->id, b->id);
}

enum status
export_markdown_sort(struct export *e)
{
	enum status st = ST_OK;
	struct place p;
	int64_t at = 0;

	while (st == ST_OK) {
		memset(&p, 0, sizeof(p));
		p.at = at;
		st = spool_line(&e->notes, &at, &e->line);
		if (st == ST_OK)
			st = with_note(e, &p, add_place);
	}
	if (st != ST_NOTFOUND)
		return st;
	if (e->places.len > 0)
		qsort(e->places.data, e->places.len / sizeof(p), sizeof(p),
		    compare);
	return ST_OK;
}

enum status
export_markdown(struct export *e)
{
	enum status st = ST_OK;
	struct place p;
	size_t i;

	markdown_put_title(&e->out, e->title.data);
	for (i = 0; i < e->places.len && st == ST_OK; i += sizeof(p)) {
		memcpy(&p, e->places.data + i, sizeof(p));
		st = spool_line(&e->notes, &p.at, &e->line);
		if (st == ST_OK)
			st = with_note(e, &p, put_note);
	}
	return st ? st : export_send(e, EXPORT_NOW);
}
