#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cursor.h"

static void
cursors_come_back_from_their_text(void **state)
{
	static const int64_t seqs[] = { 0, 1, 9, 10, 123456789, INT64_MAX };
	struct cursor c = { .epoch = "a0z9bcde" }, back;
	char text[CURSOR_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(seqs) / sizeof(seqs[0]); i++) {
		c.seq = seqs[i];
		cursor_format(&c, text);
		assert_int_equal(cursor_parse(text, &back), ST_OK);
		assert_string_equal(back.epoch, c.epoch);
		assert_true(back.seq == c.seq);
	}
	assert_string_equal(text, "a0z9bcde-9223372036854775807");
}

static void
two_are_equal_in_both_parts(void **state)
{
	const struct cursor a = { "abcdefgh", 7 }, same = { "abcdefgh", 7 },
	    later = { "abcdefgh", 8 }, other = { "abcdefgi", 7 };

	(void)state;
	assert_true(cursor_equal(&a, &same));
	assert_false(cursor_equal(&a, &later));
	assert_false(cursor_equal(&a, &other));
}

static void
anything_else_is_refused_and_leaves_zeros(void **state)
{
	static const char *const bad[] = { "", "0", "now", "-1", "abcdefgh",
	    "abcdefgh-", "abcdefg-1", "abcdefghi-1", "abcdefgH-1",
	    "abcdefgh-01", "abcdefgh--1", "abcdefgh-+1", "abcdefgh-1 ",
	    " abcdefgh-1", "abcdefgh_1", "abcdefgh-1-2",
	    "abcdefgh-9223372036854775808", "abcd\nfgh-1" };
	static const struct cursor zero;
	struct cursor c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&c, 'x', sizeof(c));
		assert_int_equal(cursor_parse(bad[i], &c), ST_INVALID);
		assert_string_equal(c.epoch, "");
		assert_true(c.seq == zero.seq);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cursors_come_back_from_their_text),
		cmocka_unit_test(two_are_equal_in_both_parts),
		cmocka_unit_test(anything_else_is_refused_and_leaves_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
