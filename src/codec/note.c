#include "codec/note.h"

#include <stdlib.h>
#include <string.h>

#include "codec/json.h"

void
note_fini(struct note_draft *d)
{
	free(d->items);
	free(d->ids);
	d->items = NULL;
	d->items_n = 0;
	d->ids = NULL;
}

enum status
note_settle(struct note_draft *d, struct problem *why)
{
	if (d->kind == NOTE_TEXT && d->has_items)
		return problem_set(why, PROBLEM_INVALID,
		    "items: only a checklist has them");
	if (d->kind == NOTE_CHECKLIST && d->has_text)
		return problem_set(why, PROBLEM_INVALID,
		    "text: a checklist has none");
	if (d->kind == NOTE_TEXT)
		note_fini(d);
	else
		d->text = "";
	return ST_OK;
}

enum status
note_make_ids(struct note_draft *d,
    enum status (*new_id)(char out[ID_SIZE]))
{
	enum status st;
	size_t i;

	for (i = 0; i < d->items_n; i++) {
		if (d->items[i].id != NULL)
			continue;
		if (d->ids == NULL)
			d->ids = calloc(d->items_n, sizeof(*d->ids));
		if (d->ids == NULL)
			return ST_NOMEM;
		st = new_id(d->ids[i]);
		if (st)
			return st;
		d->items[i].id = d->ids[i];
	}
	return ST_OK;
}

static struct note_item *
find_item(const struct note_draft *d, const char *id)
{
	size_t i;

	for (i = 0; i < d->items_n; i++)
		if (strcmp(d->items[i].id, id) == 0)
			return &d->items[i];
	return NULL;
}

/* An empty item behind the last one. */
static struct note_item
new_item(const struct note_draft *d, const char *id)
{
	struct note_item item = { .id = id, .text = "" };
	size_t i;

	for (i = 0; i < d->items_n; i++)
		if (i == 0 || d->items[i].pos > item.pos)
			item.pos = d->items[i].pos;
	item.pos++;
	return item;
}

static enum status
append_item(struct note_draft *d, const struct note_item *item,
    struct problem *why)
{
	struct note_item *grown;

	if (d->items_n == NOTE_ITEMS_MAX)
		return problem_set(why, PROBLEM_INVALID,
		    "items: more than %d", NOTE_ITEMS_MAX);
	grown = realloc(d->items, (d->items_n + 1) * sizeof(*grown));
	if (grown == NULL)
		return ST_NOMEM;
	d->items = grown;
	d->items[d->items_n++] = *item;
	return ST_OK;
}

enum status
note_set_item(struct note_draft *d, const char *id, const struct cJSON *doc,
    bool *created, struct problem *why)
{
	struct note_item *old = find_item(d, id);
	struct note_item item = old != NULL ? *old : new_item(d, id);
	enum status st;

	*created = false;
	st = note_read_item(&item, doc, why);
	if (st)
		return st;
	if (old == NULL) {
		st = append_item(d, &item, why);
		*created = st == ST_OK;
	} else
		*old = item;
	return st;
}

enum status
note_drop_item(struct note_draft *d, const char *id)
{
	struct note_item *item = find_item(d, id);
	size_t behind;

	if (item == NULL)
		return ST_NOTFOUND;
	behind = (size_t)(d->items + d->items_n - (item + 1));
	memmove(item, item + 1, behind * sizeof(*item));
	d->items_n--;
	return ST_OK;
}

static void
put_items(const struct note_draft *d, struct buf *b)
{
	const struct note_item *item;
	size_t i;

	buf_adds(b, ",\"items\":[");
	for (i = 0; i < d->items_n; i++) {
		item = &d->items[i];
		buf_adds(b, i == 0 ? "{" : ",{");
		json_put_member(b, "id", item->id);
		buf_addc(b, ',');
		json_put_member(b, "text", item->text);
		buf_adds(b, item->done ? ",\"done\":true" : ",\"done\":false");
		buf_adds(b, ",\"pos\":");
		json_put_number(b, item->pos);
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

void
note_put(const struct note_draft *d, struct buf *b)
{
	bool list = d->kind == NOTE_CHECKLIST;

	buf_adds(b, list ? "{\"kind\":\"checklist\"," : "{\"kind\":\"text\",");
	json_put_member(b, "title", d->title);
	if (list)
		put_items(d, b);
	else {
		buf_addc(b, ',');
		json_put_member(b, "text", d->text);
	}
	buf_addc(b, ',');
	json_put_member(b, "color", d->color);
	buf_adds(b, d->pinned ? ",\"pinned\":true" : ",\"pinned\":false");
	buf_adds(b, ",\"pos\":");
	json_put_number(b, d->pos);
	buf_addc(b, '}');
}
