#include "codec/op.h"

#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "codec/note.h"

static const char *const kinds[] = {
	[OP_PUT] = "put",
	[OP_PATCH] = "patch",
	[OP_DELETE] = "delete",
	[OP_RESTORE] = "restore",
	[OP_PUT_ITEM] = "put_item",
	[OP_DELETE_ITEM] = "delete_item",
	[OP_PURGE] = "purge",
};

static bool
has_item(enum op_kind kind)
{
	return kind == OP_PUT_ITEM || kind == OP_DELETE_ITEM;
}

bool
op_is_key(const char *s)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t n = strspn(s, alphabet);

	return n > 0 && n < KEY_SIZE && s[n] == '\0';
}

/* Reading a batch. */

static enum status
refuse(struct problem *why, const char *rule)
{
	return problem_set(why, PROBLEM_INVALID, "%s", rule);
}

static enum status
read_kind(const cJSON *v, struct op *op, struct problem *why)
{
	const char *name = json_string_member(v, "op");
	size_t i;

	for (i = 0; name != NULL && i < OP_PURGE; i++)
		if (strcmp(name, kinds[i]) == 0) {
			op->kind = (enum op_kind)i;
			return ST_OK;
		}
	return refuse(why, "op: not an operation");
}

static enum status
read_ids(const cJSON *v, struct op *op, struct problem *why)
{
	const char *id = json_string_member(v, "id");
	const char *item = json_string_member(v, "item");

	if (id == NULL || !str_is_id(id))
		return refuse(why, "id: not an id");
	(void)str_copy(op->id, sizeof(op->id), id);
	if (!has_item(op->kind))
		return json_member(v, "item") == NULL ? ST_OK :
		    refuse(why, "item: this operation takes none");
	if (item == NULL || !str_is_id(item))
		return refuse(why, "item: not an id");
	(void)str_copy(op->item, sizeof(op->item), item);
	return ST_OK;
}

static enum status
read_if_match(const cJSON *v, struct op *op, struct problem *why)
{
	const char *text = json_string_member(v, "if_match");
	uint64_t rev;

	op->pre = has_item(op->kind) ? PRE_NONE : PRE_MISSING;
	if (json_member(v, "if_match") == NULL)
		return ST_OK;
	if (text != NULL && strcmp(text, "*") == 0)
		op->pre = PRE_EXISTS;
	else if (text != NULL && str_uint(text, INT64_MAX, &rev) == ST_OK) {
		op->pre = rev == 0 ? PRE_ABSENT : PRE_REV;
		op->rev = (int64_t)rev;
	} else
		return refuse(why, "if_match: neither a revision nor *");
	return ST_OK;
}

enum status
op_read_rev(const struct cJSON *v, int64_t *rev, struct problem *why)
{
	uint64_t n = 0;

	*rev = 0;
	if (v == NULL)
		return ST_OK;
	if (!cJSON_IsString(v) || str_uint(v->valuestring, INT64_MAX, &n) ||
	    n == 0)
		return refuse(why, "rev: not a revision");
	*rev = (int64_t)n;
	return ST_OK;
}

static enum status
read_to_rev(const cJSON *v, struct op *op, struct problem *why)
{
	const cJSON *rev = json_member(v, "rev");

	if (rev != NULL && op->kind != OP_RESTORE)
		return refuse(why, "rev: this operation takes none");
	return op_read_rev(rev, &op->to_rev, why);
}

static enum status
read_key(const cJSON *v, struct op *op, struct problem *why)
{
	const char *key = json_string_member(v, "key");

	if (key == NULL || !op_is_key(key))
		return refuse(why, "key: not a key");
	(void)str_copy(op->key, sizeof(op->key), key);
	return ST_OK;
}

static enum status
read_op(const cJSON *v, struct op *op, struct problem *why)
{
	static const char *const known[] = {
		"op", "id", "item", "if_match", "key", "doc", "rev", NULL,
	};
	enum status st;

	op->doc = json_member(v, "doc");
	st = json_check_members(v, known, why);
	if (st == ST_OK)
		st = read_kind(v, op, why);
	if (st == ST_OK)
		st = read_ids(v, op, why);
	if (st == ST_OK)
		st = read_if_match(v, op, why);
	if (st == ST_OK)
		st = read_to_rev(v, op, why);
	if (st == ST_OK)
		st = read_key(v, op, why);
	return st;
}

static enum status
read_ops(const cJSON *list, struct op *ops, struct problem *why)
{
	struct problem fault;
	const cJSON *v;
	size_t i = 0;

	for (v = list->child; v != NULL; v = v->next, i++)
		if (read_op(v, &ops[i], &fault))
			return problem_set(why, PROBLEM_INVALID,
			    "ops[%zu]: %s", i, fault.detail);
	return ST_OK;
}

enum status
op_parse_batch(const struct cJSON *json, struct op **out, size_t *n,
    struct problem *why)
{
	static const char *const known[] = { "ops", NULL };
	const cJSON *list = json_member(json, "ops");
	enum status st;
	int size;

	*out = NULL;
	*n = 0;
	st = json_check_members(json, known, why);
	if (st)
		return st;
	size = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
	if (size < 1 || size > OP_BATCH_MAX)
		return problem_set(why, PROBLEM_INVALID,
		    "ops: not a list of 1 to %d", OP_BATCH_MAX);
	*out = calloc((size_t)size, sizeof(**out));
	if (*out == NULL)
		return ST_NOMEM;
	st = read_ops(list, *out, why);
	if (st) {
		free(*out);
		*out = NULL;
		return st;
	}
	*n = (size_t)size;
	return ST_OK;
}

/* Checking and editing. */

static enum status
check_note(const struct op *op, struct problem *why)
{
	struct note_draft d;
	enum status st;

	note_init(&d);
	st = note_read(&d, op->doc, why);
	/* A patch may rely on the kind that the note has. */
	if (st == ST_OK && (op->kind == OP_PUT || d.has_kind))
		st = note_settle(&d, why);
	note_fini(&d);
	return st;
}

enum status
op_check(const struct op *op, struct problem *why)
{
	struct note_item scratch;

	switch (op->kind) {
	case OP_PUT:
	case OP_PATCH:
		return check_note(op, why);
	case OP_PUT_ITEM:
		return note_read_item(&scratch, op->doc, why);
	case OP_DELETE:
	case OP_RESTORE:
	case OP_DELETE_ITEM:
	case OP_PURGE:
		break;
	}
	if (op->doc != NULL)
		return problem_set(why, PROBLEM_INVALID,
		    "doc: this operation takes none");
	return ST_OK;
}

/*
 * The stored body is our own work and was checked when it came in, so it goes
 * to cJSON at once.  Only where that fails it is asked why.
 */
static enum status
parse_stored(const struct note *old, cJSON **tree, struct problem *why)
{
	static const struct json_limits limits = { JSON_DEPTH_MAX, INT32_MAX };

	*tree = cJSON_ParseWithLength(old->body, old->body_len);
	if (*tree != NULL)
		return ST_OK;
	return json_parse(old->body, old->body_len, &limits, tree, why);
}

/* Fills the draft with the stored note; `*tree` must outlive it. */
static enum status
load(struct note_draft *d, const struct note *old, cJSON **tree,
    struct problem *why)
{
	enum status st;
	size_t i;

	*tree = NULL;
	if (old == NULL)
		return ST_NOTFOUND;
	st = parse_stored(old, tree, why);
	if (st == ST_OK)
		st = note_read(d, *tree, why);
	if (st == ST_OK)
		st = note_settle(d, why);
	for (i = 0; i < d->items_n && st == ST_OK; i++)
		if (d->items[i].id == NULL)
			st = ST_INVALID;
	if (st == ST_INVALID)
		(void)problem_set(why, PROBLEM_INTERNAL,
		    "the stored note cannot be read");
	return st;
}

static enum status
edit_note(struct op *op, struct note_draft *d)
{
	enum status st;

	st = note_read(d, op->doc, &op->why);
	if (st == ST_OK)
		st = note_settle(d, &op->why);
	if (st == ST_OK)
		st = note_make_ids(d, op->new_id);
	return st;
}

static enum status
edit_item(struct op *op, struct note_draft *d)
{
	if (d->kind != NOTE_CHECKLIST)
		return problem_set(&op->why, PROBLEM_INVALID,
		    "items: only a checklist has them");
	if (op->kind == OP_DELETE_ITEM)
		return note_drop_item(d, op->item);
	return note_set_item(d, op->item, op->doc, &op->created, &op->why);
}

static enum status
write_body(const struct op *op, const struct note_draft *d, struct buf *body)
{
	size_t start = body->len;
	enum status st;

	note_put(d, body);
	st = buf_status(body);
	if (st == ST_OK && (int64_t)(body->len - start) > op->note_max)
		st = ST_TOOBIG;
	if (st)
		buf_truncate(body, start);
	return st;
}

static enum status
edit_draft(struct op *op, const struct note *old, struct note_draft *d,
    cJSON **tree)
{
	enum status st;

	switch (op->kind) {
	case OP_PUT:
		op->created = old == NULL;
		return edit_note(op, d);
	case OP_PATCH:
		st = load(d, old, tree, &op->why);
		return st ? st : edit_note(op, d);
	case OP_PUT_ITEM:
	case OP_DELETE_ITEM:
		st = load(d, old, tree, &op->why);
		return st ? st : edit_item(op, d);
	case OP_DELETE:
	case OP_RESTORE:
	case OP_PURGE:
		break;
	}
	return problem_set(&op->why, PROBLEM_INTERNAL,
	    "that operation edits nothing");
}

enum status
op_edit(void *arg, const struct note *old, struct buf *body)
{
	struct op *op = arg;
	struct note_draft d;
	cJSON *tree = NULL;
	enum status st;

	op->created = false;
	op->why.kind = PROBLEM_NONE;
	op->why.detail[0] = '\0';
	note_init(&d);
	st = edit_draft(op, old, &d, &tree);
	if (st == ST_OK)
		st = write_body(op, &d, body);
	if (st)
		op->created = false;
	note_fini(&d);
	json_free(tree);
	return st;
}

/* The canonical form. */

static void
put_if_match(const struct op *op, struct buf *b)
{
	switch (op->pre) {
	case PRE_MISSING:
	case PRE_NONE:
		return;
	case PRE_ABSENT:
		buf_adds(b, ",\"if_match\":\"0\"");
		return;
	case PRE_EXISTS:
		buf_adds(b, ",\"if_match\":\"*\"");
		return;
	case PRE_REV:
		buf_adds(b, ",\"if_match\":\"");
		json_put_int(b, op->rev);
		buf_addc(b, '"');
		return;
	}
}

void
op_canonical(const struct op *op, struct buf *b)
{
	buf_addc(b, '{');
	json_put_member(b, "op", kinds[op->kind]);
	if (!op->id_made) {
		buf_addc(b, ',');
		json_put_member(b, "id", op->id);
	}
	if (has_item(op->kind)) {
		buf_addc(b, ',');
		json_put_member(b, "item", op->item);
	}
	put_if_match(op, b);
	if (op->to_rev != 0) {
		buf_adds(b, ",\"rev\":\"");
		json_put_int(b, op->to_rev);
		buf_addc(b, '"');
	}
	if (op->doc != NULL) {
		buf_adds(b, ",\"doc\":");
		if (op->kind == OP_PUT_ITEM)
			note_put_item_doc(op->doc, b);
		else
			note_put_doc(op->doc, b);
	}
	buf_addc(b, '}');
}
