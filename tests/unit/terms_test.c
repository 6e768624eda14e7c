#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "pieces.h"
#include "proto/terms.h"

/* The terms joined by "|", or "" for a refusal. */
static void
come_out(const char *text, size_t len, const char *expected)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct terms t;
	enum status st;
	struct buf b;
	size_t i, k;

	buf_init(&b, 4 * TERMS_TEXT_MAX);
	for (k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
		terms_init(&t);
		FEED_PIECES(terms_feed, &t, text, len, sizes[k]);
		st = terms_end(&t);
		assert_int_equal(st, expected[0] ? ST_OK : ST_INVALID);
		assert_true((st == ST_OK) == (t.n > 0));
		buf_reset(&b);
		for (i = 0; i < t.n; i++) {
			buf_adds(&b, i ? "|" : "");
			buf_adds(&b, t.term[i]);
		}
		assert_string_equal(b.data, expected);
	}
	buf_fini(&b);
}

static void
words_stand_between_white_space(void **state)
{
	(void)state;
	come_out("milk", 4, "milk");
	come_out(" Milk \t EGGS\r\nbread ", 20, "milk|eggs|bread");
	come_out("牛乳　卵", strlen("牛乳　卵"), "牛乳|卵");
	come_out("a\xc2\xa0" "b\xe2\x80\xaf" "c", 8, "a|b|c");
	come_out("a\xe2\x80\x8b" "b", 5, "a\xe2\x80\x8b" "b");
}

static void
quotes_hold_words_together(void **state)
{
	(void)state;
	come_out("\"Oat  milk\"", 11, "oat  milk");
	come_out("a \"b c\" d", 9, "a|b c|d");
	come_out("ab\"cd ef\"gh", 11, "ab|cd ef|gh");
	come_out("\"open end ", 10, "open end ");
	come_out("\"\" x \"\"", 7, "x");
	come_out("\" \"", 3, " ");
	come_out("a\"", 2, "a");
	come_out("\"a\nb\"", 5, "a\nb");
}

static void
no_character_is_an_operator(void **state)
{
	static const char *const all[] = {
		"AND", "or*", "not(", "near/2", "a:b", "-x", "^x", "%_", "'",
		"\\", "{a}", "+", ";--", "<script>", "\x01\x7f", "”",
	};
	struct terms t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		assert_int_equal(terms_parse(&t, all[i]), ST_OK);
		assert_int_equal(t.n, 1);
		assert_int_equal(strlen(t.term[0]), strlen(all[i]));
	}
}

static void
what_has_no_term_or_is_no_text_is_refused(void **state)
{
	(void)state;
	come_out("", 0, "");
	come_out(" \t　", 5, "");
	come_out("\"\"", 2, "");
	come_out("\"", 1, "");
	come_out("a\0b", 3, "");
	come_out("a\xff", 2, "");
	come_out("a\xc3", 2, "");
	come_out("\xed\xa0\x80", 3, "");
}

static void
two_hundred_bytes_are_taken_and_no_more(void **state)
{
	char text[TERMS_TEXT_MAX + 1];
	struct terms t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? ' ' : 'x';
	terms_init(&t);
	terms_feed(&t, text, TERMS_TEXT_MAX);
	assert_int_equal(terms_end(&t), ST_OK);
	assert_int_equal(t.n, TERMS_MAX);
	come_out(text, sizeof(text), "");
	/* folding makes three bytes of these two */
	for (i = 0; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "Ⱥ", 2);
	terms_init(&t);
	terms_feed(&t, text, TERMS_TEXT_MAX);
	assert_int_equal(terms_end(&t), ST_OK);
	assert_int_equal(t.n, 1);
	assert_int_equal(strlen(t.term[0]), TERMS_TEXT_MAX / 2 * 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_stand_between_white_space),
		cmocka_unit_test(quotes_hold_words_together),
		cmocka_unit_test(no_character_is_an_operator),
		cmocka_unit_test(what_has_no_term_or_is_no_text_is_refused),
		cmocka_unit_test(two_hundred_bytes_are_taken_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
