#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/origin.h"

#define L63	"a23456789012345678901234567890123456789012345678901234567890123"
#define H253	L63 "." L63 "." L63 "." \
	"a234567890123456789012345678901234567890123456789012345678901"

/*
 * Refused against the own host, against a list that holds the good origin, and
 * against a list that holds the very text.
 */
static const char *const hostile[] = {
	"", "null", "NULL", "*", "https", "https:", "https:/", "https://",
	"https:///", "a.example", "//a.example", "://a.example",
	"https:a.example", "https:/a.example", "https:\\\\a.example",
	"https://a.example/", "https://a.example/path", "https://a.example?",
	"https://a.example#", "https://a.example\\", "https://a.example:",
	"https://a.example:0", "https://a.example:0443",
	"https://a.example:65536", "https://a.example:99999999999999999999",
	"https://a.example:+443", "https://a.example:-1",
	"https://a.example:4 43", "https://a.example:443:443",
	"https://a.example:x", "https://a.example:443/",
	"https://user@a.example", "https://user:pw@a.example",
	"https://@a.example", "https://a.example@b.example",
	"https://a.example, https://b.example",
	"https://a.example https://b.example", "https://b.example,",
	" https://a.example", "https://a.example ", "\thttps://a.example",
	"https://a.example\t", "https://a.example\n", "https://a.example\r\n",
	"https://a.example.", "https://.a.example", "https://a..example",
	"https://.", "https://*.example", "https://*", "https://a.exampl?",
	"https://a%2eexample", "https://a.example%00", "https://\xc3\xa4.example",
	"https://a.example\xff", "https://a\x7f.example", "https://a_.exa\x01",
	"http+unix://a.example", "ftp://a.example", "file://", "file:///x",
	"data:text/html,x", "blob:https://a.example/x", "javascript://a.example",
	"ws://a.example", "wss://a.example", "httpss://a.example",
	"xhttps://a.example", "chrome-extension://abcdefgh",
	"https://[", "https://[]", "https://[::1", "https://::1",
	"https://[::1]x", "https://[::1]443", "https://[::1%25eth0]",
	"https://[127.0.0.1]", "https://[a.example]", "https://[::1]:",
	"https://[::1].", "https://[[::1]]", "https://]", "https://a]:443",
	"https://[12345::1]", "https://[:::]", "https://a[::1]",
	"https://a.example;b", "https://a.example=b", "https://\"a.example\"",
	"https://" H253 "x", "https://" H253 ".a:65535",
};

#define HOSTILE	(sizeof(hostile) / sizeof(hostile[0]))

static void
hostile_forms_are_refused_everywhere(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HOSTILE; i++) {
		if (origin_allowed(hostile[i], "", "a.example", false) ||
		    origin_allowed(hostile[i], "", "a.example:443", true))
			fail_msg("own host: %s", hostile[i]);
		if (origin_allowed(hostile[i], "https://a.example",
		    "a.example", true))
			fail_msg("listed: %s", hostile[i]);
		if (hostile[i][0] != '\0' && origin_allowed(hostile[i],
		    hostile[i], "a.example", true))
			fail_msg("listed itself: %s", hostile[i]);
	}
}

/* The part behind "https://" is as hostile in a Host header. */
static void
hostile_hosts_match_nothing(void **state)
{
	static const char *const hosts[] = {
		"", ":443", "a.example.", ".a.example", "a.example:",
		"a.example:0", "a.example:0443", "a.example:65979",
		"a.example:443 ", " a.example", "a.example/", "u@a.example",
		"a.example,a.example", "a.example, b", "[a.example]",
		"a.example:443:443", "https://a.example", "*", "a.example\t",
	};
	size_t i;

	(void)state;
	assert_true(origin_allowed("https://a.example", "", "a.example", true));
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (origin_allowed("https://a.example", "", hosts[i], true))
			fail_msg("taken: %s", hosts[i]);
}

static void
missing_headers_are_refused(void **state)
{
	(void)state;
	assert_false(origin_allowed(NULL, "", "a.example", true));
	assert_false(origin_allowed(NULL, "https://a.example", NULL, true));
	assert_false(origin_allowed("https://a.example", "", NULL, true));
}

static void
own_host_is_allowed_without_a_list(void **state)
{
	static const char *const pairs[][2] = {
		{ "https://a.example", "a.example" },
		{ "https://a.example", "A.EXAMPLE:443" },
		{ "https://a.example:443", "a.example" },
		{ "HTTPS://A.Example", "a.example" },
		{ "https://a.example:8443", "a.example:8443" },
		{ "https://localhost:1", "localhost:1" },
		{ "https://192.0.2.1:65535", "192.0.2.1:65535" },
		{ "https://[::1]", "[::1]:443" },
		{ "https://[2001:DB8::A]:8443", "[2001:db8::a]:8443" },
		{ "https://my_box", "my_box" },
		{ "https://" H253 ":65535", H253 ":65535" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (!origin_allowed(pairs[i][0], "", pairs[i][1], true) ||
		    !origin_allowed(pairs[i][0], "  ", pairs[i][1], false))
			fail_msg("%s at %s", pairs[i][0], pairs[i][1]);
	}
}

static void
other_hosts_and_ports_are_refused(void **state)
{
	static const char *const pairs[][2] = {
		{ "https://b.example", "a.example" },
		{ "https://a.example.b", "a.example" },
		{ "https://xa.example", "a.example" },
		{ "https://example", "a.example" },
		{ "https://a.example:8443", "a.example" },
		{ "https://a.example", "a.example:8443" },
		{ "https://a.example", "a.example:80" },
		{ "http://a.example", "a.example:443" },
		{ "http://a.example:443", "a.example" },
		{ "https://[::1]", "[::2]" },
		{ "https://[::1]", "::1" },
		{ "https://127.1", "127.0.0.1" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (origin_allowed(pairs[i][0], "", pairs[i][1], false))
			fail_msg("%s at %s", pairs[i][0], pairs[i][1]);
}

static void
missing_port_of_host_is_the_origins_default(void **state)
{
	(void)state;
	assert_true(origin_allowed("http://a.example", "", "a.example", false));
	assert_true(origin_allowed("http://a.example:80", "", "a.example",
	    false));
	assert_true(origin_allowed("http://a.example", "", "a.example:80",
	    false));
	assert_true(origin_allowed("https://a.example", "", "a.example",
	    false));
}

static void
plain_origin_over_tls_is_refused(void **state)
{
	(void)state;
	assert_false(origin_allowed("http://a.example", "", "a.example", true));
	assert_false(origin_allowed("http://a.example:443", "",
	    "a.example:443", true));
	assert_true(origin_allowed("http://a.example", "http://a.example",
	    "a.example", true));
}

static void
list_decides_alone(void **state)
{
	static const char list[] =
	    " https://a.example  http://B.example:8080 https://[::1]:443 ";

	(void)state;
	assert_true(origin_allowed("https://a.example", list, "x", true));
	assert_true(origin_allowed("https://A.example:443", list, "x", true));
	assert_true(origin_allowed("http://b.example:8080", list, "x", true));
	assert_true(origin_allowed("https://[::1]", list, NULL, false));
	assert_false(origin_allowed("http://a.example", list, "x", false));
	assert_false(origin_allowed("http://a.example:443", list, "x", false));
	assert_false(origin_allowed("http://b.example", list, "x", false));
	assert_false(origin_allowed("https://b.example:8080", list, "x",
	    false));
	assert_false(origin_allowed("https://x", list, "x", true));
}

static void
entry_that_is_no_origin_equals_none(void **state)
{
	(void)state;
	assert_false(origin_allowed("https://a.example", "*", "a.example",
	    true));
	assert_false(origin_allowed("https://a.example",
	    "a.example https://a.example/ https://*.example", "a.example",
	    true));
	assert_true(origin_allowed("https://a.example",
	    "* https://a.example", "x", true));
}

static void
list_is_valid_when_each_entry_is(void **state)
{
	size_t i;

	(void)state;
	assert_true(origin_list_valid(""));
	assert_true(origin_list_valid("  "));
	assert_true(origin_list_valid(" https://a.example  http://[::1]:80 "));
	assert_false(origin_list_valid("https://a.example, https://b"));
	assert_false(origin_list_valid("https://a.example x"));
	for (i = 0; i < HOSTILE; i++)
		if (strchr(hostile[i], ' ') == NULL && hostile[i][0] != '\0' &&
		    origin_list_valid(hostile[i]))
			fail_msg("valid: %s", hostile[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_forms_are_refused_everywhere),
		cmocka_unit_test(hostile_hosts_match_nothing),
		cmocka_unit_test(missing_headers_are_refused),
		cmocka_unit_test(own_host_is_allowed_without_a_list),
		cmocka_unit_test(other_hosts_and_ports_are_refused),
		cmocka_unit_test(missing_port_of_host_is_the_origins_default),
		cmocka_unit_test(plain_origin_over_tls_is_refused),
		cmocka_unit_test(list_decides_alone),
		cmocka_unit_test(entry_that_is_no_origin_equals_none),
		cmocka_unit_test(list_is_valid_when_each_entry_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
