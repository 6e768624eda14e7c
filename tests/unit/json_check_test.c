#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cJSON.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "codec/json_check.h"

static const struct json_limits limits = { 16, 4096 };

/* What the check says of a text that comes in pieces of `piece` bytes. */
static enum json_fault
verdict(const char *text, size_t len, size_t piece,
    const struct json_limits *l, uint64_t *at)
{
	struct json_check c;
	enum json_fault f;
	enum status st = ST_OK;
	size_t i, n;

	json_check_init(&c, l);
	for (i = 0; i < len && st == ST_OK; i += n) {
		n = len - i < piece ? len - i : piece;
		st = json_check_feed(&c, text + i, n);
	}
	if (st == ST_OK)
		st = json_check_end(&c);
	f = c.fault;
	*at = c.at;
	assert_int_equal(st, f == JSON_FINE ? ST_OK : ST_INVALID);
	assert_int_equal(json_check_end(&c), st);
	json_check_fini(&c);
	return f;
}

struct sample {
	const char	*text;
	size_t		 len;
	enum json_fault	 fault;
	uint64_t	 at;
};

#define GOOD(s)		{ s, sizeof(s) - 1, JSON_FINE, 0 }
#define BAD(s, f, at)	{ s, sizeof(s) - 1, JSON_FAULT_##f, at }
#define COUNT(a)	(sizeof(a) / sizeof(*(a)))

static void
expect(const struct sample *s)
{
	size_t piece;
	uint64_t at;
	enum json_fault f;

	for (piece = 1; piece <= s->len + 1; piece++) {
		f = verdict(s->text, s->len, piece, &limits, &at);
		if (f != s->fault || (f && at != s->at))
			fail_msg("%s in pieces of %zu: \"%s\" at %d, not \"%s\" at %d",
			    s->text, piece, json_fault_name(f), (int)at,
			    json_fault_name(s->fault), (int)s->at);
	}
}

static void
expect_all(const struct sample *s, size_t n)
{
	for (; n > 0; s++, n--)
		expect(s);
}

/*
 * Each of these passes cJSON 1.7.15, which is why the check stands before it.
 */
static void
refuses_what_cjson_lets_through(void **state)
{
	static const struct sample all[] = {
		BAD("\"a\xff\"", UTF8, 2),
		BAD("\"\xc0\x80\"", UTF8, 1),
		BAD("\"\xed\xa0\x80\"", UTF8, 2),
		BAD("\"a\001\"", CONTROL, 2),
		BAD("\"a\nb\"", CONTROL, 2),
		BAD("\001[1]", CONTROL, 0),
		BAD("[1,\0132]", CONTROL, 3),
		BAD("{\"a\":1,\"a\":2}", DUPLICATE, 7),
		BAD("{\"a\":1,\"\\u0061\":2}", DUPLICATE, 7),
		BAD("\xef\xbb\xbf{}", BOM, 0),
		BAD("01", NUMBER, 1),
		BAD("[-012]", NUMBER, 3),
		BAD("1.", TRUNCATED, 2),
		BAD("[1.]", NUMBER, 3),
		BAD("[-.5]", NUMBER, 2),
		BAD("1e999", NUMBER_RANGE, 0),
		BAD("[-1e999]", NUMBER_RANGE, 1),
		BAD("1 2", TRAILING, 2),
		BAD("{}x", TRAILING, 2),
		BAD("{}\0", CONTROL, 2),
		BAD("\"a\\u0000b\"", NUL, 2),
		BAD("{\"a\\u0000\":1}", NUL, 3),
		BAD("1111111111222222222233333333334444444444"
		    "555555555566666666667777777777", NUMBER_LENGTH, 0),
	};
	cJSON *j;
	size_t i;

	(void)state;
	expect_all(all, COUNT(all));
	if (strcmp(cJSON_Version(), "1.7.15") != 0)
		return;		/* others may have learnt */
	for (i = 0; i < COUNT(all); i++) {
		j = cJSON_ParseWithLength(all[i].text, all[i].len);
		if (j == NULL)
			fail_msg("cJSON refuses %s", all[i].text);
		cJSON_Delete(j);
	}
}

static void
accepts_all_of_the_grammar(void **state)
{
	static const struct sample all[] = {
		GOOD("{}"), GOOD("[]"), GOOD("\"\""), GOOD("null"),
		GOOD("true"), GOOD("false"),
		GOOD(" \t\r\n[ \t\r\n] \t\r\n"), GOOD("{ \"a\" : 1 , \"b\" : [ ] }"),
		GOOD("[null,true,false,0,\"\",{},[]]"),
		GOOD("{\"\":0}"), GOOD("{\"a\":1,\"A\":2,\"aa\":3}"),
		GOOD("{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}"),
		GOOD("[{\"a\":1},{\"a\":1}]"),
		GOOD("0"), GOOD("-0"), GOOD("1"), GOOD("-1"), GOOD("10"),
		GOOD("1234567890"), GOOD("0.5"), GOOD("-0.0"), GOOD("1.25e10"),
		GOOD("1E5"), GOOD("1e+5"), GOOD("1e-5"), GOOD("0e0"),
		GOOD("0E+01"), GOOD("1e308"), GOOD("1e-999"),
		GOOD("1.7976931348623157e308"), GOOD("[0,-0,0.1]"),
		GOOD("[1 ,2\n,3\t]"), GOOD("{\"a\":1}"),
		GOOD("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), GOOD("\"/\x7f\""),
		GOOD("\"\\u0001\\u001f\\u007f\\u00e9\\u20AC\\uFFFF\""),
		GOOD("\"\\ud83d\\uDE00\""), GOOD("\"\\ud800\\udc00\\udbff\\udfff\""),
		GOOD("\"\xc2\x80\xdf\xbf\""), GOOD("\"\xe0\xa0\x80\xef\xbf\xbf\""),
		GOOD("\"\xed\x9f\xbf\xee\x80\x80\""),
		GOOD("\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""),
		GOOD("\"\xef\xbb\xbf\""), GOOD("\"\xe2\x80\xa8\""),
		GOOD("\"[{,:\""), GOOD("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"),
	};

	(void)state;
	expect_all(all, COUNT(all));
}

static void
refuses_broken_structure(void **state)
{
	static const struct sample all[] = {
		BAD("", TRUNCATED, 0), BAD(" ", TRUNCATED, 1),
		BAD("[", TRUNCATED, 1), BAD("{", TRUNCATED, 1),
		BAD("[1", TRUNCATED, 2), BAD("[1,", TRUNCATED, 3),
		BAD("{\"a\"", TRUNCATED, 4), BAD("{\"a\":", TRUNCATED, 5),
		BAD("{\"a\":1", TRUNCATED, 6), BAD("{\"a\":1,", TRUNCATED, 7),
		BAD("]", SYNTAX, 0), BAD("}", SYNTAX, 0), BAD(",", SYNTAX, 0),
		BAD(":", SYNTAX, 0), BAD("[1}", SYNTAX, 2), BAD("{]", SYNTAX, 1),
		BAD("{\"a\":1]", SYNTAX, 6), BAD("[,]", SYNTAX, 1),
		BAD("[1,]", SYNTAX, 3), BAD("[,1]", SYNTAX, 1),
		BAD("[1,,2]", SYNTAX, 3), BAD("[1 2]", SYNTAX, 3),
		BAD("[1:2]", SYNTAX, 2), BAD("{\"a\"}", SYNTAX, 4),
		BAD("{\"a\",1}", SYNTAX, 4), BAD("{\"a\" 1}", SYNTAX, 5),
		BAD("{\"a\":}", SYNTAX, 5), BAD("{\"a\":1,}", SYNTAX, 7),
		BAD("{,\"a\":1}", SYNTAX, 1), BAD("{\"a\":1 \"b\":2}", SYNTAX, 7),
		BAD("{\"a\"::1}", SYNTAX, 5), BAD("{a:1}", SYNTAX, 1),
		BAD("{1:1}", SYNTAX, 1), BAD("{'a':1}", SYNTAX, 1),
		BAD("{[]:1}", SYNTAX, 1), BAD("[]]", TRAILING, 2),
		BAD("{}}", TRAILING, 2), BAD("[],", TRAILING, 2),
		BAD("1,", TRAILING, 1), BAD("\"\"\"\"", TRAILING, 2),
		BAD("null null", TRAILING, 5), BAD("{}{}", TRAILING, 2),
		BAD("[1]//", TRAILING, 3), BAD("/**/1", SYNTAX, 0),
		BAD("[1/**/]", SYNTAX, 2), BAD("\x0c[]", CONTROL, 0),
		BAD("[\x0b]", CONTROL, 1), BAD("[]\x0c", CONTROL, 2),
		BAD("\x7f", SYNTAX, 0), BAD("\xc2\xa0[]", SYNTAX, 0),
		BAD("[]\xef\xbb\xbf", TRAILING, 2), BAD("[\xef\xbb\xbf]", SYNTAX, 1),
		BAD("\xfe\xff", SYNTAX, 0), BAD("\0", CONTROL, 0),
		BAD("[\0]", CONTROL, 1),
	};

	(void)state;
	expect_all(all, COUNT(all));
}

static void
refuses_broken_words_and_numbers(void **state)
{
	static const struct sample all[] = {
		BAD("t", TRUNCATED, 1), BAD("tru", TRUNCATED, 3),
		BAD("truE", SYNTAX, 3), BAD("True", SYNTAX, 0),
		BAD("trueish", TRAILING, 4), BAD("[nul]", SYNTAX, 4),
		BAD("[fals", TRUNCATED, 5), BAD("nan", SYNTAX, 1),
		BAD("NaN", SYNTAX, 0), BAD("Infinity", SYNTAX, 0),
		BAD("-Infinity", NUMBER, 1), BAD("undefined", SYNTAX, 0),
		BAD("+1", SYNTAX, 0), BAD("-", TRUNCATED, 1),
		BAD("--1", NUMBER, 1), BAD("-a", NUMBER, 1), BAD("[-]", NUMBER, 2),
		BAD("00", NUMBER, 1), BAD("-00", NUMBER, 2), BAD("0123", NUMBER, 1),
		BAD(".5", SYNTAX, 0), BAD("1.e5", NUMBER, 2), BAD("1..2", NUMBER, 2),
		BAD("1.2.3", TRAILING, 3), BAD("1e", TRUNCATED, 2),
		BAD("1e+", TRUNCATED, 3), BAD("[1e]", NUMBER, 3),
		BAD("[1e+]", NUMBER, 4), BAD("1e+-5", NUMBER, 3),
		BAD("1e5.5", TRAILING, 3), BAD("1e5e5", TRAILING, 3),
		BAD("0x10", TRAILING, 1), BAD("[0x10]", SYNTAX, 2),
		BAD("1_000", TRAILING, 1), BAD("1-2", TRAILING, 1),
		BAD("[1+2]", SYNTAX, 2), BAD("[1\0]", CONTROL, 2),
		BAD("1\xc2\xb2", TRAILING, 1), BAD("[1e309]", NUMBER_RANGE, 1),
		BAD("[0,-1.8e308]", NUMBER_RANGE, 3), BAD("1e9999", NUMBER_RANGE, 0),
	};

	(void)state;
	expect_all(all, COUNT(all));
}

static void
refuses_broken_strings(void **state)
{
	static const struct sample all[] = {
		BAD("\"", TRUNCATED, 1), BAD("\"a", TRUNCATED, 2),
		BAD("\"\\", TRUNCATED, 2), BAD("\"\\u12", TRUNCATED, 5),
		BAD("\"\\\"", TRUNCATED, 3), BAD("'a'", SYNTAX, 0),
		BAD("\"\xc3", TRUNCATED, 2), BAD("\"\xc3\"", UTF8, 2),
		BAD("\"\x80\"", UTF8, 1), BAD("\"\xbf\"", UTF8, 1),
		BAD("\"\xc1\xbf\"", UTF8, 1), BAD("\"\xe0\x9f\xbf\"", UTF8, 2),
		BAD("\"\xed\xbf\xbf\"", UTF8, 2), BAD("\"\xf0\x8f\xbf\xbf\"", UTF8, 2),
		BAD("\"\xf4\x90\x80\x80\"", UTF8, 2), BAD("\"\xf5\x80\x80\x80\"", UTF8, 1),
		BAD("\"\xfe\"", UTF8, 1), BAD("\"\xe2\x82\"", UTF8, 3),
		BAD("\"\xe2\x82\xc3\"", UTF8, 3), BAD("\"\xf0\x9f\x98z\"", UTF8, 4),
		BAD("{\"\xff\":1}", UTF8, 2),
		BAD("\"\t\"", CONTROL, 1), BAD("\"\0\"", CONTROL, 1),
		BAD("\"\x1f\"", CONTROL, 1), BAD("{\"\r\":1}", CONTROL, 2),
		BAD("\"\\a\"", ESCAPE, 2), BAD("\"\\x41\"", ESCAPE, 2),
		BAD("\"\\'\"", ESCAPE, 2), BAD("\"\\0\"", ESCAPE, 2),
		BAD("\"\\\0\"", ESCAPE, 2), BAD("\"\\U0041\"", ESCAPE, 2),
		BAD("\"\\\n\"", ESCAPE, 2), BAD("\"\\u\"", ESCAPE, 3),
		BAD("\"\\u00g0\"", ESCAPE, 5), BAD("\"\\u 041\"", ESCAPE, 3),
		BAD("\"\\u004\"", ESCAPE, 6), BAD("\"\\u-041\"", ESCAPE, 3),
		BAD("\"ab\\u0000\"", NUL, 3),
		BAD("\"\\ud800\"", SURROGATE, 1), BAD("\"a\\udc00\"", SURROGATE, 2),
		BAD("\"\\ud800x\"", SURROGATE, 1), BAD("\"\\ud800\\n\"", SURROGATE, 1),
		BAD("\"\\ud800\\u0041\"", SURROGATE, 1),
		BAD("\"\\ud800\\ud800\"", SURROGATE, 1),
		BAD("\"\\ud800\\u0000\"", SURROGATE, 1),
		BAD("\"\\ud83d\\ude00\\ude00\"", SURROGATE, 13),
		BAD("\"\\ud800\\udc0", TRUNCATED, 12),
	};

	(void)state;
	expect_all(all, COUNT(all));
}

static void
compares_names_after_unescaping(void **state)
{
	static const struct sample all[] = {
		BAD("{\"\":1,\"\":2}", DUPLICATE, 6),
		BAD("{\"a/\":1,\"a\\/\":2}", DUPLICATE, 8),
		BAD("{\"\\n\":1,\"\\u000a\":2}", DUPLICATE, 8),
		BAD("{\"\xc3\xa9\":1,\"\\u00E9\":2}", DUPLICATE, 8),
		BAD("{\"\xe2\x82\xac\":1,\"\\u20ac\":2}", DUPLICATE, 9),
		BAD("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}", DUPLICATE, 10),
		BAD("{\"a\":{\"b\":1,\"c\":2,\"b\":3}}", DUPLICATE, 18),
		BAD("{\"a\":{\"x\":1},\"b\":2,\"a\":3}", DUPLICATE, 19),
		BAD("[{\"a\":1},{\"a\":1,\"a\":1}]", DUPLICATE, 16),
		BAD("{\"a\":\"a\",\"b\":[{\"a\":1}],\"b\":0}", DUPLICATE, 23),
		GOOD("{\"e\":1,\"\\u00e9\":2,\"e\\u0301\":3}"),
	};

	(void)state;
	expect_all(all, COUNT(all));
}

/* Every byte value in every place where it may not be, or may. */
static void
judges_each_byte_between_tokens_and_in_strings(void **state)
{
	static const char starts[] = "{[\"-0123456789tfn \t\r\n";
	char text[2], string[3] = "\"?\"";
	uint64_t at;
	enum json_fault f;
	int ch;

	(void)state;
	for (ch = 0; ch < 256; ch++) {
		text[0] = (char)ch;
		f = verdict(text, 1, 1, &limits, &at);
		if (ch != 0 && strchr(starts, ch) != NULL)
			assert_true(f == JSON_FINE || f == JSON_FAULT_TRUNCATED);
		else
			assert_true(f != JSON_FINE && f != JSON_FAULT_TRUNCATED);
		string[1] = (char)ch;
		f = verdict(string, 3, 3, &limits, &at);
		assert_int_equal(f == JSON_FINE,
		    ch >= ' ' && ch < 0x80 && ch != '"' && ch != '\\');
	}
}

static void
limits_hold_at_their_boundary(void **state)
{
	static const struct {
		const char		*text;
		struct json_limits	 limits;
		enum json_fault		 fault;
		uint64_t		 at;
	} all[] = {
		{ "[[1]]", { 2, 3 }, JSON_FINE, 0 },
		{ "[[1]]", { 1, 3 }, JSON_FAULT_DEPTH, 1 },
		{ "[[1]]", { 2, 2 }, JSON_FAULT_VALUES, 2 },
		{ "[{\"a\":{}}]", { 3, 3 }, JSON_FINE, 0 },
		{ "[{\"a\":{}}]", { 2, 3 }, JSON_FAULT_DEPTH, 6 },
		{ "[[],[],[]]", { 2, 4 }, JSON_FINE, 0 },
		{ "[1,\"\",null]", { 1, 4 }, JSON_FINE, 0 },
		{ "[1,\"\",null]", { 1, 3 }, JSON_FAULT_VALUES, 6 },
		{ "{\"a\":1,\"b\":2}", { 1, 3 }, JSON_FINE, 0 },
		{ "{\"a\":1,\"b\":2}", { 1, 2 }, JSON_FAULT_VALUES, 11 },
		{ "1", { 0, 1 }, JSON_FINE, 0 },
		{ "[]", { 0, 1 }, JSON_FAULT_DEPTH, 0 },
		{ "1", { 0, 0 }, JSON_FAULT_VALUES, 0 },
	};
	uint64_t at;
	size_t i, piece;

	(void)state;
	for (i = 0; i < COUNT(all); i++)
		for (piece = 1; piece < 9; piece += 7) {
			assert_int_equal(verdict(all[i].text,
			    strlen(all[i].text), piece, &all[i].limits, &at),
			    all[i].fault);
			if (all[i].fault)
				assert_int_equal(at, all[i].at);
		}
}

static void
no_limit_goes_deeper_than_the_frames(void **state)
{
	static const struct json_limits loose = { 1000000, 1000000 };
	char text[2 * JSON_DEPTH_MAX + 2];
	uint64_t at;

	(void)state;
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_int_equal(verdict(text + 1, 2 * JSON_DEPTH_MAX, 100, &loose,
	    &at), JSON_FINE);
	assert_int_equal(verdict(text, sizeof(text), 100, &loose, &at),
	    JSON_FAULT_DEPTH);
	assert_int_equal(at, JSON_DEPTH_MAX);
}

static void
numbers_may_have_as_many_characters_as_cjson_reads(void **state)
{
	char text[JSON_NUMBER_MAX + 2];
	uint64_t at;
	cJSON *j;

	(void)state;
	memset(text, '1', sizeof(text));
	assert_int_equal(verdict(text, JSON_NUMBER_MAX, 1, &limits, &at),
	    JSON_FINE);
	j = cJSON_ParseWithLength(text, JSON_NUMBER_MAX);
	assert_true(cJSON_GetNumberValue(j) > 1.1e62);
	cJSON_Delete(j);
	assert_int_equal(verdict(text, JSON_NUMBER_MAX + 1, 1, &limits, &at),
	    JSON_FAULT_NUMBER_LENGTH);
}

/* {"0":0,"1":0, …}, closed or with its last name repeated. */
static size_t
many_names(char *text, size_t size, int n, bool twice)
{
	size_t len = 0;
	int i;

	for (i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, size - len, "%s\"%d\":0",
		    i == 0 ? "{" : ",", i);
	if (twice)
		len += (size_t)snprintf(text + len, size - len, ",\"%d\":0",
		    n - 1);
	return len + (size_t)snprintf(text + len, size - len, "}");
}

static void
thousands_of_names_in_one_object_stay_fast(void **state)
{
	static const struct json_limits wide = { 16, 100000 };
	static char text[1024 * 1024];
	int64_t began;
	uint64_t at;
	size_t len;
	int i;

	(void)state;
	len = many_names(text, sizeof(text), 4095, false);
	began = clock_mono_ms();
	for (i = 0; i < 50; i++)
		assert_int_equal(verdict(text, len, len, &limits, &at),
		    JSON_FINE);
	assert_true(clock_mono_ms() - began < 2500);	/* 50 ms each */
	len = many_names(text, sizeof(text), 50000, true);
	assert_int_equal(verdict(text, len, len, &wide, &at),
	    JSON_FAULT_DUPLICATE);
	assert_int_equal(at, len - strlen("\"49999\":0}"));
}

static void
names_of_open_objects_are_bounded(void **state)
{
	static char text[JSON_NAMES_MAX + 64];
	uint64_t at;
	size_t len = 2 + JSON_NAMES_MAX;

	(void)state;
	memset(text, 'n', sizeof(text));
	memcpy(text, "{\"", 2);
	memcpy(text + len, "\":0}", 4);
	assert_int_equal(verdict(text, len + 4, 1000, &limits, &at), JSON_FINE);
	memcpy(text + len, "n\":0}", 5);
	assert_int_equal(verdict(text, len + 5, 1000, &limits, &at),
	    JSON_FAULT_NAMES);
	assert_int_equal(at, 1);
	/* Those of closed objects do not count. */
	memcpy(text, "[{\"", 3);
	memcpy(text + len, "\":0},{\"ab\":0}]", 14);
	assert_int_equal(verdict(text, len + 14, 1000, &limits, &at), JSON_FINE);
}

static void
stays_at_its_first_fault(void **state)
{
	struct json_check c;

	(void)state;
	json_check_init(&c, &limits);
	assert_int_equal(json_check_feed(&c, "[1,,", 4), ST_INVALID);
	assert_int_equal(json_check_feed(&c, "\x01\xff", 2), ST_INVALID);
	assert_int_equal(json_check_end(&c), ST_INVALID);
	assert_int_equal(c.fault, JSON_FAULT_SYNTAX);
	assert_int_equal(c.at, 3);
	json_check_fini(&c);
}

static void
every_fault_has_a_name_of_its_own(void **state)
{
	enum json_fault f, g;

	(void)state;
	assert_string_equal(json_fault_name(JSON_FINE), "");
	for (f = JSON_FAULT_SYNTAX; f <= JSON_FAULT_MEMORY; f++) {
		assert_true(strlen(json_fault_text(f)) > 0);
		for (g = JSON_FINE; g < f; g++)
			assert_string_not_equal(json_fault_name(f),
			    json_fault_name(g));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_cjson_lets_through),
		cmocka_unit_test(accepts_all_of_the_grammar),
		cmocka_unit_test(refuses_broken_structure),
		cmocka_unit_test(refuses_broken_words_and_numbers),
		cmocka_unit_test(refuses_broken_strings),
		cmocka_unit_test(compares_names_after_unescaping),
		cmocka_unit_test(judges_each_byte_between_tokens_and_in_strings),
		cmocka_unit_test(limits_hold_at_their_boundary),
		cmocka_unit_test(no_limit_goes_deeper_than_the_frames),
		cmocka_unit_test(numbers_may_have_as_many_characters_as_cjson_reads),
		cmocka_unit_test(thousands_of_names_in_one_object_stay_fast),
		cmocka_unit_test(names_of_open_objects_are_bounded),
		cmocka_unit_test(stays_at_its_first_fault),
		cmocka_unit_test(every_fault_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
