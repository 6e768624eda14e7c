#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/search_text.h"

static enum status
read_text(const char *body, size_t max, struct buf *text)
{
	struct note n = { .id = "n", .body = body, .body_len = strlen(body),
	    .by = "somebody" };

	buf_init(text, max);
	return search_text(&n, text);
}

static void
gives(const char *body, const char *expected)
{
	struct buf text;

	assert_int_equal(read_text(body, 1000, &text), ST_OK);
	assert_string_equal(text.data, expected);
	buf_fini(&text);
}

static void
title_and_text_are_lines_of_it_folded(void **state)
{
	(void)state;
	gives("{\"kind\":\"text\",\"title\":\"Title\",\"text\":\"Ä\\nB\","
	    "\"color\":\"red\"}", "title\nä\nb");
	gives("{\"title\":\"\",\"text\":\"\"}", "\n");
}

static void
each_item_is_a_line_of_it(void **state)
{
	(void)state;
	gives("{\"kind\":\"checklist\",\"title\":\"T\",\"items\":["
	    "{\"id\":\"ID\",\"text\":\"One\",\"done\":true,\"pos\":1},"
	    "{\"id\":\"ID\",\"text\":\"TWO\"}]}", "t\none\ntwo");
	gives("{\"title\":\"T\",\"items\":[]}", "t");
}

static void
a_spoilt_body_is_named(void **state)
{
	static const char *const bodies[] = {
		"", "{", "[]", "null", "{}", "{\"title\":\"t\"}",
		"{\"text\":\"t\"}", "{\"title\":1,\"text\":\"t\"}",
		"{\"title\":\"t\",\"items\":{}}",
	};
	struct buf text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		assert_int_equal(read_text(bodies[i], 1000, &text), ST_INVALID);
		assert_int_equal(text.len, 0);
		buf_fini(&text);
	}
}

static void
a_limit_is_kept(void **state)
{
	struct buf text;

	(void)state;
	assert_int_equal(read_text("{\"title\":\"1234\",\"text\":\"5678\"}", 8,
	    &text), ST_TOOBIG);
	buf_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(title_and_text_are_lines_of_it_folded),
		cmocka_unit_test(each_item_is_a_line_of_it),
		cmocka_unit_test(a_spoilt_body_is_named),
		cmocka_unit_test(a_limit_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
