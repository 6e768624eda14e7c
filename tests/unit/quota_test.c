#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notewired/hub/quota.h"

static void
nobody_has_more_than_its_share(void **state)
{
	struct quota q;
	int i;

	(void)state;
	quota_init(&q, 3);
	for (i = 0; i < 3; i++)
		assert_int_equal(quota_take(&q, 7), ST_OK);
	assert_int_equal(quota_take(&q, 7), ST_LIMIT);
	assert_int_equal(quota_take(&q, 8), ST_OK);
	quota_give(&q, 7);
	assert_int_equal(quota_take(&q, 7), ST_OK);
	assert_int_equal(quota_take(&q, 7), ST_LIMIT);
	quota_fini(&q);
}

static void
zero_does_not_count(void **state)
{
	struct quota q;
	int i;

	(void)state;
	quota_init(&q, 1);
	for (i = 0; i < 10; i++)
		assert_int_equal(quota_take(&q, 0), ST_OK);
	quota_give(&q, 0);
	assert_int_equal(q.n, 0);
	quota_fini(&q);
}

/* Against plain counters, for keys that crowd the same places. */
static void
counts_stay_right_when_many_come_and_go(void **state)
{
	uint32_t seed = 1, key, counts[64] = { 0 };
	size_t i, present = 0;
	struct quota q;

	(void)state;
	quota_init(&q, 4);
	for (i = 0; i < 200000; i++) {
		seed = seed * 1664525 + 1013904223;
		key = seed >> 16 & 63;
		if (seed >> 31) {
			assert_int_equal(quota_take(&q, key + 1),
			    counts[key] < 4 ? ST_OK : ST_LIMIT);
			present += counts[key] == 0;
			counts[key] += counts[key] < 4;
		} else if (counts[key] > 0) {
			quota_give(&q, key + 1);
			counts[key]--;
			present -= counts[key] == 0;
		}
		assert_int_equal(q.n, present);
	}
	quota_fini(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_has_more_than_its_share),
		cmocka_unit_test(zero_does_not_count),
		cmocka_unit_test(counts_stay_right_when_many_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
