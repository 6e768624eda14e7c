#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/json.h"
#include "codec/json_split.h"
#include "pieces.h"

#define VALUE_MAX	64
#define SEEN_MAX	65536

#define COUNT(a)	(sizeof(a) / sizeof(*(a)))

/*
 * What was handed out, as text: "name=value;" for a member, "name+value;" for
 * an element, "<…>" for what came of the long string.
 */
struct seen {
	struct buf	text;
	bool		in_long;
	const char	*stop_at;	/* refuse the member of that name */
	struct problem	why;
};

static void
close_long(struct seen *s)
{
	if (s->in_long)
		buf_addc(&s->text, '>');
	s->in_long = false;
}

static enum status
put(struct seen *s, const char *name, char mark, const char *text, size_t n)
{
	close_long(s);
	assert_int_equal(text[n], '\0');
	buf_adds(&s->text, name);
	buf_addc(&s->text, mark);
	buf_add(&s->text, text, n);
	buf_addc(&s->text, ';');
	return s->stop_at != NULL && strcmp(name, s->stop_at) == 0 ?
	    ST_DENIED : ST_OK;
}

static enum status
see_member(void *arg, const char *name, const char *text, size_t n)
{
	return put(arg, name, '=', text, n);
}

static enum status
see_element(void *arg, const char *name, const char *text, size_t n)
{
	return put(arg, name, '+', text, n);
}

static enum status
see_piece(void *arg, const char *text, size_t n)
{
	struct seen *s = arg;

	assert_true(n > 0);
	if (!s->in_long)
		buf_addc(&s->text, '<');
	s->in_long = true;
	buf_add(&s->text, text, n);
	return ST_OK;
}

static enum status
split(const char *text, size_t len, size_t piece, struct seen *seen)
{
	static const struct json_split_options o = {
		.limits = { .depth = 8, .values = 1000 },
		.value_max = VALUE_MAX, .long_name = "data",
	};
	const struct json_split_sink sink = { see_member, see_element,
	    see_piece, seen };
	struct json_split s;
	enum status st;
	size_t i, n;

	memset(&seen->why, 0, sizeof(seen->why));
	buf_reset(&seen->text);
	seen->in_long = false;
	json_split_init(&s, &o, &sink);
	for (i = 0; i < len; i += n) {
		n = len - i < piece ? len - i : piece;
		if (json_split_feed(&s, text + i, n, &seen->why))
			break;
	}
	st = json_split_end(&s, &seen->why);
	json_split_fini(&s);
	return st;
}

struct sample {
	const char	*text;
	const char	*seen;
};

/* In pieces of every size. */
static void
expect(const char *text, const char *wanted)
{
	struct seen seen = { .stop_at = NULL };
	size_t len = strlen(text), piece;

	buf_init(&seen.text, SEEN_MAX);
	for (piece = 1; piece <= len + 1; piece++) {
		if (split(text, len, piece, &seen) != ST_OK)
			fail_msg("%s in pieces of %zu: %s", text, piece,
			    seen.why.detail);
		if (strcmp(seen.text.data, wanted) != 0)
			fail_msg("%s in pieces of %zu: %s", text, piece,
			    seen.text.data);
	}
	buf_fini(&seen.text);
}

static void
members_come_whole_and_arrays_by_element(void **state)
{
	static const struct sample samples[] = {
		{ "{}", "" },
		{ " \n{ } \t", "" },
		{ "{\"a\":1}", "a=1;" },
		{ "{\"a\" : -1.5e3 , \"b\" : \"x\"}", "a=-1.5e3;b=\"x\";" },
		{ "{\"a\":true,\"b\":null,\"c\":false}",
		    "a=true;b=null;c=false;" },
		{ "{\"a\":{\"b\":[1,{}]},\"c\":\"\"}",
		    "a={\"b\":[1,{}]};c=\"\";" },
		{ "{\"a\":[]}", "a=[;" },
		{ "{\"a\":[ ],\"b\":[1, 2 ,3]}", "a=[;b=[;b+1;b+2;b+3;" },
		{ "{\"a\":[[1,2],[],\"x\",{\"y\":1},null]}",
		    "a=[;a+[1,2];a+[];a+\"x\";a+{\"y\":1};a+null;" },
		{ "{\"a\":[{}],\"b\":{}}", "a=[;a+{};b={};" },
		{ "{\"\":0}", "=0;" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++)
		expect(samples[i].text, samples[i].seen);
}

static void
strings_hide_what_looks_like_structure(void **state)
{
	static const struct sample samples[] = {
		{ "{\"a\":\"},{\"}", "a=\"},{\";" },
		{ "{\"a\":[\"],\\\"\",\"\\\\\"]}",
		    "a=[;a+\"],\\\"\";a+\"\\\\\";" },
		{ "{\"a\\\"b\":1}", "a\\\"b=1;" },
		{ "{\"a\\\\\":1}", "a\\\\=1;" },
		{ "{\"a\":[{\"b\":\"]}\",\"c\":\"\\u005d\"}]}",
		    "a=[;a+{\"b\":\"]}\",\"c\":\"\\u005d\"};" },
		{ "{\"\xe6\xbc\xa2\":[\"\xe5\xad\x97\"]}",
		    "\xe6\xbc\xa2=[;\xe6\xbc\xa2+\"\xe5\xad\x97\";" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++)
		expect(samples[i].text, samples[i].seen);
}

static void
white_space_between_tokens_is_dropped(void **state)
{
	(void)state;
	expect("{\"a\":[ { \"b\" :\n[ 1 ,\t2 ] } ]}", "a=[;a+{\"b\":[1,2]};");
}

static void
long_string_comes_in_pieces_before_its_element(void **state)
{
	static const struct sample samples[] = {
		{ "{\"f\":[{\"id\":1,\"data\":\"abc\"}]}",
		    "f=[;<abc>f+{\"id\":1,\"data\":\"\"};" },
		{ "{\"f\":[{ \"data\" : \"a\\/\\\"c\" ,\"id\":1},{\"data\":\"\"}]}",
		    "f=[;<a\\/\\\"c>f+{\"data\":\"\",\"id\":1};f+{\"data\":\"\"};" },
		/* only that name, only a string, only of the element itself */
		{ "{\"data\":\"x\",\"f\":[\"data\",{\"dat\":\"x\"}]}",
		    "data=\"x\";f=[;f+\"data\";f+{\"dat\":\"x\"};" },
		{ "{\"f\":[{\"data\":[\"x\"]},{\"data\":1},[\"data\",\"x\"]]}",
		    "f=[;f+{\"data\":[\"x\"]};f+{\"data\":1};f+[\"data\",\"x\"];" },
		{ "{\"f\":[{\"a\":{\"data\":\"x\"},\"b\":\"data\",\"c\":\"y\"}]}",
		    "f=[;f+{\"a\":{\"data\":\"x\"},\"b\":\"data\",\"c\":\"y\"};" },
		{ "{\"a\":{\"data\":\"x\"}}", "a={\"data\":\"x\"};" },
		{ "{\"f\":[{\"d\\u0061ta\":\"x\"}]}",
		    "f=[;f+{\"d\\u0061ta\":\"x\"};" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++)
		expect(samples[i].text, samples[i].seen);
}

static void
long_string_may_pass_the_limit(void **state)
{
	static const size_t pieces[] = PIECE_SIZES;
	static char text[SEEN_MAX / 2];
	struct seen seen = { .stop_at = NULL };
	size_t len, i;

	(void)state;
	memset(text, 'A', sizeof(text));
	memcpy(text, "{\"f\":[{\"data\":\"", 15);
	len = sizeof(text) - 4;
	memcpy(text + len, "\"}]}", 4);
	buf_init(&seen.text, SEEN_MAX);
	for (i = 0; i < COUNT(pieces); i++) {
		assert_int_equal(split(text, sizeof(text), pieces[i], &seen),
		    ST_OK);
		assert_int_equal(seen.text.len,
		    strlen("f=[;<>f+{\"data\":\"\"};") + len - 15);
	}
	buf_fini(&seen.text);
}

/* A text that is refused, with its problem and what came before. */
struct refusal {
	const char		*text;
	enum problem_kind	 kind;
	const char		*detail;
	const char		*seen;
};

static void
refuse(const struct refusal *r)
{
	struct seen seen = { .stop_at = NULL };
	size_t len = strlen(r->text), piece;
	enum status st;

	buf_init(&seen.text, SEEN_MAX);
	for (piece = 1; piece <= len + 1; piece++) {
		st = split(r->text, len, piece, &seen);
		assert_true(st == ST_INVALID || st == ST_TOOBIG);
		if (seen.why.kind != r->kind ||
		    strcmp(seen.why.detail, r->detail) != 0)
			fail_msg("%s in pieces of %zu: %s", r->text, piece,
			    seen.why.detail);
		assert_string_equal(seen.text.data, r->seen);
	}
	buf_fini(&seen.text);
}

static void
what_is_no_object_is_refused(void **state)
{
	static const char *const texts[] = { "[]", "1", "1e999", " -", "\"a\"",
	    "null", "[1e999]", "truely", "\n\t[{}]" };
	struct refusal r = { .kind = PROBLEM_INVALID,
	    .detail = "not an object", .seen = "" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		r.text = texts[i];
		refuse(&r);
	}
}

static void
faults_are_named_and_end_it(void **state)
{
	static const struct refusal refusals[] = {
		{ "", PROBLEM_BAD_JSON,
		    "truncated (the text ends early) at byte 0", "" },
		{ "{\"a\":1", PROBLEM_BAD_JSON,
		    "truncated (the text ends early) at byte 6", "" },
		{ "{\"a\":[1,2", PROBLEM_BAD_JSON,
		    "truncated (the text ends early) at byte 9", "a=[;a+1;" },
		{ "{\"a\":1}x", PROBLEM_BAD_JSON,
		    "trailing-data (something after the value) at byte 7",
		    "a=1;" },
		{ "{\"a\":1,\"a\":2}", PROBLEM_BAD_JSON,
		    "duplicate-name (a name twice in one object) at byte 7",
		    "a=1;" },
		{ "{\"a\":[1,1e999,3]}", PROBLEM_BAD_JSON,
		    "number-range (a number past all doubles) at byte 8",
		    "a=[;a+1;" },
		{ "{\"a\":[[[[[[[[1]]]]]]]]}", PROBLEM_BAD_JSON,
		    "depth (nesting past the limit) at byte 12", "a=[;" },
		{ "{\"a\":[\"\\u0000\"]}", PROBLEM_BAD_JSON,
		    "nul-escape (an escaped NUL) at byte 7", "a=[;" },
		{ "{\"a\":[\"\xff\"]}", PROBLEM_BAD_JSON,
		    "utf-8 (invalid UTF-8) at byte 7", "a=[;" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(refusals); i++)
		refuse(&refusals[i]);
}

static void
value_past_the_limit_is_refused(void **state)
{
	char text[VALUE_MAX + 32];
	const struct refusal r = { text, PROBLEM_TOO_LARGE,
	    "a: a value of more than 64 bytes", "a=[;" };
	struct seen seen = { .stop_at = NULL };

	(void)state;
	(void)snprintf(text, sizeof(text), "{\"a\":[\"%0*d\"]}",
	    VALUE_MAX - 2, 0);
	buf_init(&seen.text, SEEN_MAX);
	assert_int_equal(split(text, strlen(text), PIECE_ALL, &seen), ST_OK);
	(void)snprintf(text, sizeof(text), "{\"a\":[\"%0*d\"]}",
	    VALUE_MAX - 1, 0);
	refuse(&r);
	buf_fini(&seen.text);
}

static void
refusal_of_the_receiver_ends_it_and_sticks(void **state)
{
	static const char text[] = "{\"a\":1,\"b\":2,\"c\":3}";
	struct seen seen = { .stop_at = "b" };
	size_t piece;

	(void)state;
	buf_init(&seen.text, SEEN_MAX);
	for (piece = 1; piece <= sizeof(text); piece++) {
		assert_int_equal(split(text, sizeof(text) - 1, piece, &seen),
		    ST_DENIED);
		assert_string_equal(seen.text.data, "a=1;b=2;");
	}
	buf_fini(&seen.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_come_whole_and_arrays_by_element),
		cmocka_unit_test(strings_hide_what_looks_like_structure),
		cmocka_unit_test(white_space_between_tokens_is_dropped),
		cmocka_unit_test(
		    long_string_comes_in_pieces_before_its_element),
		cmocka_unit_test(long_string_may_pass_the_limit),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(faults_are_named_and_end_it),
		cmocka_unit_test(value_past_the_limit_is_refused),
		cmocka_unit_test(refusal_of_the_receiver_ends_it_and_sticks),
	};

	return cmocka_run_group_tests_name("json_split", tests, NULL, NULL);
}
