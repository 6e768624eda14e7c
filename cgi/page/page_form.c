#include "page/page.h"

#include <string.h>

#include "act/ops.h"
#include "auth/token.h"
#include "codec/json.h"
#include "page/page_note.h"

/*
 * What a board's forms ask for, as operations: this file knows the verbs, ops.c
 * plays them.
 */

/* JSON of a form's words: every byte may be escaped, and items get members. */
#define DOC_GROWTH	24
#define DOC_SLACK	256

struct verb {
	const char		*name;
	enum op_kind		 kind;
	enum precondition	 pre;
	/* Appends the doc; NULL for an operation that has none. */
	void			(*doc)(const struct form *f, struct buf *b);
};

static void
put_member(struct buf *b, const struct form *f, enum form_name name)
{
	if (!form_has(f, name))
		return;
	if (b->data[b->len - 1] != '{')
		buf_addc(b, ',');
	json_put_member(b, form_field(name), form_value(f, name));
}

/* Each line that is not blank is an item. */
static void
put_items(struct buf *b, const char *text)
{
	size_t n;

	buf_adds(b, ",\"kind\":\"checklist\",\"items\":[");
	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (strspn(text, " \t") >= n)
			continue;
		buf_adds(b, b->data[b->len - 1] == '[' ? "{\"text\":" :
		    ",{\"text\":");
		json_put_string(b, text, n);
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

static void
add_doc(const struct form *f, struct buf *b)
{
	buf_addc(b, '{');
	json_put_member(b, "title", form_value(f, FORM_TITLE));
	if (strcmp(form_value(f, FORM_KIND), "checklist") == 0)
		put_items(b, form_value(f, FORM_TEXT));
	else {
		buf_addc(b, ',');
		json_put_member(b, "text", form_value(f, FORM_TEXT));
	}
	buf_addc(b, '}');
}

static void
edit_doc(const struct form *f, struct buf *b)
{
	buf_addc(b, '{');
	put_member(b, f, FORM_TITLE);
	put_member(b, f, FORM_TEXT);
	put_member(b, f, FORM_COLOR);
	buf_addc(b, '}');
}

static void
item_doc(const struct form *f, struct buf *b)
{
	buf_addc(b, '{');
	put_member(b, f, FORM_TEXT);
	buf_addc(b, '}');
}

static void
tick_doc(const struct form *f, struct buf *b)
{
	(void)f;
	buf_adds(b, "{\"done\":true}");
}

static void
untick_doc(const struct form *f, struct buf *b)
{
	(void)f;
	buf_adds(b, "{\"done\":false}");
}

static void
pin_doc(const struct form *f, struct buf *b)
{
	(void)f;
	buf_adds(b, "{\"pinned\":true}");
}

static void
unpin_doc(const struct form *f, struct buf *b)
{
	(void)f;
	buf_adds(b, "{\"pinned\":false}");
}

static const struct verb verbs[] = {
	{ "add",	 OP_PUT,	 PRE_ABSENT, add_doc },
	{ "edit",	 OP_PATCH,	 PRE_REV,    edit_doc },
	{ "pin",	 OP_PATCH,	 PRE_REV,    pin_doc },
	{ "unpin",	 OP_PATCH,	 PRE_REV,    unpin_doc },
	{ "delete",	 OP_DELETE,	 PRE_REV,    NULL },
	{ "undo",	 OP_RESTORE,	 PRE_REV,    NULL },
	{ "tick",	 OP_PUT_ITEM,	 PRE_NONE,   tick_doc },
	{ "untick",	 OP_PUT_ITEM,	 PRE_NONE,   untick_doc },
	{ "add-item",	 OP_PUT_ITEM,	 PRE_NONE,   item_doc },
	{ "remove-item", OP_DELETE_ITEM, PRE_NONE,   NULL },
};
#define VERBS	(sizeof(verbs) / sizeof(verbs[0]))

static enum status
find_verb(struct call *c, const struct verb **out)
{
	size_t i;

	for (i = 0; i < VERBS; i++)
		if (strcmp(verbs[i].name, form_value(c->form, FORM_DO)) == 0) {
			*out = &verbs[i];
			return ST_OK;
		}
	*out = NULL;
	return call_problem(c, PROBLEM_INVALID, "do: not a verb of this form");
}

/* A new item's id follows from the key, so that sending twice adds one. */
static enum status
read_item(struct call *c, struct op *op)
{
	const char *id = form_value(c->form, FORM_ITEM);

	if (op->kind != OP_PUT_ITEM && op->kind != OP_DELETE_ITEM)
		return ST_OK;
	if (strcmp(form_value(c->form, FORM_DO), "add-item") == 0)
		return token_derive("item", op->key, op->item);
	if (!str_is_id(id))
		return call_problem(c, PROBLEM_INVALID, "item: an item's id");
	return str_copy(op->item, sizeof(op->item), id);
}

static enum status
read_note(struct call *c, struct op *op)
{
	const char *id = form_value(c->form, FORM_NOTE);
	uint64_t rev;

	op->id_made = op->pre == PRE_ABSENT;
	if (op->id_made)
		return token_new_id(op->id);
	if (!str_is_id(id))
		return call_problem(c, PROBLEM_INVALID, "note: a note's id");
	if (op->pre == PRE_REV) {
		if (str_uint(form_value(c->form, FORM_REV), INT64_MAX, &rev))
			return call_problem(c, PROBLEM_INVALID,
			    "rev: a revision");
		op->rev = (int64_t)rev;
	}
	return str_copy(op->id, sizeof(op->id), id);
}

static enum status
read_doc(struct call *c, const struct verb *verb, struct cJSON **json)
{
	const struct json_limits limits = {
		.depth = c->service->config->json_depth,
		.values = c->service->config->json_values,
	};
	struct buf doc;
	enum status st;

	if (verb->doc == NULL)
		return ST_OK;
	buf_init(&doc, c->body.len * DOC_GROWTH + DOC_SLACK);
	verb->doc(c->form, &doc);
	st = buf_status(&doc);
	if (st == ST_OK)
		st = json_parse(doc.data, doc.len, &limits, json, &c->problem);
	buf_fini(&doc);
	return st;
}

/* Back to the board, to the note; what was deleted can be put back there. */
static enum status
see(struct call *c, const struct op *op, const struct op_result *r)
{
	if (op->kind == OP_DELETE)
		return page_see(c, "/boards/%s?undo=%s", PATH_BOARD(c), r->id);
	return page_see(c, "/boards/%s#n-%s", PATH_BOARD(c), r->id);
}

static enum status
play(struct call *c, struct op *op)
{
	struct op_result r;
	enum status st;

	st = ops_play(c, op, 1, &r);
	if (st)
		return st;
	c->problem = r.problem;
	if (r.problem.kind == PROBLEM_PRECONDITION_FAILED &&
	    call_wants_html(c))
		return page_note_conflict(c, op->id);
	if (r.problem.kind != PROBLEM_NONE)
		return ST_INVALID;
	return see(c, op, &r);
}

enum status
page_board_post(struct call *c, const struct claim *claim)
{
	const struct verb *verb;
	struct op op = { .id = "" };
	struct cJSON *json = NULL;
	enum status st;

	(void)claim;
	st = find_verb(c, &verb);
	if (st)
		return st;
	op.kind = verb->kind;
	op.pre = verb->pre;
	st = form_op_key(c, op.key);
	if (st == ST_OK)
		st = read_note(c, &op);
	if (st == ST_OK)
		st = read_item(c, &op);
	if (st == ST_OK)
		st = read_doc(c, verb, &json);
	op.doc = json;
	if (st == ST_OK)
		st = play(c, &op);
	json_free(json);
	return st;
}
