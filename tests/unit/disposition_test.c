#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/disposition.h"

static void
expect(const char *name, const char *value)
{
	struct buf b;

	buf_init(&b, 4096);
	disposition_attachment(&b, name);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_string_equal(b.data, value);
	buf_fini(&b);
}

static void
plain_names_stand_as_they_are(void **state)
{
	(void)state;
	expect("notes.txt", "attachment; filename=\"notes.txt\"; "
	    "filename*=UTF-8''notes.txt");
	expect("a b;c=d'(1)", "attachment; filename=\"a b;c=d'(1)\"; "
	    "filename*=UTF-8''a%20b%3Bc%3Dd%27%281%29");
	expect("!#$&+-.^_`|~", "attachment; filename=\"!#$&+-.^_`|~\"; "
	    "filename*=UTF-8''!#$&+-.^_`|~");
}

static void
what_a_recipient_may_misread_is_replaced_in_the_plain_form(void **state)
{
	(void)state;
	expect("\"; x=\"", "attachment; filename=\"_; x=_\"; "
	    "filename*=UTF-8''%22%3B%20x%3D%22");
	expect("a\\b/c%41", "attachment; filename=\"a_b_c_41\"; "
	    "filename*=UTF-8''a%5Cb%2Fc%2541");
}

static void
a_character_beyond_ascii_is_one_underscore(void **state)
{
	(void)state;
	expect("\xc3\xa9t\xc3\xa9", "attachment; filename=\"_t_\"; "
	    "filename*=UTF-8''%C3%A9t%C3%A9");
	expect("\xf0\x9f\x98\x80.png", "attachment; filename=\"_.png\"; "
	    "filename*=UTF-8''%F0%9F%98%80.png");
}

static void
what_cannot_stand_in_a_header_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "a\r\nSet-Cookie: x", "a\n", "\x01", "a\x7f", "a\tb",
		"\xff", "\xc3", "\xed\xa0\x80", "a\xc0\xaf",
	};
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_init(&b, 4096);
		disposition_attachment(&b, bad[i]);
		assert_int_equal(buf_status(&b), ST_INVALID);
		assert_int_equal(b.len, 0);
		buf_fini(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_names_stand_as_they_are),
		cmocka_unit_test(
		    what_a_recipient_may_misread_is_replaced_in_the_plain_form),
		cmocka_unit_test(a_character_beyond_ascii_is_one_underscore),
		cmocka_unit_test(what_cannot_stand_in_a_header_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
