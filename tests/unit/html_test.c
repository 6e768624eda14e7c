#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/html.h"

#define FFFD	"\xef\xbf\xbd"

static void
expect_bytes(const char *text, size_t len, const char *wanted)
{
	struct buf b;

	buf_init(&b, 4096);
	html_text(&b, text, len);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_string_equal(b.data, wanted);
	assert_int_equal(b.len, strlen(wanted));
	buf_fini(&b);
}

static void
expect(const char *text, const char *wanted)
{
	expect_bytes(text, strlen(text), wanted);
}

static void
markup_becomes_references(void **state)
{
	(void)state;
	expect("<b a=\"1\" c='2'>&amp;", "&lt;b a=&quot;1&quot; "
	    "c=&#39;2&#39;&gt;&amp;amp;");
	expect("--><script>", "--&gt;&lt;script&gt;");
	expect("", "");
}

static void
words_of_any_script_stay_as_they_are(void **state)
{
	static const char words[] = "z\xc3\xa4 \xe6\xb0\xb4 "
	    "\xf0\x9f\x8d\x8e \xe2\x80\xae\xe2\x80\xa8 \xc2\xa0\t\n.";

	(void)state;
	expect(words, words);
}

static void
line_ends_become_lf(void **state)
{
	(void)state;
	expect("a\r\nb\rc\nd\r\r\ne\r", "a\nb\nc\nd\n\ne\n");
}

static void
what_html_has_no_place_for_is_replaced(void **state)
{
	static const char *const bad[] = { "\x01", "\x08", "\x0b", "\x0c",
		"\x1f", "\x7f", "\xc2\x80", "\xc2\x9f", "\xef\xb7\x90",
		"\xef\xb7\xaf", "\xef\xbf\xbe", "\xef\xbf\xbf",
		"\xf0\x9f\xbf\xbe", "\xf4\x8f\xbf\xbf" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect(bad[i], FFFD);
	expect_bytes("a\0b", 3, "a" FFFD "b");
	expect("\xef\xbf\xbd", FFFD);
	expect("\xef\xb7\x8f\xef\xb7\xb0", "\xef\xb7\x8f\xef\xb7\xb0");
	expect("\xc2\xa0", "\xc2\xa0");
}

static void
broken_utf8_is_replaced_and_ends_nothing(void **state)
{
	(void)state;
	expect("\xc3<b>", FFFD "&lt;b&gt;");
	expect("\xff\xfe", FFFD FFFD);
	expect("\xe6\xb0", FFFD);
	expect("\xf0\x9f\x8d\"x", FFFD "&quot;x");
	expect("\xed\xa0\x80" "a", FFFD FFFD FFFD "a");
	expect("\xc0\xbc", FFFD FFFD);
}

static void
attributes_cannot_be_left(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 256);
	html_attr(&b, "value", "\" onfocus='x' \n<");
	assert_string_equal(b.data,
	    " value=\"&quot; onfocus=&#39;x&#39; \n&lt;\"");
	buf_reset(&b);
	html_hidden(&b, "rev", "1\">");
	assert_string_equal(b.data, "<input type=\"hidden\" name=\"rev\" "
	    "value=\"1&quot;&gt;\">");
	buf_fini(&b);
}

static void
elements_hold_text_only(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 256);
	html_element(&b, "h2", "</h2>");
	assert_string_equal(b.data, "<h2>&lt;/h2&gt;</h2>");
	buf_reset(&b);
	html_breaks(&b, "a\r\n\rb\n<br>\n");
	assert_string_equal(b.data, "a<br><br>b<br>&lt;br&gt;<br>");
	buf_fini(&b);
}

static void
first_newline_of_a_textarea_survives(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 256);
	html_lines(&b, "\nx");
	assert_string_equal(b.data, "\n\nx");
	buf_fini(&b);
}

static void
times_are_for_people_and_for_programs(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 256);
	html_time(&b, 1785542399123);
	assert_string_equal(b.data, "<time datetime=\"2026-07-31T23:59:59."
	    "123Z\">2026-07-31 23:59 UTC</time>");
	buf_fini(&b);
}

static void
newlines_of_forms_become_lf_in_place(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "", "" }, { "a", "a" }, { "\r\n", "\n" }, { "\r", "\n" },
		{ "a\r\nb\r\n\r\nc", "a\nb\n\nc" }, { "\n\r", "\n\n" },
		{ "\r\r\n", "\n\n" },
	};
	char text[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(text, cases[i].from, strlen(cases[i].from) + 1);
		html_newlines(text);
		assert_string_equal(text, cases[i].to);
	}
}

static void
full_buffer_fails(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	html_text(&b, "a<<", 3);
	assert_int_equal(buf_status(&b), ST_TOOBIG);
	assert_string_equal(b.data, "a&lt;");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_becomes_references),
		cmocka_unit_test(words_of_any_script_stay_as_they_are),
		cmocka_unit_test(line_ends_become_lf),
		cmocka_unit_test(what_html_has_no_place_for_is_replaced),
		cmocka_unit_test(broken_utf8_is_replaced_and_ends_nothing),
		cmocka_unit_test(attributes_cannot_be_left),
		cmocka_unit_test(elements_hold_text_only),
		cmocka_unit_test(first_newline_of_a_textarea_survives),
		cmocka_unit_test(times_are_for_people_and_for_programs),
		cmocka_unit_test(newlines_of_forms_become_lf_in_place),
		cmocka_unit_test(full_buffer_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
