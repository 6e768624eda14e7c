#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/chars.h"

/* A byte's sets by the letters' own order, against the one under test. */
static void
alphanumerics_are_the_ascii_ones(void **state)
{
	static const char all[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	bool in, word;
	int c;

	(void)state;
	for (c = 0; c < 256; c++) {
		in = c != 0 && memchr(all, c, sizeof(all) - 1) != NULL;
		word = in || c == '_' || c == '-';
		assert_int_equal(chars_is_alnum((unsigned char)c), in);
		assert_int_equal(chars_is_word((unsigned char)c), word);
		assert_int_equal(chars_is_digit((unsigned char)c),
		    c >= 0x30 && c <= 0x39);
	}
}

static void
delimiters_are_no_token_bytes(void **state)
{
	static const char delimiters[] = "\"(),/:;<=>?@[\\]{} ";
	bool in;
	int c;

	(void)state;
	for (c = 0; c < 256; c++) {
		in = c > 0x20 && c < 0x7f && strchr(delimiters, c) == NULL;
		assert_int_equal(chars_is_tchar((unsigned char)c), in);
	}
}

static void
controls_end_at_space_and_hold_del(void **state)
{
	(void)state;
	assert_true(chars_is_control(0));
	assert_true(chars_is_control(0x1f));
	assert_false(chars_is_control(0x20));
	assert_true(chars_is_control(0x7f));
	assert_false(chars_is_control(0x80));
}

static void
white_space_is_space_and_tab(void **state)
{
	int c;

	(void)state;
	for (c = 0; c < 256; c++)
		assert_int_equal(chars_is_ows((unsigned char)c),
		    c == 0x20 || c == 0x09);
}

static void
only_ascii_letters_fold(void **state)
{
	int c;

	(void)state;
	for (c = 0; c < 256; c++)
		assert_int_equal(chars_lower((unsigned char)c),
		    c >= 0x41 && c <= 0x5a ? c + 0x20 : c);
}

static void
hex_digits_have_their_value(void **state)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at;
	int c;

	(void)state;
	for (c = 1; c < 256; c++) {
		at = strchr(digits, c);
		assert_int_equal(chars_hex((unsigned char)c),
		    at ? (at - digits) % 16 : -1);
	}
	assert_int_equal(chars_hex(0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alphanumerics_are_the_ascii_ones),
		cmocka_unit_test(delimiters_are_no_token_bytes),
		cmocka_unit_test(controls_end_at_space_and_hold_del),
		cmocka_unit_test(white_space_is_space_and_tab),
		cmocka_unit_test(only_ascii_letters_fold),
		cmocka_unit_test(hex_digits_have_their_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
