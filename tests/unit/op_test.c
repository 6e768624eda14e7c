#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/op.h"

#define NOTE	"NNNNNNNNNNNNNNNNNNNNNN"
#define ITEM_A	"AAAAAAAAAAAAAAAAAAAAAA"
#define ITEM_B	"BBBBBBBBBBBBBBBBBBBBBB"
#define REST	"\"color\":\"default\",\"pinned\":false,\"pos\":0}"
#define TEXT_BODY							\
	"{\"kind\":\"text\",\"title\":\"T\",\"text\":\"x\"," REST
#define LIST_BODY							\
	"{\"kind\":\"checklist\",\"title\":\"T\",\"items\":["		\
	"{\"id\":\"" ITEM_A "\",\"text\":\"a\",\"done\":false,\"pos\":1}]," REST

static struct cJSON *
parse(const char *text)
{
	static const struct json_limits limits = { 16, 4096 };
	struct problem why;
	struct cJSON *j;

	if (json_parse(text, strlen(text), &limits, &j, &why))
		fail_msg("%s: %s", text, why.detail);
	return j;
}

static enum status
fixed_id(char out[ID_SIZE])
{
	return str_copy(out, ID_SIZE, "made000000000000000000");
}

static struct op
an_op(enum op_kind kind, const struct cJSON *doc)
{
	return (struct op){
		.kind = kind, .id = NOTE, .item = ITEM_A, .doc = doc,
		.note_max = 10000, .new_id = fixed_id,
	};
}

static void
check(enum op_kind kind, const char *doc, enum status expected)
{
	struct cJSON *j = doc == NULL ? NULL : parse(doc);
	struct op op = an_op(kind, j);
	struct problem why = { PROBLEM_NONE, "" };

	if (op_check(&op, &why) != expected)
		fail_msg("%s: %s", doc, why.detail);
	assert_int_equal(why.kind,
	    expected ? PROBLEM_INVALID : PROBLEM_NONE);
	json_free(j);
}

static void
a_doc_comes_with_those_that_need_it(void **state)
{
	(void)state;
	check(OP_PUT, NULL, ST_INVALID);
	check(OP_PATCH, NULL, ST_INVALID);
	check(OP_PUT_ITEM, NULL, ST_INVALID);
	check(OP_DELETE, NULL, ST_OK);
	check(OP_RESTORE, NULL, ST_OK);
	check(OP_PURGE, NULL, ST_OK);
	check(OP_DELETE_ITEM, NULL, ST_OK);
	check(OP_PUT, "{}", ST_OK);
	check(OP_PATCH, "{}", ST_OK);
	check(OP_PUT_ITEM, "{}", ST_OK);
	check(OP_DELETE, "{}", ST_INVALID);
	check(OP_RESTORE, "{}", ST_INVALID);
	check(OP_PURGE, "{}", ST_INVALID);
	check(OP_DELETE_ITEM, "null", ST_INVALID);
	check(OP_PUT, "[]", ST_INVALID);
	check(OP_PUT_ITEM, "null", ST_INVALID);
}

static void
a_doc_is_checked_before_the_note_is_known(void **state)
{
	(void)state;
	check(OP_PUT, "{\"items\":[]}", ST_INVALID);
	check(OP_PATCH, "{\"items\":[]}", ST_OK);
	check(OP_PATCH, "{\"kind\":\"text\",\"items\":[]}", ST_INVALID);
	check(OP_PATCH, "{\"color\":\"mauve\"}", ST_INVALID);
	check(OP_PUT_ITEM, "{\"text\":\"t\",\"done\":true,\"pos\":1}", ST_OK);
	check(OP_PUT_ITEM, "{\"id\":\"" ITEM_A "\"}", ST_OK);
	check(OP_PUT_ITEM, "{\"title\":\"t\"}", ST_INVALID);
	check(OP_PUT_ITEM, "{\"done\":\"yes\"}", ST_INVALID);
}

/* Edits `old` (NULL: none); the answer is in `*body`. */
static enum status
edit(struct op *op, const char *old, struct buf *body)
{
	struct note n = {
		.id = NOTE, .rev = 1, .body = old, .by = "",
		.body_len = old == NULL ? 0 : strlen(old),
	};

	return op_edit(op, old == NULL ? NULL : &n, body);
}

static void
becomes(enum op_kind kind, const char *old, const char *doc,
    const char *expected)
{
	struct cJSON *j = doc == NULL ? NULL : parse(doc);
	struct op op = an_op(kind, j);
	struct buf body;

	buf_init(&body, 100000);
	if (edit(&op, old, &body))
		fail_msg("%s: %s", doc, op.why.detail);
	assert_string_equal(body.data, expected);
	buf_fini(&body);
	json_free(j);
}

static void
fails(enum op_kind kind, const char *old, const char *doc, enum status st,
    enum problem_kind why)
{
	struct cJSON *j = doc == NULL ? NULL : parse(doc);
	struct op op = an_op(kind, j);
	struct buf body;

	buf_init(&body, 100000);
	buf_adds(&body, "before");
	assert_int_equal(edit(&op, old, &body), st);
	assert_int_equal(op.why.kind, why);
	assert_false(op.created);
	assert_string_equal(body.data, "before");
	buf_fini(&body);
	json_free(j);
}

static void
put_replaces_everything(void **state)
{
	(void)state;
	becomes(OP_PUT, NULL, "{\"title\":\"T\",\"text\":\"x\"}", TEXT_BODY);
	becomes(OP_PUT, LIST_BODY, "{\"title\":\"T\",\"text\":\"x\"}",
	    TEXT_BODY);
	becomes(OP_PUT, TEXT_BODY, "{\"pinned\":true}",
	    "{\"kind\":\"text\",\"title\":\"\",\"text\":\"\","
	    "\"color\":\"default\",\"pinned\":true,\"pos\":0}");
	becomes(OP_PUT, NULL, "{\"kind\":\"checklist\",\"items\":"
	    "[{\"text\":\"n\"}]}",
	    "{\"kind\":\"checklist\",\"title\":\"\",\"items\":["
	    "{\"id\":\"made000000000000000000\",\"text\":\"n\",\"done\":false,"
	    "\"pos\":1}]," REST);
}

static void
patch_replaces_what_is_given(void **state)
{
	(void)state;
	becomes(OP_PATCH, TEXT_BODY, "{}", TEXT_BODY);
	becomes(OP_PATCH, LIST_BODY, "{}", LIST_BODY);
	becomes(OP_PATCH, TEXT_BODY, "{\"text\":\"y\",\"pos\":1.5}",
	    "{\"kind\":\"text\",\"title\":\"T\",\"text\":\"y\","
	    "\"color\":\"default\",\"pinned\":false,\"pos\":1.5}");
	becomes(OP_PATCH, LIST_BODY, "{\"items\":[]}",
	    "{\"kind\":\"checklist\",\"title\":\"T\",\"items\":[]," REST);
	becomes(OP_PATCH, LIST_BODY, "{\"items\":[{\"text\":\"z\","
	    "\"id\":\"" ITEM_B "\"}]}",
	    "{\"kind\":\"checklist\",\"title\":\"T\",\"items\":[{\"id\":\""
	    ITEM_B "\",\"text\":\"z\",\"done\":false,\"pos\":1}]," REST);
	becomes(OP_PATCH, LIST_BODY, "{\"kind\":\"checklist\"}", LIST_BODY);
}

static void
patching_the_kind_starts_over_or_brings_the_content(void **state)
{
	(void)state;
	becomes(OP_PATCH, TEXT_BODY, "{\"kind\":\"checklist\"}",
	    "{\"kind\":\"checklist\",\"title\":\"T\",\"items\":[]," REST);
	becomes(OP_PATCH, TEXT_BODY, "{\"items\":[{\"id\":\"" ITEM_A
	    "\",\"text\":\"a\"}],\"kind\":\"checklist\"}", LIST_BODY);
	becomes(OP_PATCH, LIST_BODY, "{\"kind\":\"text\"}",
	    "{\"kind\":\"text\",\"title\":\"T\",\"text\":\"\"," REST);
	becomes(OP_PATCH, LIST_BODY, "{\"text\":\"x\",\"kind\":\"text\"}",
	    TEXT_BODY);
}

static void
patch_does_not_guess_the_kind(void **state)
{
	(void)state;
	fails(OP_PATCH, TEXT_BODY, "{\"items\":[]}", ST_INVALID,
	    PROBLEM_INVALID);
	fails(OP_PATCH, LIST_BODY, "{\"text\":\"\"}", ST_INVALID,
	    PROBLEM_INVALID);
}

static void
items_are_set_added_and_dropped(void **state)
{
	static const char two[] =
	    "{\"kind\":\"checklist\",\"title\":\"T\",\"items\":["
	    "{\"id\":\"" ITEM_B "\",\"text\":\"b\",\"done\":true,\"pos\":7},"
	    "{\"id\":\"" ITEM_A "\",\"text\":\"n\",\"done\":false,\"pos\":8}],"
	    REST;
	static const char one[] =
	    "{\"kind\":\"checklist\",\"title\":\"T\",\"items\":["
	    "{\"id\":\"" ITEM_B "\",\"text\":\"b\",\"done\":true,\"pos\":7}],"
	    REST;

	(void)state;
	becomes(OP_PUT_ITEM, one, "{\"text\":\"n\"}", two);
	becomes(OP_PUT_ITEM, LIST_BODY, "{\"done\":true}",
	    "{\"kind\":\"checklist\",\"title\":\"T\",\"items\":[{\"id\":\""
	    ITEM_A "\",\"text\":\"a\",\"done\":true,\"pos\":1}]," REST);
	becomes(OP_DELETE_ITEM, two, NULL, one);
	fails(OP_DELETE_ITEM, one, NULL, ST_NOTFOUND, PROBLEM_NONE);
	fails(OP_PUT_ITEM, one, "{\"pos\":\"1\"}", ST_INVALID, PROBLEM_INVALID);
}

static void
a_text_note_has_no_items_to_edit(void **state)
{
	(void)state;
	fails(OP_PUT_ITEM, TEXT_BODY, "{}", ST_INVALID, PROBLEM_INVALID);
	fails(OP_DELETE_ITEM, TEXT_BODY, NULL, ST_INVALID, PROBLEM_INVALID);
}

static void
what_is_not_there_cannot_be_edited(void **state)
{
	(void)state;
	fails(OP_PATCH, NULL, "{}", ST_NOTFOUND, PROBLEM_NONE);
	fails(OP_PUT_ITEM, NULL, "{}", ST_NOTFOUND, PROBLEM_NONE);
	fails(OP_DELETE_ITEM, NULL, NULL, ST_NOTFOUND, PROBLEM_NONE);
}

static void
some_operations_edit_nothing(void **state)
{
	(void)state;
	fails(OP_DELETE, TEXT_BODY, NULL, ST_INVALID, PROBLEM_INTERNAL);
	fails(OP_RESTORE, TEXT_BODY, NULL, ST_INVALID, PROBLEM_INTERNAL);
	fails(OP_PURGE, TEXT_BODY, NULL, ST_INVALID, PROBLEM_INTERNAL);
}

static void
an_unchecked_doc_fails_all_the_same(void **state)
{
	(void)state;
	fails(OP_PUT, NULL, "[]", ST_INVALID, PROBLEM_INVALID);
	fails(OP_PUT, NULL, NULL, ST_INVALID, PROBLEM_INVALID);
	fails(OP_PATCH, TEXT_BODY, "{\"x\":1}", ST_INVALID, PROBLEM_INVALID);
	fails(OP_PUT_ITEM, LIST_BODY, NULL, ST_INVALID, PROBLEM_INVALID);
}

static void
a_spoilt_stored_body_fails_without_a_crash(void **state)
{
	static const char *const bodies[] = {
		"", "{", "[]", "null", "\"x\"", "{\"kind\":\"song\"}",
		"{\"kind\":\"text\",\"items\":[]}", "{\"unknown\":1}",
		"{\"kind\":\"checklist\",\"items\":[{\"text\":\"no id\"}]}",
		"{\"kind\":\"checklist\",\"items\":[null]}",
		"{\"kind\":\"checklist\",\"items\":3}", "{\"title\":\"\xff",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		fails(OP_PATCH, bodies[i], "{}", ST_INVALID, PROBLEM_INTERNAL);
		fails(OP_PUT_ITEM, bodies[i], "{}", ST_INVALID,
		    PROBLEM_INTERNAL);
		fails(OP_DELETE_ITEM, bodies[i], NULL, ST_INVALID,
		    PROBLEM_INTERNAL);
		becomes(OP_PUT, bodies[i], "{\"title\":\"T\",\"text\":\"x\"}",
		    TEXT_BODY);
	}
}

static void
a_body_holds_to_note_max_to_the_byte(void **state)
{
	struct cJSON *j = parse("{\"title\":\"T\",\"text\":\"x\"}");
	struct op op = an_op(OP_PUT, j);
	struct buf body;

	(void)state;
	buf_init(&body, 1000);
	buf_adds(&body, "before");
	op.note_max = (int64_t)strlen(TEXT_BODY) - 1;
	assert_int_equal(edit(&op, NULL, &body), ST_TOOBIG);
	assert_string_equal(body.data, "before");
	op.note_max++;
	assert_int_equal(edit(&op, NULL, &body), ST_OK);
	assert_string_equal(body.data, "before" TEXT_BODY);
	buf_fini(&body);
	buf_init(&body, strlen(TEXT_BODY) - 1);
	assert_int_equal(edit(&op, NULL, &body), ST_TOOBIG);
	assert_int_equal(body.len, 0);
	buf_fini(&body);
	json_free(j);
}

static void
a_list_takes_no_more_than_500_items(void **state)
{
	struct cJSON *j = parse("{}");
	struct op op = an_op(OP_PUT_ITEM, j);
	struct buf body, old;
	int i;

	(void)state;
	buf_init(&old, 1 << 20);
	buf_init(&body, 1 << 20);
	op.note_max = 1 << 20;
	buf_adds(&old, "{\"kind\":\"checklist\"}");
	for (i = 0; i <= 500; i++) {
		(void)snprintf(op.item, sizeof(op.item), "i%021d", i);
		buf_reset(&body);
		assert_int_equal(edit(&op, old.data, &body),
		    i < 500 ? ST_OK : ST_INVALID);
		assert_int_equal(op.created, i < 500);
		if (i < 500) {
			buf_reset(&old);
			buf_add(&old, body.data, body.len);
		}
	}
	assert_string_equal(op.why.detail, "items: more than 500");
	(void)snprintf(op.item, sizeof(op.item), "i%021d", 7);
	assert_int_equal(edit(&op, old.data, &body), ST_OK);
	buf_fini(&old);
	buf_fini(&body);
	json_free(j);
}

static void
created_tells_new_from_old(void **state)
{
	struct cJSON *j = parse("{}");
	struct op op = an_op(OP_PUT, j);
	struct buf body;

	(void)state;
	buf_init(&body, 10000);
	assert_int_equal(edit(&op, NULL, &body), ST_OK);
	assert_true(op.created);
	assert_int_equal(edit(&op, TEXT_BODY, &body), ST_OK);
	assert_false(op.created);
	op.kind = OP_PUT_ITEM;
	assert_int_equal(edit(&op, LIST_BODY, &body), ST_OK);
	assert_false(op.created);
	(void)str_copy(op.item, sizeof(op.item), ITEM_B);
	assert_int_equal(edit(&op, LIST_BODY, &body), ST_OK);
	assert_true(op.created);
	buf_fini(&body);
	json_free(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_doc_comes_with_those_that_need_it),
		cmocka_unit_test(a_doc_is_checked_before_the_note_is_known),
		cmocka_unit_test(put_replaces_everything),
		cmocka_unit_test(patch_replaces_what_is_given),
		cmocka_unit_test(patching_the_kind_starts_over_or_brings_the_content),
		cmocka_unit_test(patch_does_not_guess_the_kind),
		cmocka_unit_test(items_are_set_added_and_dropped),
		cmocka_unit_test(a_text_note_has_no_items_to_edit),
		cmocka_unit_test(what_is_not_there_cannot_be_edited),
		cmocka_unit_test(some_operations_edit_nothing),
		cmocka_unit_test(an_unchecked_doc_fails_all_the_same),
		cmocka_unit_test(a_spoilt_stored_body_fails_without_a_crash),
		cmocka_unit_test(a_body_holds_to_note_max_to_the_byte),
		cmocka_unit_test(a_list_takes_no_more_than_500_items),
		cmocka_unit_test(created_tells_new_from_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
