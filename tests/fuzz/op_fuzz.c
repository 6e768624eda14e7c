/*
 * Any JSON, as a batch and as the doc of every kind of operation: reading,
 * checking and editing do not fail in a way that is not named; what an edit
 * makes is strict JSON within its limit, and an empty patch leaves it as it
 * is.
 */
#include <cJSON.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/op.h"
#include "feed.h"

#define MOST	(1 << 20)
#define NOTE	"NNNNNNNNNNNNNNNNNNNNNN"
#define ITEM	"AAAAAAAAAAAAAAAAAAAAAA"
#define REST	"\"color\":\"red\",\"pinned\":false,\"pos\":0}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct json_limits limits = { 16, 4096 };

static const char *const bodies[] = {
	NULL,
	"{\"kind\":\"text\",\"title\":\"T\",\"text\":\"x\"," REST,
	"{\"kind\":\"checklist\",\"title\":\"T\",\"items\":[{\"id\":\"" ITEM
	    "\",\"text\":\"a\",\"done\":false,\"pos\":1}]," REST,
};

static enum status
fixed_id(char out[ID_SIZE])
{
	return str_copy(out, ID_SIZE, "made000000000000000000");
}

static struct note
note_of(const char *body, size_t len)
{
	return (struct note){
		.id = NOTE, .body = body, .body_len = len, .by = "",
	};
}

static void
patch_with_nothing(const struct buf *body)
{
	struct note old = note_of(body->data, body->len);
	struct op op = { .kind = OP_PATCH, .note_max = MOST };
	struct cJSON *doc = cJSON_CreateObject();
	struct problem why;
	struct cJSON *j;
	struct buf same;

	must(json_parse(body->data, body->len, &limits, &j, &why) == ST_OK);
	json_free(j);
	op.new_id = fixed_id;
	op.doc = doc;
	buf_init(&same, MOST);
	/* Several made ids are the same here, which ours never are. */
	if (op_edit(&op, &old, &same) == ST_OK)
		must(strcmp(same.data, body->data) == 0);
	else
		must(strstr(body->data, "\"made0") != NULL);
	buf_fini(&same);
	json_free(doc);
}

static void
edit(struct op *op)
{
	struct problem why = { PROBLEM_NONE, "" };
	enum status checked = op_check(op, &why), st;
	struct note old;
	struct buf body;
	size_t i;

	must((checked == ST_INVALID) == (why.kind != PROBLEM_NONE));
	op->new_id = fixed_id;
	op->note_max = MOST;
	buf_init(&body, MOST);
	for (i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		buf_reset(&body);
		if (bodies[i] != NULL)
			old = note_of(bodies[i], strlen(bodies[i]));
		st = op_edit(op, bodies[i] == NULL ? NULL : &old, &body);
		must((st == ST_INVALID) == (op->why.kind != PROBLEM_NONE));
		must((st == ST_OK) == (body.len > 0));
		if (st == ST_OK)
			patch_with_nothing(&body);
		/* The doc of a delete is seen by the check alone. */
		if (op->kind != OP_DELETE_ITEM)
			must(checked == ST_OK || st != ST_OK);
		if (op->kind == OP_PUT)
			must((checked == ST_OK) == (st == ST_OK));
	}
	buf_reset(&body);
	op_canonical(op, &body);
	must(buf_status(&body) == ST_OK);
	buf_fini(&body);
}

static void
as_batch(const struct cJSON *j)
{
	struct problem why = { PROBLEM_NONE, "" };
	struct op *ops;
	enum status st;
	size_t n, i;

	st = op_parse_batch(j, &ops, &n, &why);
	must((st == ST_OK) == (n > 0) && (st == ST_OK) == (ops != NULL));
	must((st == ST_OK) == (why.kind == PROBLEM_NONE));
	for (i = 0; i < n; i++)
		edit(&ops[i]);
	free(ops);
}

static void
as_doc(const struct cJSON *j)
{
	struct op op = { .id = NOTE, .item = ITEM };
	int kind;

	for (kind = OP_PUT; kind <= OP_DELETE_ITEM; kind++) {
		op.kind = (enum op_kind)kind;
		op.doc = j;
		edit(&op);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problem why;
	struct cJSON *j;

	if (json_parse((const char *)data, size, &limits, &j, &why))
		return 0;
	as_batch(j);
	as_doc(j);
	json_free(j);
	return 0;
}
