#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/utf8.h"

static bool
stepwise(const char *s, size_t n)
{
	struct utf8 u = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		if (!utf8_step(&u, (unsigned char)s[i]))
			return false;
	return utf8_complete(&u);
}

/* Bytes on both sides of every border that RFC 3629 draws. */
static const unsigned char edges[] = {
	0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2,
	0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5,
	0xff,
};

static void
agrees_with_the_whole_string_check(void **state)
{
	char s[4];
	size_t a, b, c, d, n, good = 0;
	const size_t last = sizeof(edges);

	(void)state;
	for (a = 0; a < last; a++)
		for (b = 0; b < last; b++)
			for (c = 0; c < last; c++)
				for (d = 0; d < last; d++) {
					s[0] = (char)edges[a];
					s[1] = (char)edges[b];
					s[2] = (char)edges[c];
					s[3] = (char)edges[d];
					for (n = 0; n <= 4; n++)
						assert_int_equal(stepwise(s, n),
						    str_is_utf8(s, n));
					good += stepwise(s, 4);
				}
	assert_true(good > 100);
}

static void
every_two_bytes_agree(void **state)
{
	char s[2];
	int a, b;

	(void)state;
	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++) {
			s[0] = (char)a;
			s[1] = (char)b;
			assert_int_equal(stepwise(s, 2), str_is_utf8(s, 2));
		}
}

/* In two pieces, the second in a place of its own. */
static bool
in_two_pieces(const char *s, size_t n, size_t cut)
{
	struct utf8 u = { 0 };

	return utf8_feed(&u, s, cut) && utf8_feed(&u, s + cut, n - cut) &&
	    utf8_complete(&u);
}

static void
many_bytes_at_once_agree_wherever_they_are_cut(void **state)
{
	static const char *const all[] = {
		"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\x80", "\xff",
		"\xc3", "\xc3(", "\xe2\x82", "\xe2(", "\xed\xa0\x80", "\xc0\x80",
		"\xf4\x90\x80\x80", "\xc3xxxxxxxx\xa9",
	};
	char s[28];
	size_t i, at, cut, len;
	bool good;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		len = strlen(all[i]);
		for (at = 0; at + len <= sizeof(s); at++) {
			memset(s, 'x', sizeof(s));
			memcpy(s + at, all[i], len);
			good = i < 3;
			assert_int_equal(stepwise(s, sizeof(s)), good);
			assert_int_equal(str_is_utf8(s, sizeof(s)), good);
			for (cut = 0; cut <= sizeof(s); cut++)
				assert_int_equal(in_two_pieces(s, sizeof(s),
				    cut), good);
		}
	}
}

static void
half_a_character_is_not_complete(void **state)
{
	(void)state;
	assert_true(stepwise("", 0));
	assert_true(stepwise("\xf0\x9f\x98\x80", 4));
	assert_false(stepwise("\xf0\x9f\x98\x80", 3));
	assert_false(stepwise("\xc3", 1));
}

static void
every_character_survives_writing_and_reading(void **state)
{
	char s[UTF8_MAX];
	uint32_t c, got;
	size_t n;

	(void)state;
	for (c = 0; c < 0x110000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		n = utf8_encode(c, s);
		assert_true(n >= 1 && n <= UTF8_MAX && stepwise(s, n));
		assert_int_equal(utf8_decode(s, n, &got), n);
		assert_int_equal(got, c);
		assert_int_equal(utf8_decode(s, n - 1, &got), 0);
	}
}

static void
what_is_no_character_is_not_read(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xc0\x80", "\xc3(", "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"\xff",
	};
	uint32_t c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		c = 7;
		assert_int_equal(utf8_decode(bad[i], strlen(bad[i]), &c), 0);
		assert_int_equal(c, 0);
	}
	assert_int_equal(utf8_decode("ab", 2, &c), 1);
	assert_int_equal(c, 'a');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_whole_string_check),
		cmocka_unit_test(every_two_bytes_agree),
		cmocka_unit_test(
		    many_bytes_at_once_agree_wherever_they_are_cut),
		cmocka_unit_test(half_a_character_is_not_complete),
		cmocka_unit_test(every_character_survives_writing_and_reading),
		cmocka_unit_test(what_is_no_character_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
