#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
empty_buffer_is_a_string(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	assert_string_equal(b.data, "");
	assert_int_equal(b.len, 0);
	assert_int_equal(buf_status(&b), ST_OK);
	buf_fini(&b);
}

static void
appends_follow_each_other(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	buf_adds(&b, "one");
	buf_addc(&b, ' ');
	buf_add(&b, "two+", 3);
	buf_addf(&b, " %d%s", 3, "!");
	assert_string_equal(b.data, "one two 3!");
	assert_int_equal(b.len, 10);
	buf_fini(&b);
}

static void
grows_to_its_limit_and_no_further(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 5000);
	for (i = 0; i < 5000; i++)
		buf_addc(&b, (char)('a' + i % 26));
	assert_int_equal(buf_status(&b), ST_OK);
	assert_int_equal(b.len, 5000);
	for (i = 0; i < 5000; i++)
		assert_int_equal(b.data[i], 'a' + i % 26);
	assert_int_equal(b.data[5000], '\0');
	buf_addc(&b, 'x');
	assert_int_equal(buf_status(&b), ST_TOOBIG);
	assert_int_equal(b.len, 5000);
	buf_fini(&b);
}

static void
first_failure_sticks(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	buf_adds(&b, "abc");
	buf_adds(&b, "de");
	buf_adds(&b, "f");		/* would fit, but comes after a failure */
	assert_int_equal(buf_status(&b), ST_TOOBIG);
	assert_string_equal(b.data, "abc");
	buf_fail(&b, ST_IO);
	assert_int_equal(buf_status(&b), ST_TOOBIG);
	buf_fini(&b);
}

static void
formatted_text_is_added_whole_or_not_at_all(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 6);
	buf_adds(&b, "ab");
	buf_addf(&b, "%s", "cdef");
	assert_string_equal(b.data, "abcdef");
	buf_truncate(&b, 2);
	buf_addf(&b, "%s", "cdefg");
	assert_int_equal(buf_status(&b), ST_TOOBIG);
	assert_string_equal(b.data, "ab");
	buf_fini(&b);
}

static void
reset_forgets_content_and_failure(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4);
	buf_adds(&b, "abcd");
	buf_fail(&b, ST_INVALID);
	buf_reset(&b);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_string_equal(b.data, "");
	buf_adds(&b, "efgh");
	assert_string_equal(b.data, "efgh");
	buf_fini(&b);
}

static void
truncate_keeps_the_failure_and_never_lengthens(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_adds(&b, "abcd");
	buf_truncate(&b, 9);
	assert_int_equal(b.len, 4);
	buf_fail(&b, ST_INVALID);
	buf_truncate(&b, 1);
	assert_string_equal(b.data, "a");
	assert_int_equal(buf_status(&b), ST_INVALID);
	buf_fini(&b);
}

static void
nul_bytes_are_content(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_add(&b, "a\0b", 3);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "a\0b", 4);
	buf_fini(&b);
}

static void
fini_leaves_a_usable_buffer(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 3);
	buf_adds(&b, "abc");
	buf_fini(&b);
	assert_string_equal(b.data, "");
	buf_adds(&b, "xyz");
	assert_string_equal(b.data, "xyz");
	buf_adds(&b, "w");
	assert_int_equal(buf_status(&b), ST_TOOBIG);
	buf_fini(&b);
}

static void
boundless_limit_does_not_overflow(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, SIZE_MAX);
	buf_adds(&b, "a");
	buf_add(&b, "b", SIZE_MAX - 1);
	assert_int_equal(buf_status(&b), ST_TOOBIG);
	assert_string_equal(b.data, "a");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_buffer_is_a_string),
		cmocka_unit_test(appends_follow_each_other),
		cmocka_unit_test(grows_to_its_limit_and_no_further),
		cmocka_unit_test(first_failure_sticks),
		cmocka_unit_test(formatted_text_is_added_whole_or_not_at_all),
		cmocka_unit_test(reset_forgets_content_and_failure),
		cmocka_unit_test(truncate_keeps_the_failure_and_never_lengthens),
		cmocka_unit_test(nul_bytes_are_content),
		cmocka_unit_test(fini_leaves_a_usable_buffer),
		cmocka_unit_test(boundless_limit_does_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
