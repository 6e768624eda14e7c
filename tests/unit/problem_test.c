#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/problem.h"

#define FIRST	((int)PROBLEM_NONE + 1)
#define LAST	((int)PROBLEM_DISK_FULL)

static void
every_problem_has_a_slug_of_its_own(void **state)
{
	int i, j;

	(void)state;
	for (i = FIRST; i <= LAST; i++) {
		const char *slug = problem_slug((enum problem_kind)i);

		assert_true(strlen(slug) > 0);
		assert_int_equal(strspn(slug, "abcdefghijklmnopqrstuvwxyz-"),
		    strlen(slug));
		for (j = FIRST; j < i; j++)
			assert_string_not_equal(slug,
			    problem_slug((enum problem_kind)j));
	}
}

static void
every_problem_has_an_error_status_and_a_title(void **state)
{
	int i, http;

	(void)state;
	for (i = FIRST; i <= LAST; i++) {
		http = problem_http((enum problem_kind)i);
		assert_in_range(http, 400, 599);
		assert_true(strlen(problem_title((enum problem_kind)i)) > 0);
	}
	assert_int_equal(problem_http(PROBLEM_NOT_FOUND), 404);
	assert_int_equal(problem_http(PROBLEM_DISK_FULL), 507);
}

static void
no_problem_is_plain(void **state)
{
	(void)state;
	assert_string_equal(problem_slug(PROBLEM_NONE), "");
	assert_string_equal(problem_title(PROBLEM_NONE), "");
	assert_int_equal(problem_http(PROBLEM_NONE), 200);
}

static void
long_details_are_cut(void **state)
{
	struct problem p;
	char text[500];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(problem_set(&p, PROBLEM_INVALID, "%s", text),
	    ST_INVALID);
	assert_int_equal(p.kind, PROBLEM_INVALID);
	assert_int_equal(strlen(p.detail), sizeof(p.detail) - 1);
	(void)problem_set(&p, PROBLEM_BAD_JSON, "at byte %d", 17);
	assert_string_equal(p.detail, "at byte 17");
}

static void
every_status_shows_as_a_problem_but_success(void **state)
{
	int st;

	(void)state;
	assert_int_equal(problem_of_status(ST_OK), PROBLEM_NONE);
	for (st = ST_OK + 1; st <= ST_IO; st++) {
		assert_int_not_equal(problem_of_status((enum status)st),
		    PROBLEM_NONE);
		assert_string_not_equal(status_name((enum status)st), "ok");
		assert_string_not_equal(status_name((enum status)st),
		    "unknown");
	}
	assert_string_equal(status_name(ST_OK), "ok");
	assert_int_equal(problem_of_status(ST_FULL), PROBLEM_DISK_FULL);
	assert_int_equal(problem_of_status(ST_NOTFOUND), PROBLEM_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_problem_has_a_slug_of_its_own),
		cmocka_unit_test(every_problem_has_an_error_status_and_a_title),
		cmocka_unit_test(no_problem_is_plain),
		cmocka_unit_test(long_details_are_cut),
		cmocka_unit_test(every_status_shows_as_a_problem_but_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
