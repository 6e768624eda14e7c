#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/range.h"

#define HUGE	"99999999999999999999"

static enum status
parse(const char *text, size_t len, size_t piece, struct range *r)
{
	range_init(r);
	FEED_PIECES(range_feed, r, text, len, piece);
	return range_end(r);
}

/* Of something of `size` bytes. */
static void
expect(const char *header, int64_t size, enum range_part part, int64_t from,
    int64_t to)
{
	static const size_t sizes[] = PIECE_SIZES;
	int64_t got_from, got_to;
	struct range r;
	size_t k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		if (parse(header, strlen(header), sizes[k], &r))
			fail_msg("refused: %s", header);
		if (range_of(&r, size, &got_from, &got_to) != part)
			fail_msg("another part: %s", header);
		assert_int_equal(got_from, from);
		assert_int_equal(got_to, to);
	}
}

static void
one_range_is_a_part(void **state)
{
	(void)state;
	expect("bytes=0-499", 10000, RANGE_PART, 0, 499);
	expect("bytes=500-999", 10000, RANGE_PART, 500, 999);
	expect("bytes=9500-", 10000, RANGE_PART, 9500, 9999);
	expect("bytes=-500", 10000, RANGE_PART, 9500, 9999);
	expect("bytes=0-0", 10000, RANGE_PART, 0, 0);
	expect("bytes=-1", 10000, RANGE_PART, 9999, 9999);
	expect("bytes=0-", 10000, RANGE_PART, 0, 9999);
	expect("BYTES= , 1-2 ,", 10000, RANGE_PART, 1, 2);
}

static void
what_reaches_past_the_end_is_cut(void **state)
{
	(void)state;
	expect("bytes=0-10000", 10000, RANGE_PART, 0, 9999);
	expect("bytes=9999-" HUGE, 10000, RANGE_PART, 9999, 9999);
	expect("bytes=-20000", 10000, RANGE_PART, 0, 9999);
	expect("bytes=-" HUGE, 10000, RANGE_PART, 0, 9999);
}

static void
what_begins_past_the_end_is_nothing(void **state)
{
	(void)state;
	expect("bytes=10000-", 10000, RANGE_NOTHING, 0, 9999);
	expect("bytes=10000-10001", 10000, RANGE_NOTHING, 0, 9999);
	expect("bytes=" HUGE "-" HUGE, 10000, RANGE_NOTHING, 0, 9999);
	expect("bytes=-0", 10000, RANGE_NOTHING, 0, 9999);
	expect("bytes=0-", 0, RANGE_NOTHING, 0, -1);
}

static void
several_ranges_are_the_whole(void **state)
{
	(void)state;
	expect("bytes=0-1,5-9", 10, RANGE_WHOLE, 0, 9);
	expect("bytes=0-1, -2", 10, RANGE_WHOLE, 0, 9);
	expect("bytes=100-,200-,300-", 10, RANGE_WHOLE, 0, 9);
	expect("bytes=-1", 0, RANGE_WHOLE, 0, -1);
}

static void
what_is_no_byte_range_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "bytes", "bytes=", "bytes= ", "bytes=,", "bytes=-",
		"bytes=--1", "bytes=1", "bytes=1--2", "bytes=2-1", "bytes=a-b",
		"bytes=1-2-3", "bytes=1-2 3-4", "bytes=1- 2", "bytes=1 -2",
		"bytes=+1-2", "bytes=1-2;", "items=0-1", " bytes=0-1",
		"bytes =0-1", "bytes:0-1", "bytes=0x1-2", "bytes=0-1,5-3",
		"bytes=0-1,x", "bytes=0-1,5", "bytes=- 1",
	};
	static const size_t sizes[] = PIECE_SIZES;
	struct range r;
	size_t i, k;
	int64_t from, to;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			if (parse(bad[i], strlen(bad[i]), sizes[k], &r) == ST_OK)
				fail_msg("taken: %s", bad[i]);
			assert_int_equal(range_of(&r, 10, &from, &to),
			    RANGE_WHOLE);
		}
	assert_int_equal(parse("bytes=0-1\0", 10, 1, &r), ST_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_range_is_a_part),
		cmocka_unit_test(what_reaches_past_the_end_is_cut),
		cmocka_unit_test(what_begins_past_the_end_is_nothing),
		cmocka_unit_test(several_ranges_are_the_whole),
		cmocka_unit_test(what_is_no_byte_range_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
