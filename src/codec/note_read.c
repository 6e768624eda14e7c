#include "codec/note.h"

#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "codec/names.h"

static const char *const colors[] = {
	"default", "red", "orange", "yellow", "green", "teal", "blue",
	"purple", "pink", "brown", "gray",
};

/*
 * A member of a document.  `set` puts it into `target`, a draft or an item;
 * NULL for one that is taken and ignored.
 */
typedef enum status set_fn(void *target, const cJSON *v, const char *name,
    struct problem *why);

struct member {
	const char	*name;
	set_fn		*set;
};

static set_fn set_kind, set_title, set_text, set_items, set_color, set_pinned,
    set_pos, set_item_id, set_item_text, set_item_done, set_item_pos;

/* In the order of the canonical form. */
static const struct member note_members[] = {
	{ "kind", set_kind },
	{ "title", set_title },
	{ "text", set_text },
	{ "items", set_items },
	{ "color", set_color },
	{ "pinned", set_pinned },
	{ "pos", set_pos },
	{ "id", NULL },
	{ "rev", NULL },
	{ "created_at", NULL },
	{ "updated_at", NULL },
	{ "trashed_at", NULL },
	{ "by", NULL },
	{ "files", NULL },
	{ NULL, NULL },
};

static const struct member item_members[] = {
	{ "id", set_item_id },
	{ "text", set_item_text },
	{ "done", set_item_done },
	{ "pos", set_item_pos },
	{ NULL, NULL },
};

/* Of an item that the operation names already. */
static const struct member lone_item_members[] = {
	{ "text", set_item_text },
	{ "done", set_item_done },
	{ "pos", set_item_pos },
	{ "id", NULL },
	{ NULL, NULL },
};

static enum status
refuse(struct problem *why, const char *name, const char *rule)
{
	return problem_set(why, PROBLEM_INVALID, "%s: %s", name, rule);
}

static enum status
read_members(const struct member *known, void *target, const cJSON *doc,
    struct problem *why)
{
	const struct member *m;
	const cJSON *v;
	enum status st;

	if (!cJSON_IsObject(doc))
		return problem_set(why, PROBLEM_INVALID, "not an object");
	for (v = doc->child; v != NULL; v = v->next) {
		for (m = known; m->name != NULL; m++)
			if (strcmp(m->name, v->string) == 0)
				break;
		if (m->name == NULL)
			return problem_set(why, PROBLEM_INVALID,
			    "unknown member %s", v->string);
		if (m->set == NULL)
			continue;
		st = m->set(target, v, m->name, why);
		if (st)
			return st;
	}
	return ST_OK;
}

static enum status
read_string(const cJSON *v, size_t max, const char **out, const char *name,
    struct problem *why)
{
	if (!cJSON_IsString(v))
		return refuse(why, name, "not a string");
	if (strlen(v->valuestring) > max)
		return problem_set(why, PROBLEM_INVALID,
		    "%s: longer than %zu bytes", name, max);
	*out = v->valuestring;
	return ST_OK;
}

static enum status
read_bool(const cJSON *v, bool *out, const char *name, struct problem *why)
{
	if (!cJSON_IsBool(v))
		return refuse(why, name, "not true or false");
	*out = cJSON_IsTrue(v);
	return ST_OK;
}

static enum status
read_number(const cJSON *v, double *out, const char *name,
    struct problem *why)
{
	if (!cJSON_IsNumber(v))
		return refuse(why, name, "not a number");
	*out = v->valuedouble;
	return ST_OK;
}

/* Items. */

static enum status
set_item_id(void *target, const cJSON *v, const char *name,
    struct problem *why)
{
	struct note_item *item = target;

	if (!cJSON_IsString(v) || !str_is_id(v->valuestring))
		return refuse(why, name, "not an id");
	item->id = v->valuestring;
	return ST_OK;
}

static enum status
set_item_text(void *target, const cJSON *v, const char *name,
    struct problem *why)
{
	struct note_item *item = target;

	return read_string(v, NOTE_ITEM_TEXT_MAX, &item->text, name, why);
}

static enum status
set_item_done(void *target, const cJSON *v, const char *name,
    struct problem *why)
{
	struct note_item *item = target;

	return read_bool(v, &item->done, name, why);
}

static enum status
set_item_pos(void *target, const cJSON *v, const char *name,
    struct problem *why)
{
	struct note_item *item = target;

	return read_number(v, &item->pos, name, why);
}

/* Replaces the items by `n` that the caller fills while it counts them. */
static enum status
allocate_items(struct note_draft *d, size_t n)
{
	note_fini(d);
	if (n == 0)
		return ST_OK;
	d->items = calloc(n, sizeof(*d->items));
	return d->items == NULL ? ST_NOMEM : ST_OK;
}

static enum status
read_item(struct note_item *item, size_t index, const cJSON *v,
    struct names *ids, struct names_set *set, struct problem *why)
{
	enum status st;

	item->pos = (double)(index + 1);
	st = read_members(item_members, item, v, why);
	if (st == ST_OK && item->text == NULL)
		st = refuse(why, "text", "missing");
	if (st == ST_OK && item->id != NULL)
		st = names_add(ids, set, item->id);
	if (st == ST_CONFLICT)
		st = refuse(why, "id", "given twice");
	return st;
}

static enum status
read_items(struct note_draft *d, const cJSON *v, struct problem *why)
{
	struct problem fault = { PROBLEM_NONE, "" };
	struct names_set set;
	struct names ids;
	const cJSON *child;
	enum status st = ST_OK;

	names_init(&ids, NOTE_ITEMS_MAX * ID_LEN, NOTE_ITEMS_MAX);
	names_open(&ids, &set);
	for (child = v->child; child != NULL && st == ST_OK;
	    child = child->next) {
		st = read_item(&d->items[d->items_n], d->items_n, child, &ids,
		    &set, &fault);
		if (st == ST_INVALID)
			(void)problem_set(why, fault.kind, "items[%zu]: %s",
			    d->items_n, fault.detail);
		d->items_n++;
	}
	names_fini(&ids);
	return st;
}

static enum status
set_items(void *target, const cJSON *v, const char *name, struct problem *why)
{
	struct note_draft *d = target;
	enum status st;
	int n;

	if (!cJSON_IsArray(v))
		return refuse(why, name, "not an array");
	n = cJSON_GetArraySize(v);
	if (n > NOTE_ITEMS_MAX)
		return problem_set(why, PROBLEM_INVALID,
		    "%s: more than %d", name, NOTE_ITEMS_MAX);
	st = allocate_items(d, (size_t)n);
	d->has_items = st == ST_OK;
	return st ? st : read_items(d, v, why);
}

/* Notes. */

static enum status
set_kind(void *target, const cJSON *v, const char *name, struct problem *why)
{
	struct note_draft *d = target;
	const char *kind = cJSON_GetStringValue(v);

	if (kind != NULL && strcmp(kind, "text") == 0)
		d->kind = NOTE_TEXT;
	else if (kind != NULL && strcmp(kind, "checklist") == 0)
		d->kind = NOTE_CHECKLIST;
	else
		return refuse(why, name, "neither text nor checklist");
	d->has_kind = true;
	return ST_OK;
}

static enum status
set_title(void *target, const cJSON *v, const char *name, struct problem *why)
{
	struct note_draft *d = target;

	return read_string(v, NOTE_TITLE_MAX, &d->title, name, why);
}

/* How long a text may be is up to the size of the whole body. */
static enum status
set_text(void *target, const cJSON *v, const char *name, struct problem *why)
{
	struct note_draft *d = target;

	d->has_text = true;
	return read_string(v, SIZE_MAX, &d->text, name, why);
}

static enum status
set_color(void *target, const cJSON *v, const char *name, struct problem *why)
{
	struct note_draft *d = target;
	const char *color = cJSON_GetStringValue(v);
	size_t i;

	for (i = 0; color != NULL && i < sizeof(colors) / sizeof(*colors); i++)
		if (strcmp(color, colors[i]) == 0) {
			d->color = colors[i];
			return ST_OK;
		}
	return refuse(why, name, "no color of the palette");
}

static enum status
set_pinned(void *target, const cJSON *v, const char *name, struct problem *why)
{
	struct note_draft *d = target;

	return read_bool(v, &d->pinned, name, why);
}

static enum status
set_pos(void *target, const cJSON *v, const char *name, struct problem *why)
{
	struct note_draft *d = target;

	return read_number(v, &d->pos, name, why);
}

void
note_init(struct note_draft *d)
{
	memset(d, 0, sizeof(*d));
	d->kind = NOTE_TEXT;
	d->title = "";
	d->text = "";
	d->color = colors[0];
}

enum status
note_read(struct note_draft *d, const struct cJSON *doc, struct problem *why)
{
	d->has_kind = d->has_text = d->has_items = false;
	return read_members(note_members, d, doc, why);
}

enum status
note_read_item(struct note_item *item, const struct cJSON *doc,
    struct problem *why)
{
	return read_members(lone_item_members, item, doc, why);
}

/* The same bytes for every way to write one document. */

static void
put_known(const struct member *known, const cJSON *doc, struct buf *b);

static void
put_items(const cJSON *items, struct buf *b)
{
	const cJSON *child;

	buf_addc(b, '[');
	for (child = items->child; child != NULL; child = child->next) {
		if (child != items->child)
			buf_addc(b, ',');
		put_known(item_members, child, b);
	}
	buf_addc(b, ']');
}

static void
put_known(const struct member *known, const cJSON *doc, struct buf *b)
{
	const struct member *m;
	const cJSON *v;
	bool first = true;

	buf_addc(b, '{');
	for (m = known; m->name != NULL; m++) {
		v = m->set == NULL ? NULL : json_member(doc, m->name);
		if (v == NULL)
			continue;
		buf_adds(b, first ? "\"" : ",\"");
		buf_adds(b, m->name);
		buf_add(b, "\":", 2);
		if (m->set == set_items)
			put_items(v, b);
		else
			json_put_value(b, v);
		first = false;
	}
	buf_addc(b, '}');
}

void
note_put_doc(const struct cJSON *doc, struct buf *b)
{
	put_known(note_members, doc, b);
}

void
note_put_item_doc(const struct cJSON *doc, struct buf *b)
{
	put_known(lone_item_members, doc, b);
}
