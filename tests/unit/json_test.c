#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cJSON.h>
#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "codec/json.h"

static const struct json_limits limits = { 16, 4096 };

static struct cJSON *
parse(const char *text)
{
	struct problem why;
	struct cJSON *j;

	assert_int_equal(json_parse(text, strlen(text), &limits, &j, &why),
	    ST_OK);
	assert_non_null(j);
	return j;
}

/* What is printed of the text once it is parsed. */
static void
prints_as(const char *text, const char *expected)
{
	struct cJSON *j = parse(text);
	struct buf b;

	buf_init(&b, 10000);
	json_put_value(&b, j);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_string_equal(b.data, expected);
	buf_fini(&b);
	json_free(j);
}

static void
string_as(const char *s, size_t len, const char *expected)
{
	struct buf b;

	buf_init(&b, 10000);
	json_put_string(&b, s, len);
	assert_string_equal(b.data, expected);
	buf_fini(&b);
}

static void
number_as(double v, const char *expected)
{
	struct buf b;

	buf_init(&b, 100);
	json_put_number(&b, v);
	assert_string_equal(b.data, expected);
	assert_true(strtod(b.data, NULL) == v);
	buf_fini(&b);
}

static void
a_fault_is_told_with_its_name_and_byte(void **state)
{
	static const char text[] = "{\"a\":1,\"a\":2}";
	struct cJSON *j = (struct cJSON *)&j;
	struct problem why;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), &limits, &j, &why),
	    ST_INVALID);
	assert_null(j);
	assert_int_equal(why.kind, PROBLEM_BAD_JSON);
	assert_non_null(strstr(why.detail, "duplicate-name"));
	assert_non_null(strstr(why.detail, "byte 7"));
}

static void
limits_are_those_given(void **state)
{
	static const struct json_limits tight = { 1, 2 };
	struct problem why;
	struct cJSON *j;

	(void)state;
	assert_int_equal(json_parse("[1]", 3, &tight, &j, &why), ST_OK);
	json_free(j);
	assert_int_equal(json_parse("[[]]", 4, &tight, &j, &why), ST_INVALID);
	assert_non_null(strstr(why.detail, "depth"));
	assert_int_equal(json_parse("[1,2]", 5, &tight, &j, &why), ST_INVALID);
	assert_non_null(strstr(why.detail, "values"));
}

static void
reads_no_byte_past_the_length(void **state)
{
	struct problem why;
	struct cJSON *j;

	(void)state;
	assert_int_equal(json_parse("12345", 3, &limits, &j, &why), ST_OK);
	assert_true(j->valuedouble == 123);
	json_free(j);
	assert_int_equal(json_parse("[1]x", 3, &limits, &j, &why), ST_OK);
	json_free(j);
}

static void
members_are_found_by_exact_case(void **state)
{
	struct cJSON *j = parse("{\"kind\":\"a\",\"Kind\":\"b\",\"n\":1}");

	(void)state;
	assert_string_equal(json_string_member(j, "kind"), "a");
	assert_string_equal(json_string_member(j, "Kind"), "b");
	assert_null(json_member(j, "KIND"));
	assert_null(json_string_member(j, "KIND"));
	assert_non_null(json_member(j, "n"));
	assert_null(json_string_member(j, "n"));
	/* cJSON's own would have found it. */
	assert_non_null(cJSON_GetObjectItem(j, "KIND"));
	json_free(j);
}

static void
only_objects_have_members(void **state)
{
	struct cJSON *j = parse("[{\"a\":1}]");

	(void)state;
	assert_null(json_member(j, "a"));
	assert_null(json_member(NULL, "a"));
	assert_null(json_string_member(NULL, "a"));
	json_free(j);
	json_free(NULL);
}

static void
unknown_members_are_refused_by_name(void **state)
{
	static const char *const known[] = { "a", "b", NULL };
	struct problem why = { PROBLEM_NONE, "" };
	struct cJSON *j;

	(void)state;
	j = parse("{\"b\":1,\"a\":2}");
	assert_int_equal(json_check_members(j, known, &why), ST_OK);
	json_free(j);
	j = parse("{}");
	assert_int_equal(json_check_members(j, known, &why), ST_OK);
	json_free(j);
	j = parse("{\"a\":1,\"A\":2}");
	assert_int_equal(json_check_members(j, known, &why), ST_INVALID);
	assert_int_equal(why.kind, PROBLEM_INVALID);
	assert_string_equal(why.detail, "unknown member A");
	json_free(j);
	j = parse("[]");
	assert_int_equal(json_check_members(j, known, &why), ST_INVALID);
	json_free(j);
	assert_int_equal(json_check_members(NULL, known, &why), ST_INVALID);
}

static void
strings_fit_on_one_line(void **state)
{
	(void)state;
	string_as("", 0, "\"\"");
	string_as("plain", 5, "\"plain\"");
	string_as("a\"b\\c/", 6, "\"a\\\"b\\\\c/\"");
	string_as("\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"");
	string_as("\x01\x1f\x7f", 3, "\"\\u0001\\u001f\\u007f\"");
	string_as("\0x", 2, "\"\\u0000x\"");
	string_as("\xe2\x80\xa8|\xe2\x80\xa9", 7, "\"\\u2028|\\u2029\"");
	string_as("\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac", 9,
	    "\"\xe2\x80\xa7\xe2\x80\xaa\xe2\x82\xac\"");
	string_as("\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\"");
	string_as("\xe2\x80", 2, "\"\xe2\x80\"");
}

/* Every character but NUL and the surrogates comes back as it went in. */
static void
every_character_survives_printing_and_parsing(void **state)
{
	struct problem why;
	struct cJSON *j;
	struct buf b;
	char s[5];
	unsigned cp;

	(void)state;
	buf_init(&b, 100);
	for (cp = 1; cp <= 0x10ffff; cp += cp < 0x3000 ? 1 : 251) {
		memset(s, 0, sizeof(s));
		if (cp < 0x80)
			s[0] = (char)cp;
		else if (cp < 0x800) {
			s[0] = (char)(0xc0 | cp >> 6);
			s[1] = (char)(0x80 | (cp & 63));
		} else if (cp < 0x10000) {
			s[0] = (char)(0xe0 | cp >> 12);
			s[1] = (char)(0x80 | (cp >> 6 & 63));
			s[2] = (char)(0x80 | (cp & 63));
		} else {
			s[0] = (char)(0xf0 | cp >> 18);
			s[1] = (char)(0x80 | (cp >> 12 & 63));
			s[2] = (char)(0x80 | (cp >> 6 & 63));
			s[3] = (char)(0x80 | (cp & 63));
		}
		if (!str_is_utf8(s, strlen(s)))
			continue;
		buf_reset(&b);
		json_put_string(&b, s, strlen(s));
		assert_int_equal(json_parse(b.data, b.len, &limits, &j, &why),
		    ST_OK);
		assert_string_equal(j->valuestring, s);
		json_free(j);
	}
	buf_fini(&b);
}

static void
numbers_take_the_fewest_digits(void **state)
{
	(void)state;
	number_as(0, "0");
	number_as(-0.0, "0");
	number_as(1, "1");
	number_as(-42, "-42");
	number_as(1e15, "1000000000000000");
	number_as(9007199254740992.0, "9007199254740992");
	number_as(-9007199254740992.0, "-9007199254740992");
	number_as(0.1, "0.1");
	number_as(-2.5, "-2.5");
	number_as(0.1 + 0.2, "0.30000000000000004");
	number_as(1.0 / 3, "0.3333333333333333");
	number_as(1e21, "1e+21");
	number_as(1e-7, "1e-07");
	number_as(5e-324, "5e-324");
	number_as(DBL_MAX, "1.7976931348623157e+308");
	number_as(DBL_MIN, "2.2250738585072014e-308");
}

static void
any_number_reads_back_the_same(void **state)
{
	uint64_t x = 88172645463325252u, bits;
	struct buf b;
	double v;
	int i;

	(void)state;
	buf_init(&b, 100);
	for (i = 0; i < 200000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bits = i % 4 == 0 ? x & 0x800fffffffffffffu : x;
		memcpy(&v, &bits, sizeof(v));
		if (!isfinite(v))
			continue;
		buf_reset(&b);
		json_put_number(&b, v);
		if (strtod(b.data, NULL) != v)
			fail_msg("%s is not %a", b.data, v);
	}
	buf_fini(&b);
}

static void
whole_numbers_reach_both_ends(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	json_put_int(&b, INT64_MAX);
	buf_addc(&b, ' ');
	json_put_int(&b, INT64_MIN);
	buf_addc(&b, ' ');
	json_put_int(&b, 0);
	buf_addc(&b, ' ');
	json_put_int(&b, -10);
	assert_string_equal(b.data,
	    "9223372036854775807 -9223372036854775808 0 -10");
	buf_fini(&b);
}

static void
values_print_compactly_and_in_order(void **state)
{
	(void)state;
	prints_as(" [ ] ", "[]");
	prints_as(" { } ", "{}");
	prints_as("[ null , true , false , 1.50 , \"\\u0041\" ]",
	    "[null,true,false,1.5,\"A\"]");
	prints_as("{ \"b\" : [ { } , [ ] ] , \"\" : { \"\\n\" : 1e2 } }",
	    "{\"b\":[{},[]],\"\":{\"\\n\":100}}");
	prints_as("\"\\ud83d\\ude00\\u2028\"", "\"\xf0\x9f\x98\x80\\u2028\"");
}

static void
a_member_is_its_name_and_its_string(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	json_put_member(&b, "title", "a\nb");
	assert_string_equal(b.data, "\"title\":\"a\\nb\"");
	buf_fini(&b);
}

static void
arrays_are_walked_to_their_end(void **state)
{
	static const char text[] = "{\"a\":[1,\"two\",[3]],\"b\":[],\"c\":{}}";
	const struct cJSON *at;
	struct problem why;
	struct cJSON *j;
	size_t n = 0;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), &limits, &j, &why),
	    ST_OK);
	for (at = json_first(json_member(j, "a")); at; at = json_next(at))
		n++;
	assert_int_equal(n, 3);
	assert_null(json_first(json_member(j, "b")));
	assert_null(json_first(json_member(j, "c")));
	assert_null(json_first(j));
	assert_null(json_first(NULL));
	json_free(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_are_walked_to_their_end),
		cmocka_unit_test(a_fault_is_told_with_its_name_and_byte),
		cmocka_unit_test(limits_are_those_given),
		cmocka_unit_test(reads_no_byte_past_the_length),
		cmocka_unit_test(members_are_found_by_exact_case),
		cmocka_unit_test(only_objects_have_members),
		cmocka_unit_test(unknown_members_are_refused_by_name),
		cmocka_unit_test(strings_fit_on_one_line),
		cmocka_unit_test(every_character_survives_printing_and_parsing),
		cmocka_unit_test(numbers_take_the_fewest_digits),
		cmocka_unit_test(any_number_reads_back_the_same),
		cmocka_unit_test(whole_numbers_reach_both_ends),
		cmocka_unit_test(values_print_compactly_and_in_order),
		cmocka_unit_test(a_member_is_its_name_and_its_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
