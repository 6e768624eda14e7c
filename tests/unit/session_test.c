#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/session.h"

#define INSTANCE	"0a1b2c3d4e5f6071"
#define HANDLE		"Zk3_-aZ09AAAAAAAAAAAAA"

static void
expect_set(const struct session_site *site, const char *text)
{
	struct buf b;

	buf_init(&b, 1024);
	session_cookie_set(&b, site, HANDLE, 86400);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_string_equal(b.data, text);
	buf_fini(&b);
}

static void
expect_clear(const struct session_site *site, const char *text)
{
	struct buf b;

	buf_init(&b, 1024);
	session_cookie_clear(&b, site);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_string_equal(b.data, text);
	buf_fini(&b);
}

static void
names_are_of_the_instance(void **state)
{
	char names[SESSION_NAMES][SESSION_NAME_SIZE];

	(void)state;
	assert_int_equal(session_names(INSTANCE, names), ST_OK);
	assert_string_equal(names[0], "__Host-nw-0a1b2c3d");
	assert_string_equal(names[1], "nw-0a1b2c3d");
	assert_int_equal(session_names("ffffffff", names), ST_OK);
	assert_string_equal(names[1], "nw-ffffffff");
}

static void
malformed_instances_have_no_names(void **state)
{
	static const char *const bad[] = {
		"", "0a1b2c3", "0A1B2C3D", "0a1b2c3;", "0a1b=c3d", "xxxxxxxx",
	};
	char names[SESSION_NAMES][SESSION_NAME_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		names[0][0] = names[1][0] = 'x';
		assert_int_equal(session_names(bad[i], names), ST_INVALID);
		assert_string_equal(names[0], "");
		assert_string_equal(names[1], "");
	}
}

static void
host_prefix_needs_https_and_root(void **state)
{
	const struct session_site tls_root = { INSTANCE, "/", true };
	const struct session_site tls_below = { INSTANCE, "/n/", true };
	const struct session_site plain_root = { INSTANCE, "/", false };

	(void)state;
	expect_set(&tls_root, "__Host-nw-0a1b2c3d=" HANDLE "; Path=/; "
	    "Max-Age=86400; HttpOnly; SameSite=Lax; Secure");
	expect_set(&tls_below, "nw-0a1b2c3d=" HANDLE "; Path=/n/; "
	    "Max-Age=86400; HttpOnly; SameSite=Lax; Secure");
	expect_set(&plain_root, "nw-0a1b2c3d=" HANDLE "; Path=/; "
	    "Max-Age=86400; HttpOnly; SameSite=Lax");
}

static void
clearing_names_the_same_cookie(void **state)
{
	const struct session_site tls_root = { INSTANCE, "/", true };
	const struct session_site plain_below = { INSTANCE, "/n/", false };

	(void)state;
	expect_clear(&tls_root, "__Host-nw-0a1b2c3d=; Path=/; Max-Age=0; "
	    "HttpOnly; SameSite=Lax; Secure");
	expect_clear(&plain_below, "nw-0a1b2c3d=; Path=/n/; Max-Age=0; "
	    "HttpOnly; SameSite=Lax");
}

static void
expect_failure(const char *instance, const char *path, const char *handle,
    int64_t age)
{
	struct session_site site = { instance, path, true };
	struct buf b;

	buf_init(&b, 1024);
	session_cookie_set(&b, &site, handle, age);
	assert_int_equal(buf_status(&b), ST_INVALID);
	assert_int_equal(b.len, 0);
	buf_fini(&b);
}

static void
nothing_malformed_reaches_the_header(void **state)
{
	(void)state;
	expect_failure(INSTANCE, "/", "", 1);
	expect_failure(INSTANCE, "/", "short", 1);
	expect_failure(INSTANCE, "/", "AAAAAAAAAAAAAAAAAAAAA;", 1);
	expect_failure(INSTANCE, "/", HANDLE, 0);
	expect_failure(INSTANCE, "/", HANDLE, -1);
	expect_failure("nothex!!", "/", HANDLE, 1);
	expect_failure(INSTANCE, "", HANDLE, 1);
	expect_failure(INSTANCE, "n", HANDLE, 1);
	expect_failure(INSTANCE, "/n; Domain=x", HANDLE, 1);
	expect_failure(INSTANCE, "/n\r\nX: y", HANDLE, 1);
	expect_failure(INSTANCE, "/n\x7f", HANDLE, 1);
}

static void
expect_form(const struct session_site *site, const char *handle,
    const char *wanted)
{
	struct buf b;

	buf_init(&b, 1024);
	session_form_set(&b, site, handle);
	assert_int_equal(buf_status(&b), wanted ? ST_OK : ST_INVALID);
	assert_string_equal(b.data, wanted ? wanted : "");
	buf_fini(&b);
}

static void
forms_have_a_cookie_that_no_other_site_brings(void **state)
{
	const struct session_site tls_root = { INSTANCE, "/", true };
	const struct session_site plain_below = { INSTANCE, "/n/", false };
	char names[SESSION_NAMES][SESSION_NAME_SIZE];

	(void)state;
	assert_int_equal(session_form_names(INSTANCE, names), ST_OK);
	assert_string_equal(names[0], "__Host-nw-0a1b2c3d-form");
	assert_string_equal(names[1], "nw-0a1b2c3d-form");
	assert_int_equal(session_form_names("nothex!!", names), ST_INVALID);
	assert_string_equal(names[0], "");
	expect_form(&tls_root, HANDLE, "__Host-nw-0a1b2c3d-form=" HANDLE
	    "; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict; Secure");
	expect_form(&plain_below, HANDLE, "nw-0a1b2c3d-form=" HANDLE
	    "; Path=/n/; Max-Age=86400; HttpOnly; SameSite=Strict");
	expect_form(&tls_root, "short", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_of_the_instance),
		cmocka_unit_test(malformed_instances_have_no_names),
		cmocka_unit_test(host_prefix_needs_https_and_root),
		cmocka_unit_test(clearing_names_the_same_cookie),
		cmocka_unit_test(nothing_malformed_reaches_the_header),
		cmocka_unit_test(forms_have_a_cookie_that_no_other_site_brings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
