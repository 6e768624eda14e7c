#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "codec/names.h"

static void
refuses_a_name_that_it_holds(void **state)
{
	struct names n;
	struct names_set set;

	(void)state;
	names_init(&n, 1000, 10);
	names_open(&n, &set);
	assert_int_equal(names_add(&n, &set, "a"), ST_OK);
	assert_int_equal(names_add(&n, &set, "b"), ST_OK);
	assert_int_equal(names_add(&n, &set, "a"), ST_CONFLICT);
	assert_int_equal(names_add(&n, &set, "b"), ST_CONFLICT);
	assert_int_equal(names_add(&n, &set, "c"), ST_OK);
	names_fini(&n);
}

static void
tells_prefixes_case_and_emptiness_apart(void **state)
{
	static const char *const all[] = {
		"", "a", "aa", "aaa", "ab", "A", "b", "\x7f", "\xc3\xa4", "aab",
	};
	struct names n;
	struct names_set set;
	size_t i;

	(void)state;
	names_init(&n, 1000, 100);
	names_open(&n, &set);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_int_equal(names_add(&n, &set, all[i]), ST_OK);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_int_equal(names_add(&n, &set, all[i]), ST_CONFLICT);
	names_fini(&n);
}

static void
sets_do_not_see_each_other(void **state)
{
	struct names n;
	struct names_set outer, inner;

	(void)state;
	names_init(&n, 1000, 10);
	names_open(&n, &outer);
	assert_int_equal(names_add(&n, &outer, "a"), ST_OK);
	assert_int_equal(names_add(&n, &outer, "b"), ST_OK);
	names_open(&n, &inner);
	assert_int_equal(names_add(&n, &inner, "b"), ST_OK);
	assert_int_equal(names_add(&n, &inner, "c"), ST_OK);
	names_close(&n, &inner);
	assert_int_equal(names_add(&n, &outer, "c"), ST_OK);
	assert_int_equal(names_add(&n, &outer, "b"), ST_CONFLICT);
	assert_int_equal(names_add(&n, &outer, "c"), ST_CONFLICT);
	names_fini(&n);
}

static void
a_refused_name_takes_no_room(void **state)
{
	struct names n;
	struct names_set set;
	int i;

	(void)state;
	names_init(&n, 8, 2);
	names_open(&n, &set);
	assert_int_equal(names_add(&n, &set, "abc"), ST_OK);
	for (i = 0; i < 10; i++)
		assert_int_equal(names_add(&n, &set, "abc"), ST_CONFLICT);
	assert_int_equal(names_add(&n, &set, "abcde"), ST_OK);
	names_fini(&n);
}

static void
limits_hold_to_the_byte_and_the_name(void **state)
{
	struct names n;
	struct names_set set;

	(void)state;
	names_init(&n, 4, 10);
	names_open(&n, &set);
	assert_int_equal(names_add(&n, &set, "abcd"), ST_OK);
	assert_int_equal(names_add(&n, &set, "e"), ST_TOOBIG);
	names_fini(&n);

	names_init(&n, 100, 2);
	names_open(&n, &set);
	assert_int_equal(names_add(&n, &set, "a"), ST_OK);
	assert_int_equal(names_add(&n, &set, "b"), ST_OK);
	assert_int_equal(names_add(&n, &set, "c"), ST_TOOBIG);
	names_fini(&n);
}

static void
pieces_make_one_name(void **state)
{
	struct names n;
	struct names_set set;

	(void)state;
	names_init(&n, 100, 10);
	names_open(&n, &set);
	names_begin(&n);
	names_put(&n, "ab", 2);
	names_put(&n, "", 0);
	names_put(&n, "c", 1);
	assert_int_equal(names_commit(&n, &set), ST_OK);
	assert_int_equal(names_add(&n, &set, "abc"), ST_CONFLICT);
	assert_int_equal(names_add(&n, &set, "ab"), ST_OK);
	names_fini(&n);
}

/*
 * The longest path that names can make: each parts from the next ones in a
 * byte of its own, and a short name reads as zeros all the way down.
 */
static void
the_worst_names_stay_fast(void **state)
{
	enum { CHAIN = 2000, MORE = 100000 };
	static char text[CHAIN + 2];
	struct names n;
	struct names_set set;
	char name[16];
	int64_t began = clock_mono_ms();
	size_t i;

	(void)state;
	names_init(&n, 8 * 1024 * 1024, CHAIN + MORE + 1);
	names_open(&n, &set);
	for (i = 0; i < CHAIN; i++) {
		text[i] = '\x03';
		assert_int_equal(names_add(&n, &set, text), ST_OK);
		text[i] = '\x02';
	}
	for (i = 0; i < MORE; i++) {
		(void)snprintf(name, sizeof(name), "\x02%zu", i * 2);
		assert_int_equal(names_add(&n, &set, name), ST_OK);
	}
	assert_int_equal(names_add(&n, &set, "\x02\x03"), ST_CONFLICT);
	assert_int_equal(names_add(&n, &set, name), ST_CONFLICT);
	assert_true(clock_mono_ms() - began < 5000);
	names_fini(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_a_name_that_it_holds),
		cmocka_unit_test(tells_prefixes_case_and_emptiness_apart),
		cmocka_unit_test(sets_do_not_see_each_other),
		cmocka_unit_test(a_refused_name_takes_no_room),
		cmocka_unit_test(limits_hold_to_the_byte_and_the_name),
		cmocka_unit_test(pieces_make_one_name),
		cmocka_unit_test(the_worst_names_stay_fast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
