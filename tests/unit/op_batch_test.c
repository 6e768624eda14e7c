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

/* Batches. */

static void
batch_refused(const char *text, const char *detail)
{
	struct cJSON *j = parse(text);
	struct op *ops = (struct op *)&j;
	struct problem why = { PROBLEM_NONE, "" };
	size_t n = 7;

	assert_int_equal(op_parse_batch(j, &ops, &n, &why), ST_INVALID);
	assert_null(ops);
	assert_int_equal(n, 0);
	assert_int_equal(why.kind, PROBLEM_INVALID);
	assert_string_equal(why.detail, detail);
	json_free(j);
}

#define OPS(list)	"{\"ops\":[" list "]}"
#define OP(members)	"{\"id\":\"" NOTE "\",\"key\":\"k\"," members "}"

static void
a_batch_is_read_member_by_member(void **state)
{
	struct cJSON *j = parse(OPS(
	    "{\"doc\":{\"text\":\"x\"},\"key\":\"k-1_Z\",\"if_match\":\"12\","
	    "\"id\":\"" NOTE "\",\"op\":\"put\"},"
	    OP("\"op\":\"put_item\",\"item\":\"" ITEM_A "\",\"doc\":{}") ","
	    OP("\"op\":\"delete\"")));
	struct problem why;
	struct op *ops;
	size_t n;

	(void)state;
	assert_int_equal(op_parse_batch(j, &ops, &n, &why), ST_OK);
	assert_int_equal(n, 3);
	assert_int_equal(ops[0].kind, OP_PUT);
	assert_string_equal(ops[0].id, NOTE);
	assert_string_equal(ops[0].item, "");
	assert_string_equal(ops[0].key, "k-1_Z");
	assert_int_equal(ops[0].pre, PRE_REV);
	assert_int_equal(ops[0].rev, 12);
	assert_string_equal(json_string_member(ops[0].doc, "text"), "x");
	assert_int_equal(ops[1].kind, OP_PUT_ITEM);
	assert_string_equal(ops[1].item, ITEM_A);
	assert_int_equal(ops[1].pre, PRE_NONE);
	assert_int_equal(ops[2].kind, OP_DELETE);
	assert_int_equal(ops[2].pre, PRE_MISSING);
	assert_null(ops[2].doc);
	free(ops);
	json_free(j);
}

static void
each_operation_has_its_name(void **state)
{
	static const struct {
		const char	*members;
		enum op_kind	 kind;
	} all[] = {
		{ OPS(OP("\"op\":\"put\"")), OP_PUT },
		{ OPS(OP("\"op\":\"patch\"")), OP_PATCH },
		{ OPS(OP("\"op\":\"delete\"")), OP_DELETE },
		{ OPS(OP("\"op\":\"restore\"")), OP_RESTORE },
		{ OPS(OP("\"op\":\"put_item\",\"item\":\"" ITEM_A "\"")),
		    OP_PUT_ITEM },
		{ OPS(OP("\"op\":\"delete_item\",\"item\":\"" ITEM_A "\"")),
		    OP_DELETE_ITEM },
	};
	struct problem why;
	struct cJSON *j;
	struct op *ops;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		j = parse(all[i].members);
		assert_int_equal(op_parse_batch(j, &ops, &n, &why), ST_OK);
		assert_int_equal(ops[0].kind, all[i].kind);
		free(ops);
		json_free(j);
	}
}

static void
if_match_says_which_revision(void **state)
{
	static const struct {
		const char		*text;
		enum precondition	 pre;
		int64_t			 rev;
	} all[] = {
		{ OPS(OP("\"op\":\"put\"")), PRE_MISSING, 0 },
		{ OPS(OP("\"op\":\"put\",\"if_match\":\"0\"")), PRE_ABSENT, 0 },
		{ OPS(OP("\"op\":\"put\",\"if_match\":\"*\"")), PRE_EXISTS, 0 },
		{ OPS(OP("\"op\":\"put\",\"if_match\":\"9223372036854775807\"")),
		    PRE_REV, INT64_MAX },
		{ OPS(OP("\"op\":\"delete_item\",\"item\":\"" ITEM_A "\","
		    "\"if_match\":\"3\"")), PRE_REV, 3 },
	};
	struct problem why;
	struct cJSON *j;
	struct op *ops;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		j = parse(all[i].text);
		assert_int_equal(op_parse_batch(j, &ops, &n, &why), ST_OK);
		assert_int_equal(ops[0].pre, all[i].pre);
		assert_int_equal(ops[0].rev, all[i].rev);
		free(ops);
		json_free(j);
	}
}

static void
a_restore_may_name_a_revision(void **state)
{
	static const struct {
		const char	*text;
		int64_t		 rev;
	} all[] = {
		{ OPS(OP("\"op\":\"restore\"")), 0 },
		{ OPS(OP("\"op\":\"restore\",\"rev\":\"1\"")), 1 },
		{ OPS(OP("\"op\":\"restore\",\"if_match\":\"7\","
		    "\"rev\":\"9223372036854775807\"")), INT64_MAX },
	};
	struct problem why;
	struct cJSON *j;
	struct op *ops;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		j = parse(all[i].text);
		assert_int_equal(op_parse_batch(j, &ops, &n, &why), ST_OK);
		assert_int_equal(ops[0].kind, OP_RESTORE);
		assert_int_equal(ops[0].to_rev, all[i].rev);
		free(ops);
		json_free(j);
	}
}

static void
a_bad_revision_to_restore_is_refused(void **state)
{
	static const char *const bad[] = {
		OPS(OP("\"op\":\"restore\",\"rev\":\"0\"")),
		OPS(OP("\"op\":\"restore\",\"rev\":\"*\"")),
		OPS(OP("\"op\":\"restore\",\"rev\":\"01\"")),
		OPS(OP("\"op\":\"restore\",\"rev\":12")),
		OPS(OP("\"op\":\"restore\",\"rev\":null")),
		OPS(OP("\"op\":\"restore\",\"rev\":\"9223372036854775808\"")),
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		batch_refused(bad[i], "ops[0]: rev: not a revision");
}

static void
a_fault_of_one_operation_names_its_index(void **state)
{
	static const char no_match[] =
	    "ops[0]: if_match: neither a revision nor *";

	(void)state;
	batch_refused("[]", "not an object");
	batch_refused("{}", "ops: not a list of 1 to 100");
	batch_refused("{\"ops\":[]}", "ops: not a list of 1 to 100");
	batch_refused("{\"ops\":{}}", "ops: not a list of 1 to 100");
	batch_refused("{\"ops\":[],\"x\":1}", "unknown member x");
	batch_refused("{\"OPS\":[]}", "unknown member OPS");
	batch_refused(OPS("1"), "ops[0]: not an object");
	batch_refused(OPS("{}"), "ops[0]: op: not an operation");
	batch_refused(OPS(OP("\"op\":\"PUT\"")), "ops[0]: op: not an operation");
	batch_refused(OPS(OP("\"op\":\"purge\"")),
	    "ops[0]: op: not an operation");
	batch_refused(OPS(OP("\"op\":1")), "ops[0]: op: not an operation");
	batch_refused(OPS(OP("\"op\":\"put\"") "," OP("\"op\":\"get\"")),
	    "ops[1]: op: not an operation");
	batch_refused(OPS(OP("\"op\":\"put\",\"rev\":1")),
	    "ops[0]: rev: this operation takes none");
	batch_refused(OPS("{\"op\":\"put\",\"key\":\"k\"}"),
	    "ops[0]: id: not an id");
	batch_refused(OPS("{\"op\":\"put\",\"key\":\"k\",\"id\":\"short\"}"),
	    "ops[0]: id: not an id");
	batch_refused(OPS("{\"op\":\"put\",\"id\":\"" NOTE "\"}"),
	    "ops[0]: key: not a key");
	batch_refused(OPS("{\"op\":\"put\",\"id\":\"" NOTE "\",\"key\":\"\"}"),
	    "ops[0]: key: not a key");
	batch_refused(OPS(OP("\"op\":\"put\",\"item\":\"" ITEM_A "\"")),
	    "ops[0]: item: this operation takes none");
	batch_refused(OPS(OP("\"op\":\"put_item\"")), "ops[0]: item: not an id");
	batch_refused(OPS(OP("\"op\":\"put\",\"if_match\":12")), no_match);
	batch_refused(OPS(OP("\"op\":\"put\",\"if_match\":\"\"")), no_match);
	batch_refused(OPS(OP("\"op\":\"put\",\"if_match\":\"012\"")), no_match);
	batch_refused(OPS(OP("\"op\":\"put\",\"if_match\":\"-1\"")), no_match);
	batch_refused(OPS(OP("\"op\":\"put\",\"if_match\":"
	    "\"9223372036854775808\"")), no_match);
}

static void
a_batch_has_at_most_a_hundred(void **state)
{
	struct problem why;
	struct cJSON *j;
	struct op *ops;
	struct buf b;
	size_t i, n, more;

	(void)state;
	buf_init(&b, 1 << 20);
	for (more = 0; more < 2; more++) {
		buf_reset(&b);
		buf_adds(&b, "{\"ops\":[");
		for (i = 0; i < OP_BATCH_MAX + more; i++) {
			buf_adds(&b, i == 0 ? "" : ",");
			buf_adds(&b, OP("\"op\":\"delete\""));
		}
		buf_adds(&b, "]}");
		j = parse(b.data);
		assert_int_equal(op_parse_batch(j, &ops, &n, &why),
		    more ? ST_INVALID : ST_OK);
		assert_int_equal(n, more ? 0 : OP_BATCH_MAX);
		free(ops);
		json_free(j);
	}
	buf_fini(&b);
}

static void
keys_have_1_to_64_plain_characters(void **state)
{
	char key[KEY_SIZE + 1];

	(void)state;
	memset(key, 'k', sizeof(key));
	key[KEY_SIZE] = '\0';
	assert_false(op_is_key(key));
	key[KEY_SIZE - 1] = '\0';
	assert_true(op_is_key(key));
	assert_true(op_is_key("a"));
	assert_true(op_is_key("azAZ09_-"));
	assert_false(op_is_key(""));
	assert_false(op_is_key("a b"));
	assert_false(op_is_key("a\n"));
	assert_false(op_is_key("\xc3\xa4"));
}

/* The canonical form. */

static void
canonical(const char *text, struct buf *b)
{
	struct cJSON *j = parse(text);
	struct problem why;
	struct op *ops;
	size_t n;

	if (op_parse_batch(j, &ops, &n, &why))
		fail_msg("%s: %s", text, why.detail);
	buf_reset(b);
	op_canonical(ops, b);
	assert_int_equal(buf_status(b), ST_OK);
	free(ops);
	json_free(j);
}

static void
one_meaning_has_one_canonical_form(void **state)
{
	static const char *const same[] = {
		OPS(OP("\"op\":\"put\",\"if_match\":\"1\",\"doc\":{"
		    "\"kind\":\"checklist\",\"title\":\"T\",\"items\":["
		    "{\"id\":\"" ITEM_A "\",\"text\":\"\\u0061/\"}],\"pos\":10}")),
		OPS("{ \"doc\" : { \"pos\" : 1e1 , \"items\" : [ { \"text\" :"
		    "\"a\\/\" , \"id\" : \"" ITEM_A "\" } ] , \"title\":\"T\","
		    "\"by\":\"me\",\"kind\":\"checklist\",\"rev\":\"4\"},"
		    "\"if_match\":\"1\",\"key\":\"other\",\"op\":\"put\","
		    "\"id\":\"" NOTE "\"}"),
	};
	struct buf a, b;

	(void)state;
	buf_init(&a, 10000);
	buf_init(&b, 10000);
	canonical(same[0], &a);
	canonical(same[1], &b);
	assert_string_equal(a.data, b.data);
	assert_string_equal(a.data, "{\"op\":\"put\",\"id\":\"" NOTE "\","
	    "\"if_match\":\"1\",\"doc\":{\"kind\":\"checklist\","
	    "\"title\":\"T\",\"items\":[{\"id\":\"" ITEM_A "\","
	    "\"text\":\"a/\"}],\"pos\":10}}");
	buf_fini(&a);
	buf_fini(&b);
}

static void
other_meanings_have_other_canonical_forms(void **state)
{
	static const char *const all[] = {
		OPS(OP("\"op\":\"put\",\"doc\":{}")),
		OPS(OP("\"op\":\"patch\",\"doc\":{}")),
		OPS(OP("\"op\":\"put\",\"doc\":{\"text\":\"\"}")),
		OPS(OP("\"op\":\"put\",\"doc\":{\"title\":\"\"}")),
		OPS(OP("\"op\":\"put\",\"doc\":{\"pos\":1}")),
		OPS(OP("\"op\":\"put\",\"doc\":{\"pos\":1.5}")),
		OPS(OP("\"op\":\"put\",\"doc\":{\"items\":[]}")),
		OPS(OP("\"op\":\"put\",\"doc\":{\"items\":[{\"text\":\"a\"},"
		    "{\"text\":\"b\"}]}")),
		OPS(OP("\"op\":\"put\",\"doc\":{\"items\":[{\"text\":\"b\"},"
		    "{\"text\":\"a\"}]}")),
		OPS(OP("\"op\":\"put\",\"if_match\":\"0\",\"doc\":{}")),
		OPS(OP("\"op\":\"put\",\"if_match\":\"*\",\"doc\":{}")),
		OPS(OP("\"op\":\"put\",\"if_match\":\"1\",\"doc\":{}")),
		OPS(OP("\"op\":\"put\",\"if_match\":\"10\",\"doc\":{}")),
		OPS(OP("\"op\":\"delete\"")),
		OPS(OP("\"op\":\"restore\"")),
		OPS(OP("\"op\":\"restore\",\"rev\":\"1\"")),
		OPS(OP("\"op\":\"restore\",\"rev\":\"11\"")),
		OPS(OP("\"op\":\"restore\",\"if_match\":\"1\"")),
		OPS(OP("\"op\":\"delete_item\",\"item\":\"" ITEM_A "\"")),
		OPS(OP("\"op\":\"delete_item\",\"item\":\"" ITEM_B "\"")),
		OPS(OP("\"op\":\"put_item\",\"item\":\"" ITEM_A "\","
		    "\"doc\":{\"done\":true}")),
		OPS(OP("\"op\":\"put_item\",\"item\":\"" ITEM_A "\","
		    "\"doc\":{\"done\":false}")),
		OPS("{\"op\":\"delete\",\"key\":\"k\",\"id\":\"" ITEM_A "\"}"),
	};
	const size_t n = sizeof(all) / sizeof(*all);
	struct buf a, b;
	size_t i, k;

	(void)state;
	buf_init(&a, 10000);
	buf_init(&b, 10000);
	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++) {
			canonical(all[i], &a);
			canonical(all[k], &b);
			assert_string_not_equal(a.data, b.data);
		}
	buf_fini(&a);
	buf_fini(&b);
}

static void
an_id_that_we_made_is_not_in_the_canonical_form(void **state)
{
	struct cJSON *j = parse("{}");
	struct op op = { .kind = OP_PUT, .id = NOTE, .doc = j };
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	op.id_made = true;
	op_canonical(&op, &b);
	assert_string_equal(b.data, "{\"op\":\"put\",\"doc\":{}}");
	buf_fini(&b);
	json_free(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_is_read_member_by_member),
		cmocka_unit_test(each_operation_has_its_name),
		cmocka_unit_test(if_match_says_which_revision),
		cmocka_unit_test(a_restore_may_name_a_revision),
		cmocka_unit_test(a_bad_revision_to_restore_is_refused),
		cmocka_unit_test(a_fault_of_one_operation_names_its_index),
		cmocka_unit_test(a_batch_has_at_most_a_hundred),
		cmocka_unit_test(keys_have_1_to_64_plain_characters),
		cmocka_unit_test(one_meaning_has_one_canonical_form),
		cmocka_unit_test(other_meanings_have_other_canonical_forms),
		cmocka_unit_test(an_id_that_we_made_is_not_in_the_canonical_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
