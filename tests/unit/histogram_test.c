#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notewired/hub/histogram.h"

static void
each_time_falls_into_the_first_bucket_that_holds_it(void **state)
{
	struct histogram h = { .sum_us = 0 };

	(void)state;
	histogram_add(&h, 0);
	histogram_add(&h, 250);
	histogram_add(&h, 251);
	histogram_add(&h, 5000000);
	histogram_add(&h, 5000001);
	assert_int_equal(h.took[0], 2);
	assert_int_equal(h.took[1], 1);
	assert_int_equal(h.took[HISTOGRAM_BUCKETS - 1], 1);
	assert_int_equal(h.longer, 1);
	assert_int_equal(h.sum_us, 10000502);
}

static void
printed_buckets_add_up(void **state)
{
	struct histogram h = { .sum_us = 0 };
	struct buf b;

	(void)state;
	histogram_add(&h, 300);
	histogram_add(&h, 900000);
	histogram_add(&h, 7000001);
	buf_init(&b, 4096);
	histogram_print(&h, &b, "x");
	assert_int_equal(buf_status(&b), ST_OK);
	assert_non_null(strstr(b.data, "x_bucket{le=\"0.00025\"} 0\n"));
	assert_non_null(strstr(b.data, "x_bucket{le=\"0.0005\"} 1\n"));
	assert_non_null(strstr(b.data, "x_bucket{le=\"0.25\"} 1\n"));
	assert_non_null(strstr(b.data, "x_bucket{le=\"1\"} 2\n"));
	assert_non_null(strstr(b.data, "x_bucket{le=\"5\"} 2\n"));
	assert_non_null(strstr(b.data, "x_bucket{le=\"+Inf\"} 3\n"
	    "x_sum 7.900301\nx_count 3\n"));
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_time_falls_into_the_first_bucket_that_holds_it),
		cmocka_unit_test(printed_buckets_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
