#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "notewired/hub/ring.h"

#define MAX	4096

/* A frame's bytes tell its number. */
static void
make_frame(uint64_t number, size_t len, char *out)
{
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = (char)('a' + (number + i) % 26);
}

static void
put(struct ring *r, size_t len, int64_t seq)
{
	char bytes[MAX];
	uint64_t first;

	make_frame(r->next, len, bytes);
	assert_int_equal(ring_reserve(r, len, &first), ST_OK);
	ring_put(r, bytes, len, seq);
	assert_true(r->first <= first);
}

static void
frame_is_whole(const struct ring *r, uint64_t number, size_t len)
{
	char expected[MAX];
	const char *got;
	size_t got_len;

	make_frame(number, len, expected);
	got = ring_frame(r, number, &got_len);
	assert_int_equal(got_len, len);
	assert_memory_equal(got, expected, len);
}

static void
frames_stay_whole_however_they_lie(void **state)
{
	static const size_t lens[] = { 1, 700, 33, 4096, 512, 1300, 2, 999 };
	static size_t kept[20000];
	struct ring r;
	uint64_t i, k;

	(void)state;
	ring_init(&r, MAX, 0);
	for (i = 0; i < 20000; i++) {
		kept[i] = lens[(i * 7 + i / 9) % 8];
		put(&r, kept[i], (int64_t)i + 1);
		assert_int_equal(r.next, i + 1);
		for (k = r.first; k < r.next; k++)
			frame_is_whole(&r, k, kept[k]);
		assert_true(r.cap <= MAX);
	}
	ring_fini(&r);
}

static void
nothing_goes_while_the_memory_may_grow(void **state)
{
	struct ring r;
	int i;

	(void)state;
	ring_init(&r, (size_t)1 << 20, 0);
	for (i = 0; i < 1000; i++)
		put(&r, 1000, i + 1);
	assert_int_equal(r.first, 0);
	for (i = 0; i < 100; i++)
		put(&r, 1000, 1001 + i);
	assert_true(r.first > 0 && r.first < 110);
	ring_fini(&r);
}

static void
what_will_go_is_told_before(void **state)
{
	struct ring r;
	uint64_t first;
	int i;

	(void)state;
	ring_init(&r, MAX, 10);
	for (i = 0; i < 4; i++)
		put(&r, 1000, 11 + i);
	assert_int_equal(ring_reserve(&r, 2000, &first), ST_OK);
	assert_int_equal(first, 2);
	assert_int_equal(r.first, 0);		/* nothing is gone yet */
	assert_int_equal(ring_seq(&r, 0), 10);
	assert_int_equal(ring_seq(&r, 1), 11);
	ring_fini(&r);
}

static void
too_large_a_frame_changes_nothing(void **state)
{
	struct ring r;
	uint64_t first;

	(void)state;
	ring_init(&r, MAX, 0);
	put(&r, 100, 1);
	assert_int_equal(ring_reserve(&r, MAX + 1, &first), ST_TOOBIG);
	assert_int_equal(first, 0);
	frame_is_whole(&r, 0, 100);
	ring_fini(&r);
}

static void
a_place_in_the_log_is_found(void **state)
{
	struct ring r;
	uint64_t frame;

	(void)state;
	ring_init(&r, MAX, 5);
	assert_true(ring_find(&r, 5, &frame));	/* empty: at its end */
	assert_int_equal(frame, 0);
	assert_false(ring_find(&r, 4, &frame));
	assert_false(ring_find(&r, 6, &frame));
	put(&r, 10, 6);
	put(&r, 10, 0);				/* no change: a signal */
	put(&r, 10, 7);
	put(&r, 10, 0);
	assert_true(ring_find(&r, 5, &frame));
	assert_int_equal(frame, 0);
	assert_true(ring_find(&r, 6, &frame));	/* old signals are passed over */
	assert_int_equal(frame, 2);
	assert_true(ring_find(&r, 7, &frame));
	assert_int_equal(frame, 4);
	assert_false(ring_find(&r, 4, &frame));
	assert_false(ring_find(&r, 8, &frame));
	assert_int_equal(ring_seq(&r, 2), 6);
	assert_int_equal(ring_seq(&r, 4), 7);
	ring_fini(&r);
}

/* All frames from one on, span by span, are the frames one by one. */
static void
spans_have_every_byte_once(void **state)
{
	struct iovec piece[2];
	const char *frame;
	char bytes[MAX];
	struct ring r;
	uint64_t i, at, to;
	size_t k, len;
	int n, j;

	(void)state;
	ring_init(&r, MAX, 0);
	for (i = 0; i < 3000; i++) {
		put(&r, 1 + i * 37 % 700, (int64_t)i + 1);
		for (at = r.first; at < r.next; at = to) {
			n = ring_span(&r, at, 900, piece, &to);
			assert_true(to > at && n >= 1 && n <= 2);
			for (j = 0, k = 0, len = 0; j < n; j++)
				for (k = 0; k < piece[j].iov_len; k++)
					bytes[len++] =
					    ((char *)piece[j].iov_base)[k];
			assert_true(len <= 900 || to == at + 1);
			for (k = 0; at < to; at++) {
				frame_is_whole(&r, at, 1 + at * 37 % 700);
				frame = ring_frame(&r, at, &len);
				assert_memory_equal(bytes + k, frame, len);
				k += len;
			}
		}
	}
	ring_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_stay_whole_however_they_lie),
		cmocka_unit_test(nothing_goes_while_the_memory_may_grow),
		cmocka_unit_test(what_will_go_is_told_before),
		cmocka_unit_test(too_large_a_frame_changes_nothing),
		cmocka_unit_test(a_place_in_the_log_is_found),
		cmocka_unit_test(spans_have_every_byte_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
