#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

struct moment {
	const char	*text;
	int64_t		 ms;
};

static const struct moment moments[] = {
	{ "1970-01-01T00:00:00.000Z", 0 },
	{ "1970-01-01T00:00:00.001Z", 1 },
	{ "1969-12-31T23:59:59.999Z", -1 },
	{ "2000-02-29T12:34:56.789Z", INT64_C(951827696789) },
	{ "2026-01-31T23:59:59.123Z", INT64_C(1769903999123) },
	{ "2100-03-01T00:00:00.000Z", INT64_C(4107542400000) },
	{ "0000-01-01T00:00:00.000Z", INT64_C(-62167219200000) },
	{ "9999-12-31T23:59:59.999Z", INT64_C(253402300799999) },
};

#define MOMENTS	(sizeof(moments) / sizeof(moments[0]))

static void
times_are_written_as_rfc3339(void **state)
{
	char text[CLOCK_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < MOMENTS; i++) {
		clock_rfc3339(moments[i].ms, text);
		assert_string_equal(text, moments[i].text);
	}
}

static void
times_are_read_back(void **state)
{
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < MOMENTS; i++) {
		assert_int_equal(clock_parse_rfc3339(moments[i].text, &ms),
		    ST_OK);
		assert_true(ms == moments[i].ms);
	}
}

static void
every_day_of_four_centuries_comes_back(void **state)
{
	const int64_t day = INT64_C(86400000);
	char text[CLOCK_TEXT];
	int64_t i, ms;

	(void)state;
	for (i = -146097 / 2; i < 146097 / 2; i++) {
		clock_rfc3339(i * day + 5, text);
		assert_int_equal(clock_parse_rfc3339(text, &ms), ST_OK);
		assert_true(ms == i * day + 5);
	}
}

static void
fractions_may_be_missing_short_or_long(void **state)
{
	static const struct moment cases[] = {
		{ "1970-01-01T00:00:01Z", 1000 },
		{ "1970-01-01T00:00:01.5Z", 1500 },
		{ "1970-01-01T00:00:01.25Z", 1250 },
		{ "1970-01-01T00:00:01.123456789Z", 1123 },
	};
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(clock_parse_rfc3339(cases[i].text, &ms), ST_OK);
		assert_true(ms == cases[i].ms);
	}
}

static void
everything_else_is_refused(void **state)
{
	static const char *const bad[] = { "", "now", "2026-01-31",
	    "2026-01-31T23:59:59", "2026-01-31T23:59:59+00:00",
	    "2026-01-31t23:59:59Z", "2026-01-31T23:59:59z",
	    "2026-01-31 23:59:59Z", "2026-1-31T23:59:59Z",
	    "2026-00-31T23:59:59Z", "2026-13-01T23:59:59Z",
	    "2026-01-00T23:59:59Z", "2026-01-32T23:59:59Z",
	    "2026-02-29T23:59:59Z", "2100-02-29T23:59:59Z",
	    "2026-04-31T23:59:59Z", "2026-01-31T24:00:00Z",
	    "2026-01-31T23:60:00Z", "2026-01-31T23:59:60Z",
	    "2026-01-31T23:59:59.Z", "2026-01-31T23:59:59.1234567890Z",
	    "2026-01-31T23:59:59Z ", " 2026-01-31T23:59:59Z",
	    "-026-01-31T23:59:59Z", "12026-01-31T23:59:59Z" };
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ms = 7;
		assert_int_equal(clock_parse_rfc3339(bad[i], &ms), ST_INVALID);
		assert_true(ms == 0);
	}
}

static void
clocks_move_forward(void **state)
{
	int64_t mono = clock_mono_ms(), start = mono;
	int64_t wall = clock_wall_ms();

	(void)state;
	assert_true(wall > INT64_C(1700000000000));
	while (mono == start) {
		mono = clock_mono_ms();
		assert_true(mono >= start);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_written_as_rfc3339),
		cmocka_unit_test(times_are_read_back),
		cmocka_unit_test(every_day_of_four_centuries_comes_back),
		cmocka_unit_test(fractions_may_be_missing_short_or_long),
		cmocka_unit_test(everything_else_is_refused),
		cmocka_unit_test(clocks_move_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
