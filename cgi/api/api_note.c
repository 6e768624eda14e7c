#include <stdio.h>
#include <string.h>

#include "act/ops.h"
#include "api/api.h"
#include "auth/token.h"
#include "call/reply.h"
#include "codec/json.h"
#include "codec/print.h"
#include "page/page.h"
#include "proto/query.h"

/* A note that was printed, and its revision as an entity tag. */
struct shown {
	struct buf	*o;
	char		 tag[24];
};

static bool
show(void *arg, const struct note *n)
{
	struct shown *s = arg;

	(void)snprintf(s->tag, sizeof(s->tag), "%lld", (long long)n->rev);
	print_note(s->o, n);
	return true;
}

/* What the note is now goes with the problem, so that nobody need ask again. */
static enum status
conflict(struct call *c, const char *id)
{
	struct shown shown = { .o = &c->out };
	enum status st;

	buf_adds(&c->out, ",\"note\":");
	st = store_note(c->service->store, PATH_BOARD(c), id, show, &shown);
	if (st == ST_NOTFOUND)
		buf_adds(&c->out, "null");
	else if (st)
		buf_reset(&c->out);	/* the problem is told in any case */
	return ST_INVALID;
}

/* Plays one operation; the answer is the note that came of it. */
static enum status
play(struct call *c, struct op *op)
{
	struct shown shown = { .o = &c->out };
	struct op_result r;
	enum status st;

	memcpy(op->key, c->request.key.text, sizeof(op->key));
	st = ops_play(c, op, 1, &r);
	if (st)
		return st;
	c->problem = r.problem;
	if (r.problem.kind == PROBLEM_PRECONDITION_FAILED)
		return conflict(c, r.id);
	if (r.problem.kind != PROBLEM_NONE)
		return ST_INVALID;
	if (op->kind == OP_DELETE || op->kind == OP_PURGE) {
		reply_header(c, "ETag", "\"%lld\"", (long long)r.at.seq);
		return reply_empty(c, 204);
	}
	if (r.http == 201)
		reply_header(c, "Location", "%s/boards/%s/notes/%s",
		    exchange_env(c->x, "SCRIPT_NAME"), PATH_BOARD(c), r.id);
	st = store_note(c->service->store, PATH_BOARD(c), r.id, show, &shown);
	if (st)
		return st;
	reply_etag(c, shown.tag);
	return reply_json(c, r.http);
}

/* A tag that no revision has can never match. */
static int64_t
revision_of(const struct etag *tag)
{
	uint64_t rev;

	return !tag->weak && str_uint(tag->text, INT64_MAX, &rev) == ST_OK ?
	    (int64_t)rev : -1;
}

/* If-Match and If-None-Match as a precondition (RFC 9110, 13.1). */
static enum status
read_precondition(struct call *c, struct op *op)
{
	const struct etag_list *match = &c->request.if_match;
	const struct etag_list *none = &c->request.if_none_match;

	if (none->count > 0 || match->count > 1 ||
	    (none->star && (match->star || match->count > 0)))
		return call_problem(c, PROBLEM_BAD_HEADER,
		    "one of If-Match with one revision or *, If-None-Match: *");
	if (none->star)
		op->pre = PRE_ABSENT;
	else if (match->star)
		op->pre = PRE_EXISTS;
	else if (match->count == 1) {
		op->pre = PRE_REV;
		op->rev = revision_of(&match->tag[0]);
	}
	return ST_OK;
}

/* {"rev"?}, or no body at all. */
static enum status
read_to_rev(struct call *c, const struct cJSON *json, struct op *op)
{
	static const char *const known[] = { "rev", NULL };
	enum status st;

	if (json == NULL)
		return ST_OK;
	st = json_check_members(json, known, &c->problem);
	return st ? st : op_read_rev(json_member(json, "rev"), &op->to_rev,
	    &c->problem);
}

/* An operation on the note of the path, with the body as its doc. */
static enum status
play_on_path(struct call *c, enum op_kind kind, enum body_need need)
{
	struct op op = { .kind = kind, .pre = PRE_MISSING };
	struct cJSON *json = NULL;
	enum status st = ST_OK;

	memcpy(op.id, PATH_NOTE(c), ID_SIZE);
	if (kind == OP_PUT_ITEM || kind == OP_DELETE_ITEM) {
		memcpy(op.item, PATH_ITEM(c), ID_SIZE);
		op.pre = PRE_NONE;
	} else
		st = read_precondition(c, &op);
	if (st == ST_OK && (need == BODY_NEEDED || kind == OP_RESTORE))
		st = call_read_json(c, need, &json);
	if (kind != OP_RESTORE)
		op.doc = json;
	else if (st == ST_OK)
		st = read_to_rev(c, json, &op);
	if (st == ST_OK)
		st = play(c, &op);
	json_free(json);
	return st;
}

enum status
api_note_put(struct call *c, const struct claim *claim)
{
	(void)claim;
	return play_on_path(c, OP_PUT, BODY_NEEDED);
}

enum status
api_note_patch(struct call *c, const struct claim *claim)
{
	(void)claim;
	return play_on_path(c, OP_PATCH, BODY_NEEDED);
}

/* To the trash, or with ?purge=1 for good, which takes an administrator. */
enum status
api_note_delete(struct call *c, const struct claim *claim)
{
	char purge[2];
	struct query_field field = { .name = "purge", .dst = purge,
	    .size = sizeof(purge) };

	(void)claim;
	if (query_parse(c->request.query, &field, 1) ||
	    (field.seen && strcmp(purge, "1") != 0))
		return call_problem(c, PROBLEM_BAD_QUERY, "purge: 1");
	if (!field.seen)
		return play_on_path(c, OP_DELETE, BODY_OPTIONAL);
	if (c->access.role < ROLE_ADMIN)
		return ST_DENIED;
	return play_on_path(c, OP_PURGE, BODY_OPTIONAL);
}

enum status
api_note_restore(struct call *c, const struct claim *claim)
{
	(void)claim;
	return play_on_path(c, OP_RESTORE, BODY_OPTIONAL);
}

enum status
api_item_put(struct call *c, const struct claim *claim)
{
	(void)claim;
	return play_on_path(c, OP_PUT_ITEM, BODY_NEEDED);
}

enum status
api_item_delete(struct call *c, const struct claim *claim)
{
	(void)claim;
	return play_on_path(c, OP_DELETE_ITEM, BODY_OPTIONAL);
}

/* Plain text, as `curl -d milk` sends it, is the text of a note. */
static bool
is_plain(const char *media_type)
{
	return media_type[0] == '\0' ||
	    strcmp(media_type, "text/plain") == 0 ||
	    strcmp(media_type, "application/x-www-form-urlencoded") == 0;
}

static enum status
read_plain(struct call *c, struct cJSON **json)
{
	static const struct json_limits flat = { .depth = 1, .values = 2 };
	struct buf doc;
	enum status st;

	*json = NULL;
	st = call_read_body(c);
	if (st)
		return st;
	if (!str_is_utf8(c->body.data, c->body.len) ||
	    memchr(c->body.data, '\0', c->body.len) != NULL)
		return call_problem(c, PROBLEM_INVALID,
		    "the text must be UTF-8 without NUL");
	buf_init(&doc, c->body.max * 6 + 16);	/* all of it escaped */
	buf_adds(&doc, "{\"text\":");
	json_put_string(&doc, c->body.data, c->body.len);
	buf_addc(&doc, '}');
	st = buf_status(&doc);
	if (st == ST_OK)
		st = json_parse(doc.data, doc.len, &flat, json, &c->problem);
	buf_fini(&doc);
	return st;
}

/* The client's id, or a new one. */
static enum status
choose_id(struct call *c, const struct cJSON *json, struct op *op)
{
	const char *id = json_string_member(json, "id");

	op->id_made = json_member(json, "id") == NULL;
	if (op->id_made)
		return token_new_id(op->id);
	if (id == NULL || !str_is_id(id))
		return call_problem(c, PROBLEM_INVALID,
		    "id: %d of A-Z, a-z, 0-9, - and _", ID_LEN);
	return str_copy(op->id, sizeof(op->id), id);
}

enum status
api_note_create(struct call *c, const struct claim *claim)
{
	struct op op = { .kind = OP_PUT, .pre = PRE_ABSENT };
	struct cJSON *json = NULL;
	enum status st;

	(void)claim;
	if (is_plain(c->request.media_type))
		st = read_plain(c, &json);
	else
		st = call_read_json(c, BODY_NEEDED, &json);
	op.doc = json;
	if (st == ST_OK)
		st = choose_id(c, json, &op);
	if (st == ST_OK)
		st = play(c, &op);
	json_free(json);
	return st;
}

enum status
api_note_get(struct call *c, const struct claim *claim)
{
	struct shown shown;
	enum status st;

	if (call_wants_html(c))
		return page_note(c, claim);
	shown = (struct shown){ .o = &c->out };
	st = store_note(c->service->store, PATH_BOARD(c), PATH_NOTE(c),
	    show, &shown);
	return st ? st : reply_cacheable(c, shown.tag);
}
