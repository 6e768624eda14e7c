#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wctype.h>

#include <cmocka.h>

#include "base/fold.h"
#include "base/utf8.h"

#define CHARACTERS	UINT32_C(0x110000)

static bool
is_surrogate(uint32_t c)
{
	return c >= 0xd800 && c < 0xe000;
}

static void
folds(const char *text, size_t n, const char *expected)
{
	struct buf b;

	buf_init(&b, 1000);
	fold_add(&b, text, n);
	assert_string_equal(b.data, expected);
	buf_fini(&b);
}

static void
case_goes_and_nothing_else(void **state)
{
	static const struct {
		const char	*text;
		const char	*expected;
	} all[] = {
		{ "", "" }, { "Milk & EGGS", "milk & eggs" },
		{ "@[`{", "@[`{" }, { "ÀÉÎõü ŠŽ", "àéîõü šž" },
		{ "ΟΔΥΣΣΕΥΣ Ὀδυσσεύς", "οδυσσευσ ὀδυσσεύσ" },
		{ "Ёлка ЩИ", "ёлка щи" }, { "Straße STRASSE ẞ", "straße strasse ß" },
		{ "ſ K Å", "s k å" }, { "İı", "İı" }, { "ა Ა", "ა ა" },
		{ "牛乳 ミルク みるく", "牛乳 ミルク みるく" }, { "𐐀😀🏳️", "𐐨😀🏳️" },
		{ "Ⱥ Ⅷ Ⓐ Ａ", "ⱥ ⅷ ⓐ ａ" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		folds(all[i].text, strlen(all[i].text), all[i].expected);
}

static void
folding_again_changes_nothing(void **state)
{
	uint32_t c, changed = 0;

	(void)state;
	for (c = 0; c < CHARACTERS; c++) {
		if (is_surrogate(c))
			continue;
		changed += fold_char(c) != c;
		assert_int_equal(fold_char(fold_char(c)), fold_char(c));
		assert_false(is_surrogate(fold_char(c)));
		assert_true(fold_char(c) < CHARACTERS);
	}
	assert_int_equal(changed, 1454);
}

/* The C library knows lower case only, so some that it keeps apart are one. */
static void
what_the_c_library_takes_for_one_letter_folds_to_one(void **state)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	uint32_t c, lower, pairs = 0;

	(void)state;
	if (locale == (locale_t)0)
		skip();
	for (c = 0; c < CHARACTERS; c++) {
		lower = towlower_l(c, locale);
		if (lower == c || c == 0x130 || towupper_l(lower, locale) != c)
			continue;
		if (fold_char(c) != fold_char(lower))
			fail_msg("U+%04x and U+%04x", c, lower);
		pairs++;
	}
	assert_true(pairs > 1300);
	freelocale(locale);
}

static void
bytes_that_are_no_text_stay(void **state)
{
	(void)state;
	folds("A\xff" "B", 3, "a\xff" "b");
	folds("A\xc3", 2, "a\xc3");
	folds("\xed\xa0\x80Z", 4, "\xed\xa0\x80z");
	folds("ÀÀ", 3, "à\xc3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(case_goes_and_nothing_else),
		cmocka_unit_test(folding_again_changes_nothing),
		cmocka_unit_test(what_the_c_library_takes_for_one_letter_folds_to_one),
		cmocka_unit_test(bytes_that_are_no_text_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
