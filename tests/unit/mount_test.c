#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "notewire/setup/mount.h"

#define TEXT_MAX	4096
#define MOUNT		"/team/our-notes"

struct sample {
	const char	*before;
	const char	*after;
};

static void
check_put(const char *text, size_t len, const char *mount, const char *after)
{
	struct buf out;

	buf_init(&out, TEXT_MAX);
	mount_put(&out, text, len, mount);
	assert_int_equal(buf_status(&out), ST_OK);
	assert_string_equal(out.data, after);
	buf_fini(&out);
}

static void
the_mount_is_replaced_wherever_it_stands(void **state)
{
	static const struct sample all[] = {
		{ "/notewire", MOUNT },
		{ "location = /notewire {", "location = " MOUNT " {" },
		{ "Alias \"/notewire/api\" \"x\"",
		    "Alias \"" MOUNT "/api\" \"x\"" },
		{ "=~ \"^/notewire(/|$)\"", "=~ \"^" MOUNT "(/|$)\"" },
		{ "m#(?s)^/notewire/api(.*)$#", "m#(?s)^" MOUNT "/api(.*)$#" },
		{ "(^/notewire/api)(.*)", "(^" MOUNT "/api)(.*)" },
		{ "(\"^/notewire$\" => \"/notewire/\")",
		    "(\"^" MOUNT "$\" => \"" MOUNT "/\")" },
		{ "|http://notewire/notewire/socket/",
		    "|http://notewire" MOUNT "/socket/" },
		{ "\t/notewire;\n\t/notewire;\n",
		    "\t" MOUNT ";\n\t" MOUNT ";\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		check_put(all[i].before, strlen(all[i].before), MOUNT,
		    all[i].after);
}

static void
paths_and_hosts_of_that_name_stay(void **state)
{
	static const char *const all[] = {
		"", "/", "/notewir", "notewire", "//notewire",
		"/run/notewire/http.sock",
		"/usr/local/share/notewire/www",
		"/usr/local/etc/notewire/notewire.conf",
		"/opt/note-wire_1.0/notewire/x", "./notewire", "../notewire",
		"-/notewire", "_/notewire", "9/notewire",
		"/notewire.fcgi", "/notewired", "/notewire-http", "/notewire_x",
		"/notewire2", "/Notewire", "/NOTEWIRE",
		"\"fcgi://notewire\"", "unix:/x|http://notewire",
		"http://notewire.example/", "$notewire_www",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		check_put(all[i], strlen(all[i]), MOUNT, all[i]);
}

static void
what_was_put_is_not_looked_at_again(void **state)
{
	(void)state;
	check_put("a /notewire b", 13, "/notewire/notewire",
	    "a /notewire/notewire b");
	check_put("/notewire/notewire", 18, "/x", "/x/notewire");
}

static void
what_stands_around_the_text_is_no_part_of_it(void **state)
{
	static const char text[] = "/notewire/x", host[] = "://notewire/notewire";
	char part[sizeof(text)], want[TEXT_MAX];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(text); n++) {
		memset(part, 'z', sizeof(part));
		memcpy(part, text, n);
		(void)snprintf(want, sizeof(want), "%s%.*s",
		    n < 9 ? "" : MOUNT, (int)(n < 9 ? n : n - 9),
		    n < 9 ? text : text + 9);
		check_put(part, n, MOUNT, want);
		check_put(text, n, MOUNT, want);
	}
	check_put(host, 20, MOUNT, "://notewire" MOUNT);
	check_put(host + 10, 10, MOUNT, "e/notewire");
}

static void
what_does_not_fit_fails(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, sizeof(MOUNT) - 2);
	mount_put(&out, "/notewire", 9, MOUNT);
	assert_int_equal(buf_status(&out), ST_TOOBIG);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mount_is_replaced_wherever_it_stands),
		cmocka_unit_test(paths_and_hosts_of_that_name_stay),
		cmocka_unit_test(what_was_put_is_not_looked_at_again),
		cmocka_unit_test(what_stands_around_the_text_is_no_part_of_it),
		cmocka_unit_test(what_does_not_fit_fails),
	};

	return cmocka_run_group_tests_name("mount", tests, NULL, NULL);
}
