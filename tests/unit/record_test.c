#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/record.h"

static void
roles_come_back_from_their_names(void **state)
{
	int r;

	(void)state;
	for (r = ROLE_READ; r <= ROLE_ADMIN; r++)
		assert_int_equal(role_parse(role_name((enum role)r)), r);
	assert_string_equal(role_name(ROLE_NONE), "none");
	assert_string_equal(role_name(ROLE_WRITE), "write");
}

static void
other_names_are_no_role(void **state)
{
	(void)state;
	assert_int_equal(role_parse(""), ROLE_NONE);
	assert_int_equal(role_parse("none"), ROLE_NONE);
	assert_int_equal(role_parse("Admin"), ROLE_NONE);
	assert_int_equal(role_parse("admins"), ROLE_NONE);
	assert_int_equal(role_parse("admi"), ROLE_NONE);
}

static void
higher_roles_include_lower_ones(void **state)
{
	(void)state;
	assert_true(ROLE_NONE < ROLE_READ);
	assert_true(ROLE_READ < ROLE_WRITE);
	assert_true(ROLE_WRITE < ROLE_ADMIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_come_back_from_their_names),
		cmocka_unit_test(other_names_are_no_role),
		cmocka_unit_test(higher_roles_include_lower_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
