#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/key.h"

#define K64	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"

/* An expected text of NULL stands for refusal. */
static void
expect_bytes(const char *header, size_t len, const char *text)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct key key;
	enum status st;
	size_t k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		key_init(&key);
		FEED_PIECES(key_feed, &key, header, len, sizes[k]);
		st = key_end(&key);
		if (st != (text ? ST_OK : ST_INVALID))
			fail_msg("%s: %s", header, status_name(st));
		assert_string_equal(key.text, text ? text : "");
	}
}

static void
expect(const char *header, const char *text)
{
	struct key key;

	expect_bytes(header, strlen(header), text);
	assert_int_equal(key_parse(header, &key), text ? ST_OK : ST_INVALID);
	assert_string_equal(key.text, text ? text : "");
}

static void
quoted_and_bare_are_the_same(void **state)
{
	(void)state;
	expect("\"k-1_Z\"", "k-1_Z");
	expect("k-1_Z", "k-1_Z");
	expect("  \"k-1_Z\"  ", "k-1_Z");
	expect(" k-1_Z ", "k-1_Z");
}

static void
key_of_64_is_the_longest(void **state)
{
	(void)state;
	expect(K64, K64);
	expect("\"" K64 "\"", K64);
	expect(K64 "x", NULL);
	expect("\"" K64 "x\"", NULL);
}

static void
anything_else_is_refused(void **state)
{
	static const char *const bad[] = {
		"", " ", "\"\"", "\"", "\"a", "a\"", "\"a\"b", "a b",
		"\"a b\"", "\"a\" \"b\"", "\"a\\\"b\"", "\"a\\\\\"",
		"\"a\\b\"", "\"a\";x=1", "a;x=1", "a,b", "a.b", "a:b", "'a'",
		"\xc3\xa9", "\"\xc3\xa9\"", "a\n", "\ta", "a\t", "\"a\x7f\"",
		":YQ==:", "?1", "a\"b\"",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect(bad[i], NULL);
	expect_bytes("a\0", 2, NULL);
	expect_bytes("\"a\0\"", 4, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quoted_and_bare_are_the_same),
		cmocka_unit_test(key_of_64_is_the_longest),
		cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
