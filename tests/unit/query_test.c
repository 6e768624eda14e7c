#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/query.h"

#define N31	"abcdefghijklmnopqrstuvwxyz01234"

/* What the tests want: two names, one with little room, and a long name. */
struct wanted {
	char			since[32];
	char			feed[5];
	char			lengthy[8];
	struct query_field	fields[3];
};

static void
want(struct wanted *w)
{
	memset(w, 'x', sizeof(*w));
	w->fields[0] = (struct query_field){ "since", w->since, 32, true };
	w->fields[1] = (struct query_field){ "feed", w->feed, 5, true };
	w->fields[2] = (struct query_field){ N31, w->lengthy, 8, true };
}

static enum status
parse(const char *text, size_t len, size_t piece, struct wanted *w)
{
	struct query q;

	want(w);
	query_init(&q, w->fields, 3);
	FEED_PIECES(query_feed, &q, text, len, piece);
	return query_end(&q);
}

/* NULL stands for "not seen". */
static void
expect_field(const struct query_field *f, const char *value)
{
	assert_int_equal(f->seen, value != NULL);
	assert_string_equal(f->dst, value ? value : "");
}

static void
expect(const char *text, const char *since, const char *feed)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct wanted w;
	size_t k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		if (parse(text, strlen(text), sizes[k], &w))
			fail_msg("refused: %s", text);
		expect_field(&w.fields[0], since);
		expect_field(&w.fields[1], feed);
	}
	want(&w);
	assert_int_equal(query_parse(text, w.fields, 3), ST_OK);
	expect_field(&w.fields[0], since);
}

static void
expect_refused(const char *text, size_t len)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct wanted w;
	size_t i, k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		if (parse(text, len, sizes[k], &w) != ST_INVALID)
			fail_msg("taken: %s", text);
		for (i = 0; i < 3; i++)
			expect_field(&w.fields[i], NULL);
	}
}

static void
wanted_values_are_found(void **state)
{
	(void)state;
	expect("", NULL, NULL);
	expect("since=now", "now", NULL);
	expect("since=a-1&feed=poll", "a-1", "poll");
	expect("feed=poll&since=a-1", "a-1", "poll");
	expect("since=", "", NULL);
	expect("since", "", NULL);
	expect("since&feed", "", "");
	expect("since=a=b==", "a=b==", NULL);
}

static void
unknown_names_are_passed_over(void **state)
{
	(void)state;
	expect("x=1&since=2&y", "2", NULL);
	expect("sinc=1&since2=2&Since=3&=4", NULL, NULL);
	expect("x=1&x=2&since=3", "3", NULL);
}

static void
empty_pairs_are_no_pairs(void **state)
{
	(void)state;
	expect("&&since=1&&feed=2&", "1", "2");
	expect("&", NULL, NULL);
}

static void
escapes_and_plus_are_decoded(void **state)
{
	(void)state;
	expect("since=a+b%20c%2Bd%2bd", "a b c+d+d", NULL);
	expect("%73ince=1", "1", NULL);
	expect("since=%26%3D%25", "&=%", NULL);
	expect("since%3D=1", NULL, NULL);
	expect("since=%C3%A9%f0%9f%98%80", "\xc3\xa9\xf0\x9f\x98\x80", NULL);
	expect("since=\xc3\xa9", "\xc3\xa9", NULL);
	expect("since=%0A", "\n", NULL);
}

static void
broken_escapes_are_refused(void **state)
{
	static const char *const bad[] = {
		"since=%", "since=%4", "since=%4&feed=1", "since=%zz",
		"since=%4z", "since=%%41", "since=%+1", "%", "%4=x", "%=x",
		"x=%", "x=%g0", "since=%u0041", "%&since=1",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_refused(bad[i], strlen(bad[i]));
}

static void
nul_control_and_space_are_refused(void **state)
{
	(void)state;
	expect_refused("since=%00", 9);
	expect_refused("since=a%00b", 11);
	expect_refused("x%00=1", 6);
	expect_refused("since=a\0b", 9);
	expect_refused("since=a b", 9);
	expect_refused("since=a\nb", 9);
	expect_refused("since=a\x7f", 8);
	expect_refused("\tsince=a", 8);
}

static void
what_is_no_utf8_is_refused(void **state)
{
	static const char *const bad[] = {
		"since=%ff", "since=%c3", "since=%c3&feed=%a9", "x=%c3%28",
		"since=%c0%80", "since=%ed%a0%80", "since=%f4%90%80%80",
		"%c3=%a9", "x=\xc3", "\xff", "since=%e2%82",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_refused(bad[i], strlen(bad[i]));
}

static void
wanted_name_twice_is_refused(void **state)
{
	(void)state;
	expect_refused("since=1&since=1", 15);
	expect_refused("since=1&feed=2&%73ince", 22);
	expect_refused("since&since", 11);
}

static void
value_fills_its_buffer_and_no_more(void **state)
{
	(void)state;
	expect("feed=abcd", NULL, "abcd");
	expect_refused("feed=abcde", 10);
	expect_refused("feed=abc%41d", 12);
}

static void
longest_wanted_name_is_31_bytes(void **state)
{
	struct wanted w;

	(void)state;
	assert_int_equal(parse(N31 "=1", 33, 1, &w), ST_OK);
	expect_field(&w.fields[2], "1");
	assert_int_equal(parse(N31 "5=1", 34, 1, &w), ST_OK);
	expect_field(&w.fields[2], NULL);
	assert_int_equal(parse(N31 "56789=1", 38, 1, &w), ST_OK);
	expect_field(&w.fields[2], NULL);
}

static void
thirty_two_pairs_are_the_most(void **state)
{
	char text[40 * 4 + 1];
	size_t i;

	(void)state;
	for (i = 0; i < 40; i++)
		memcpy(text + 4 * i, "a=b&", 5);
	memcpy(text + 4 * 31, "feed=x", 7);
	expect(text, NULL, "x");
	memcpy(text + 4 * 31, "a=b&feed=x", 11);
	expect_refused(text, strlen(text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wanted_values_are_found),
		cmocka_unit_test(unknown_names_are_passed_over),
		cmocka_unit_test(empty_pairs_are_no_pairs),
		cmocka_unit_test(escapes_and_plus_are_decoded),
		cmocka_unit_test(broken_escapes_are_refused),
		cmocka_unit_test(nul_control_and_space_are_refused),
		cmocka_unit_test(what_is_no_utf8_is_refused),
		cmocka_unit_test(wanted_name_twice_is_refused),
		cmocka_unit_test(value_fills_its_buffer_and_no_more),
		cmocka_unit_test(longest_wanted_name_is_31_bytes),
		cmocka_unit_test(thirty_two_pairs_are_the_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
