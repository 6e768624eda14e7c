#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notewire/net/link.h"

#define TOKEN	"r.abcdefghijklmnopqrstuv"

static void
links_are_taken_apart(void **state)
{
	static const char *const good[][2] = {
		{ "https://h/notewire/#" TOKEN, "https://h/notewire/" },
		{ "http://h:8080/#" TOKEN, "http://h:8080/" },
		{ "https://h#" TOKEN, "https://h/" },
		{ "https://h/a/b#" TOKEN, "https://h/a/b/" },
	};
	struct link_parts parts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(link_read(good[i][0], &parts), ST_OK);
		assert_string_equal(parts.base, good[i][1]);
		assert_string_equal(parts.token, TOKEN);
		assert_true(link_is_address(good[i][0]));
	}
}

static void
other_text_is_no_link(void **state)
{
	static const char *const bad[] = { "", "#", "#" TOKEN, TOKEN,
	    "https://h/", "https://h/#", "https://h/#r.short",
	    "https://h/#x.abcdefghijklmnopqrstuv", "ftp://h/#" TOKEN,
	    "https://h/?q#" TOKEN, "file:///etc/#" TOKEN, "h/#" TOKEN };
	char text[LINK_BASE_MAX + 100];
	struct link_parts parts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(link_read(bad[i], &parts), ST_INVALID);
	memset(text, 'x', sizeof(text));
	memcpy(text, "https://", 8);
	memcpy(text + LINK_BASE_MAX, "#" TOKEN, sizeof("#" TOKEN));
	assert_int_equal(link_read(text, &parts), ST_INVALID);
	memmove(text + LINK_BASE_MAX - 1, text + LINK_BASE_MAX,
	    sizeof("#" TOKEN));
	assert_int_equal(link_read(text, &parts), ST_OK);
	assert_int_equal(strlen(parts.base), LINK_BASE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_are_taken_apart),
		cmocka_unit_test(other_text_is_no_link),
	};

	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
