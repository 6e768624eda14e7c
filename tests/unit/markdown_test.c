#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/markdown.h"
#include "codec/note.h"

#define OUT_MAX		65536
#define COUNT(a)	(sizeof(a) / sizeof(*(a)))

struct sample {
	const char	*text;
	const char	*markdown;
};

static void
expect_text(const char *text, const char *wanted)
{
	struct note_draft d;
	struct buf b;

	buf_init(&b, OUT_MAX);
	note_init(&d);
	d.text = text;
	markdown_put_note(&b, &d);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_memory_equal(b.data, "## \n\n", 5);
	assert_string_equal(b.data + 5, wanted);
	note_fini(&d);
	buf_fini(&b);
}

static void
expect_title(const char *text, const char *wanted)
{
	struct buf b;

	buf_init(&b, OUT_MAX);
	markdown_put_title(&b, text);
	assert_string_equal(b.data, wanted);
	buf_fini(&b);
}

static void
line_ends_are_breaks_and_paragraphs(void **state)
{
	static const struct sample samples[] = {
		{ "", "" },
		{ "a", "a\n\n" },
		{ "a\nb", "a\\\nb\n\n" },
		{ "a\n\nb", "a\n\nb\n\n" },
		{ "a\n\n\n\nb", "a\n\n&#10;&#10;b\n\n" },
		{ "\na", "&#10;a\n\n" },
		{ "a\n", "a&#10;\n\n" },
		{ "\n\n", "&#10;&#10;\n\n" },
		{ "a\r\nb", "a&#13;&#10;b\n\n" },
		{ "a\n \nb", "a\\\n&#32;\\\nb\n\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++)
		expect_text(samples[i].text, samples[i].markdown);
}

static void
what_would_mean_something_is_escaped(void **state)
{
	static const struct sample samples[] = {
		{ "*a* _b_ `c`", "\\*a\\* \\_b\\_ \\`c\\`\n\n" },
		{ "<b>&amp;", "\\<b\\>\\&amp;\n\n" },
		{ "[a](b) ![c]", "\\[a\\](b) !\\[c\\]\n\n" },
		{ "# a", "\\# a\n\n" },
		{ "- a\n+ b", "\\- a\\\n\\+ b\n\n" },
		{ "a - b", "a - b\n\n" },
		{ "1. a\n12) b\n1 c", "1\\. a\\\n12\\) b\\\n1 c\n\n" },
		{ "1234567890. a", "1234567890. a\n\n" },
		{ "a\n===\nb\n---", "a\\\n\\===\\\nb\\\n\\---\n\n" },
		{ "|a|\n:-", "\\|a\\|\\\n\\:-\n\n" },
		{ "http://a/b_c", "http\\://a/b\\_c\n\n" },
		{ "a: b:/ www.a.b wwx.", "a: b:/ www\\.a.b wwx.\n\n" },
		{ "~~~", "\\~\\~\\~\n\n" },
		{ "\\", "\\\\\n\n" },
		{ "a\\\nb", "a\\\\\\\nb\n\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++)
		expect_text(samples[i].text, samples[i].markdown);
}

static void
blanks_at_the_ends_of_a_line_are_kept(void **state)
{
	static const struct sample samples[] = {
		{ "    a", "&#32;&#32;&#32;&#32;a\n\n" },
		{ "\t- a", "&#9;\\- a\n\n" },
		{ "a  \nb \t", "a&#32;&#32;\\\nb&#32;&#9;\n\n" },
		{ "a  b", "a  b\n\n" },
		{ "  ", "&#32;&#32;\n\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++)
		expect_text(samples[i].text, samples[i].markdown);
}

static void
title_is_one_line(void **state)
{
	(void)state;
	expect_title("", "# \n\n");
	expect_title("a\nb\n\nc", "# a&#10;b&#10;&#10;c\n\n");
	expect_title("a #", "# a \\#\n\n");
	expect_title("1. a", "# 1\\. a\n\n");
}

static void
items_come_in_the_order_of_their_places(void **state)
{
	struct note_item items[] = {
		{ .id = "b", .text = "two", .done = true, .pos = 2 },
		{ .id = "c", .text = "- one\n<i>", .pos = 1 },
		{ .id = "a", .text = "", .pos = 2 },
	};
	struct note_draft d;
	struct buf b;

	(void)state;
	buf_init(&b, OUT_MAX);
	note_init(&d);
	d.kind = NOTE_CHECKLIST;
	d.title = "list";
	d.items = items;
	d.items_n = COUNT(items);
	markdown_put_note(&b, &d);
	assert_string_equal(b.data, "## list\n\n"
	    "- [ ] \\- one&#10;\\<i\\>\n- [ ] \n- [x] two\n\n");
	buf_reset(&b);
	d.items_n = 0;
	markdown_put_note(&b, &d);
	assert_string_equal(b.data, "## list\n\n");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_ends_are_breaks_and_paragraphs),
		cmocka_unit_test(what_would_mean_something_is_escaped),
		cmocka_unit_test(blanks_at_the_ends_of_a_line_are_kept),
		cmocka_unit_test(title_is_one_line),
		cmocka_unit_test(items_come_in_the_order_of_their_places),
	};

	return cmocka_run_group_tests_name("markdown", tests, NULL, NULL);
}
