#include "page/page_card.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "codec/note.h"
#include "proto/html.h"

/* One note being shown. */
struct card {
	struct page		*p;
	const char		*board;
	const struct note	*n;
	const struct note_draft	*d;
	enum card_tools		 tools;
	bool			 live;
};

/* What the store keeps has passed every limit before. */
static enum status
parse(const char *text, size_t len, struct cJSON **json)
{
	static const struct json_limits limits = { JSON_DEPTH_MAX, INT32_MAX };
	struct problem why;

	return json_parse(text, len, &limits, json, &why);
}

enum status
page_card_read(const struct note *n, struct note_draft *d, struct cJSON **json)
{
	struct problem why;
	enum status st;

	note_init(d);
	st = parse(n->body, n->body_len, json);
	return st ? st : note_read(d, *json, &why);
}

void
page_card_form(struct page *p, const char *board, const struct note *n,
    const char *verb)
{
	char rev[24];

	(void)snprintf(rev, sizeof(rev), "%" PRId64, n->rev);
	page_form(p, board, verb);
	html_hidden(p->o, form_field(FORM_NOTE), n->id);
	html_hidden(p->o, form_field(FORM_REV), rev);
}

static void
form(const struct card *k, const char *verb)
{
	page_card_form(k->p, k->board, k->n, verb);
}

static void
put_text(struct buf *o, const char *text)
{
	buf_adds(o, "<p class=\"text\" dir=\"auto\">");
	html_breaks(o, text);
	buf_adds(o, "</p>\n");
}

static void
put_item(const struct card *k, const struct note_item *i)
{
	struct buf *o = k->p->o;

	buf_adds(o, "<li>");
	if (k->tools == CARD_READ) {
		buf_addf(o, "%s ", i->done ? "[x]" : "[ ]");
		html_element(o, "bdi", i->text);
		buf_adds(o, "</li>\n");
		return;
	}
	form(k, i->done ? "untick" : "tick");
	html_hidden(o, form_field(FORM_ITEM), i->id);
	buf_addf(o, "<label><input type=\"submit\" class=\"tick\" "
	    "value=\"%s\" aria-label=\"%s: ", i->done ? "[x]" : "[ ]",
	    i->done ? "Untick" : "Tick");
	html_text(o, i->text, strlen(i->text));
	buf_adds(o, "\"> ");
	html_element(o, "bdi", i->text);
	buf_adds(o, "</label></form>\n");
	if (k->tools == CARD_NOTE) {
		form(k, "remove-item");
		html_hidden(o, form_field(FORM_ITEM), i->id);
		page_form_end(k->p, "Remove this item");
	}
	buf_adds(o, "</li>\n");
}

static int
by_place(const void *a, const void *b)
{
	const struct note_item *x = *(const struct note_item *const *)a;
	const struct note_item *y = *(const struct note_item *const *)b;

	if (x->pos != y->pos)
		return x->pos < y->pos ? -1 : 1;
	return strcmp(x->id, y->id);
}

static enum status
put_items(const struct card *k)
{
	const struct note_item **order;
	size_t i, n = k->d->items_n;

	if (n == 0)
		return ST_OK;
	order = calloc(n, sizeof(*order));
	if (order == NULL)
		return ST_NOMEM;
	for (i = 0; i < n; i++)
		order[i] = &k->d->items[i];
	qsort(order, n, sizeof(*order), by_place);
	buf_adds(k->p->o, "<ul class=\"items\">\n");
	for (i = 0; i < n; i++)
		put_item(k, order[i]);
	buf_adds(k->p->o, "</ul>\n");
	free(order);
	return ST_OK;
}

static void
put_file(const struct card *k, const struct cJSON *file)
{
	const char *id = json_string_member(file, "id");
	const char *name = json_string_member(file, "name");
	struct buf *o = k->p->o;

	if (id == NULL || name == NULL)
		return;
	buf_addf(o, "<li><a href=\"%s/boards/%s/files/%s\">", k->p->mount,
	    k->board, id);
	html_element(o, "bdi", name);
	buf_adds(o, "</a></li>\n");
}

static enum status
put_files(const struct card *k)
{
	const struct cJSON *file;
	struct cJSON *all = NULL;
	enum status st;

	if (k->n->files == NULL)
		return ST_OK;
	st = parse(k->n->files, strlen(k->n->files), &all);
	if (st == ST_OK && json_first(all) != NULL) {
		buf_adds(k->p->o, "<p>Files:</p>\n<ul class=\"files\">\n");
		for (file = json_first(all); file != NULL;
		    file = json_next(file))
			put_file(k, file);
		buf_adds(k->p->o, "</ul>\n");
	}
	json_free(all);
	return st;
}

static void
put_about(const struct card *k)
{
	struct buf *o = k->p->o;

	buf_adds(o, "<p class=\"about\">");
	if (k->d->pinned)
		buf_adds(o, "Pinned. ");
	buf_adds(o, k->n->trashed_at ? "Deleted " : "Changed ");
	html_time(o, k->n->trashed_at ? k->n->trashed_at : k->n->updated_at);
	if (k->n->by[0] != '\0') {
		buf_adds(o, " by ");
		html_element(o, "bdi", k->n->by);
	}
	buf_adds(o, "</p>\n");
}

static void
put_tools(const struct card *k)
{
	struct page *p = k->p;

	if (k->tools == CARD_READ)
		return;
	if (k->d->kind == NOTE_CHECKLIST) {
		form(k, "add-item");
		page_input(p, "New item", FORM_TEXT, NULL);
		page_form_end(p, "Add item");
	}
	if (k->tools == CARD_BOARD)
		buf_addf(p->o, "<p><a href=\"%s/boards/%s/notes/%s\">Edit"
		    "</a></p>\n", p->mount, k->board, k->n->id);
	form(k, k->d->pinned ? "unpin" : "pin");
	page_form_end(p, k->d->pinned ? "Unpin" : "Pin");
	form(k, "delete");
	page_form_end(p, "Delete");
}

/* A note has one id on a page; of versions that follow each other, none has. */
static void
put_start(const struct card *k)
{
	if (k->live)
		buf_addf(k->p->o, "<article class=\"note %s n-%s r-%" PRId64
		    "\">\n", k->d->color, k->n->id, k->n->rev);
	else
		buf_addf(k->p->o, "<article id=\"n-%s\" class=\"note %s\">\n",
		    k->n->id, k->d->color);
}

static enum status
put(const struct card *k)
{
	struct buf *o = k->p->o;
	enum status st = ST_OK;

	put_start(k);
	html_element(o, "h2", k->d->title[0] ? k->d->title : "Note");
	buf_addc(o, '\n');
	if (k->d->kind == NOTE_TEXT)
		put_text(o, k->d->text);
	else
		st = put_items(k);
	if (st == ST_OK)
		st = put_files(k);
	put_about(k);
	put_tools(k);
	buf_adds(o, "</article>\n");
	return st;
}

enum status
page_card(struct page *p, const char *board, const struct note *n,
    enum card_tools tools)
{
	struct card k = { .p = p, .board = board, .n = n,
	    .tools = CARD_READ, .live = tools == CARD_LIVE };
	struct cJSON *json = NULL;
	struct note_draft d;
	enum status st;

	if (p->writes && n->trashed_at == 0 && !k.live)
		k.tools = tools;
	st = page_card_read(n, &d, &json);
	k.d = &d;
	if (st == ST_OK)
		st = put(&k);
	note_fini(&d);
	json_free(json);
	return st;
}
