#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void
copy_fits_exactly_or_leaves_nothing(void **state)
{
	char dst[4] = "zzz";

	(void)state;
	assert_int_equal(str_copy(dst, sizeof(dst), "abc"), ST_OK);
	assert_string_equal(dst, "abc");
	assert_int_equal(str_copy(dst, sizeof(dst), "abcd"), ST_TOOBIG);
	assert_string_equal(dst, "");
}

static void
numbers_are_digits_only(void **state)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "01",
	    "00", "0x1", "1e3", "1.0", "\xd9\xa1" };
	uint64_t v;
	size_t i;

	(void)state;
	assert_int_equal(str_uint("0", 9, &v), ST_OK);
	assert_int_equal(v, 0);
	assert_int_equal(str_uint("120", 500, &v), ST_OK);
	assert_int_equal(v, 120);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		v = 7;
		assert_int_equal(str_uint(bad[i], 1000, &v), ST_INVALID);
		assert_int_equal(v, 0);
	}
}

static void
numbers_keep_their_maximum(void **state)
{
	uint64_t v;

	(void)state;
	assert_int_equal(str_uint("255", 255, &v), ST_OK);
	assert_int_equal(str_uint("256", 255, &v), ST_INVALID);
	assert_int_equal(str_uint("3", 2, &v), ST_INVALID);
	assert_int_equal(str_uint("18446744073709551615", UINT64_MAX, &v),
	    ST_OK);
	assert_true(v == UINT64_MAX);
	assert_int_equal(str_uint("18446744073709551616", UINT64_MAX, &v),
	    ST_INVALID);
	assert_int_equal(str_uint("99999999999999999999999", UINT64_MAX, &v),
	    ST_INVALID);
}

static void
ids_are_22_of_base64url(void **state)
{
	(void)state;
	assert_true(str_is_id("ABCxyz0189_-ABCxyz0189"));
	assert_false(str_is_id(""));
	assert_false(str_is_id("ABCxyz0189_-ABCxyz018"));
	assert_false(str_is_id("ABCxyz0189_-ABCxyz01890"));
	assert_false(str_is_id("ABCxyz0189_+ABCxyz0189"));
	assert_false(str_is_id("ABCxyz0189_/ABCxyz0189"));
	assert_false(str_is_id("ABCxyz0189_=ABCxyz0189"));
	assert_false(str_is_id("ABCxyz0189_\nABCxyz0189"));
	assert_false(str_is_id("ABCxyz0189_-ABCxyz0189\n"));
	assert_false(str_is_id("ABCxyz0189_-ABCxyz0189="));
}

struct utf8_case {
	const char	*bytes;
	size_t		 n;
};

#define CASE(s)	{ s, sizeof(s) - 1 }

static void
utf8_takes_every_length_at_its_edges(void **state)
{
	static const struct utf8_case good[] = {
		CASE(""), CASE("a\0b"), CASE("\x7f"),
		CASE("\xc2\x80"), CASE("\xdf\xbf"),
		CASE("\xe0\xa0\x80"), CASE("\xed\x9f\xbf"),
		CASE("\xee\x80\x80"), CASE("\xef\xbf\xbf"),
		CASE("\xf0\x90\x80\x80"), CASE("\xf4\x8f\xbf\xbf"),
		CASE("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"),
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(str_is_utf8(good[i].bytes, good[i].n));
}

static void
utf8_refuses_long_forms_surrogates_and_pieces(void **state)
{
	static const struct utf8_case bad[] = {
		CASE("\x80"), CASE("\xbf"), CASE("\xc0\x80"), CASE("\xc1\xbf"),
		CASE("\xe0\x9f\xbf"), CASE("\xf0\x8f\xbf\xbf"),
		CASE("\xed\xa0\x80"), CASE("\xed\xbf\xbf"),
		CASE("\xf4\x90\x80\x80"), CASE("\xf5\x80\x80\x80"),
		CASE("\xff"), CASE("\xfe"),
		CASE("\xc3"), CASE("\xe2\x82"), CASE("\xf0\x9f\x98"),
		CASE("\xc3""a"), CASE("\xe2\x82""a"), CASE("\xe2""a\x82"),
		CASE("\xf0\x9f\x98""a"), CASE("ok\xc3\xa9\x80"),
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(str_is_utf8(bad[i].bytes, bad[i].n));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copy_fits_exactly_or_leaves_nothing),
		cmocka_unit_test(numbers_are_digits_only),
		cmocka_unit_test(numbers_keep_their_maximum),
		cmocka_unit_test(ids_are_22_of_base64url),
		cmocka_unit_test(utf8_takes_every_length_at_its_edges),
		cmocka_unit_test(utf8_refuses_long_forms_surrogates_and_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
