#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/cookie.h"

#define NAME	"nw-0a1b2c3d"
#define V64	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"

/* `value` counts only for ST_OK; it is "" otherwise. */
static void
expect_bytes(const char *header, size_t len, enum status st, const char *value)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct cookie k;
	enum status got;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		cookie_init(&k, NAME);
		FEED_PIECES(cookie_feed, &k, header, len, sizes[i]);
		got = cookie_end(&k);
		if (got != st)
			fail_msg("%s: %s", header, status_name(got));
		assert_string_equal(k.value, st ? "" : value);
	}
}

static void
expect(const char *header, enum status st, const char *value)
{
	struct cookie k;

	expect_bytes(header, strlen(header), st, value);
	assert_int_equal(cookie_parse(header, NAME, &k), st);
	assert_string_equal(k.value, st ? "" : value);
}

static void
cookie_is_found_among_others(void **state)
{
	(void)state;
	expect(NAME "=abc", ST_OK, "abc");
	expect("a=1; " NAME "=abc", ST_OK, "abc");
	expect(NAME "=abc; a=1", ST_OK, "abc");
	expect("a=1;" NAME "=abc;b=2", ST_OK, "abc");
	expect("a=1; \t " NAME "=abc \t; b=2", ST_OK, "abc");
	expect(NAME "=a=b==", ST_OK, "a=b==");
	expect(NAME "=", ST_OK, "");
	expect(NAME "=; a=1", ST_OK, "");
}

static void
missing_cookie_is_not_found(void **state)
{
	(void)state;
	expect("", ST_NOTFOUND, "");
	expect("a=1; b=2", ST_NOTFOUND, "");
	expect(NAME, ST_NOTFOUND, "");
	expect(NAME "; a=1", ST_NOTFOUND, "");
	expect("; ;;", ST_NOTFOUND, "");
}

static void
names_are_compared_exactly(void **state)
{
	(void)state;
	expect("NW-0A1B2C3D=x", ST_NOTFOUND, "");
	expect(NAME "e=x", ST_NOTFOUND, "");
	expect("nw-0a1b2c3=x", ST_NOTFOUND, "");
	expect("x" NAME "=x", ST_NOTFOUND, "");
	expect("__Host-" NAME "=x", ST_NOTFOUND, "");
	expect(NAME " =x", ST_NOTFOUND, "");
	expect("=" NAME "=x", ST_NOTFOUND, "");
	expect("a=" NAME "=x", ST_NOTFOUND, "");
	expect(NAME "e=x; " NAME "=y", ST_OK, "y");
}

static void
others_may_look_as_they_like(void **state)
{
	(void)state;
	expect("a=\"x, y\\\"; " NAME "=abc", ST_OK, "abc");
	expect("{json: [1]}; " NAME "=abc; \xff\xfe=\xc3", ST_OK, "abc");
	expect("=; ==; a; =b; " NAME "=abc", ST_OK, "abc");
	expect("a b=c d; " NAME "=abc;", ST_OK, "abc");
}

static void
name_twice_takes_neither(void **state)
{
	(void)state;
	expect(NAME "=abc; " NAME "=abc", ST_INVALID, "");
	expect(NAME "=abc; a=1; " NAME "=", ST_INVALID, "");
	expect(NAME "=; " NAME "=abc", ST_INVALID, "");
}

static void
control_bytes_are_refused_anywhere(void **state)
{
	(void)state;
	expect_bytes(NAME "=a\0b", 15, ST_INVALID, "");
	expect("a=\x01; " NAME "=abc", ST_INVALID, "");
	expect(NAME "=abc; a=\r\n", ST_INVALID, "");
	expect("a\x7f=1", ST_INVALID, "");
	expect("\n" NAME "=abc", ST_INVALID, "");
	expect(NAME "=abc;\x1f;b=1", ST_INVALID, "");
}

static void
malformed_value_is_refused(void **state)
{
	(void)state;
	expect(NAME "=\"abc\"", ST_INVALID, "");
	expect(NAME "=a,b", ST_INVALID, "");
	expect(NAME "=a\\b", ST_INVALID, "");
	expect(NAME "=a b", ST_INVALID, "");
	expect(NAME "=\xc3\xa9", ST_INVALID, "");
	expect(NAME "=a b; " NAME "=c", ST_INVALID, "");
}

static void
value_of_128_is_the_longest(void **state)
{
	(void)state;
	expect(NAME "=" V64 V64, ST_OK, V64 V64);
	expect(NAME "=" V64 V64 "x", ST_INVALID, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cookie_is_found_among_others),
		cmocka_unit_test(missing_cookie_is_not_found),
		cmocka_unit_test(names_are_compared_exactly),
		cmocka_unit_test(others_may_look_as_they_like),
		cmocka_unit_test(name_twice_takes_neither),
		cmocka_unit_test(control_bytes_are_refused_anywhere),
		cmocka_unit_test(malformed_value_is_refused),
		cmocka_unit_test(value_of_128_is_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
