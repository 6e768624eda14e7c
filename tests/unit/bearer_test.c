#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/bearer.h"

#define T64	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"

static void
expect_bytes(const char *header, size_t len, enum status st, const char *token)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct bearer b;
	enum status got;
	size_t k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		bearer_init(&b);
		FEED_PIECES(bearer_feed, &b, header, len, sizes[k]);
		got = bearer_end(&b);
		if (got != st)
			fail_msg("%s: %s", header, status_name(got));
		assert_string_equal(b.token, token);
	}
}

static void
expect(const char *header, enum status st, const char *token)
{
	struct bearer b;

	expect_bytes(header, strlen(header), st, token);
	assert_int_equal(bearer_parse(header, &b), st);
	assert_string_equal(b.token, token);
}

static void
token_is_taken(void **state)
{
	(void)state;
	expect("Bearer w.abc", ST_OK, "w.abc");
	expect("bearer x", ST_OK, "x");
	expect("BEARER   x", ST_OK, "x");
	expect("Bearer aZ09-._~+/", ST_OK, "aZ09-._~+/");
	expect("Bearer a==", ST_OK, "a==");
}

static void
other_schemes_are_not_found(void **state)
{
	(void)state;
	expect("", ST_NOTFOUND, "");
	expect("Basic dXNlcjpwYXNz", ST_NOTFOUND, "");
	expect("Basic", ST_NOTFOUND, "");
	expect("Bearers x", ST_NOTFOUND, "");
	expect("Beare x", ST_NOTFOUND, "");
	expect("Bearer2", ST_NOTFOUND, "");
	expect("Digest a=\"b\", c=d", ST_NOTFOUND, "");
}

static void
malformed_headers_are_refused(void **state)
{
	static const char *const bad[] = {
		"Bearer", "Bearer ", "Bearer  ", " Bearer x", "Bearer\tx",
		"Bearer x ", "Bearer x y", "Bearer x,y", "Bearer \"x\"",
		"Bearer =", "Bearer =x", "Bearer x=y", "Bearer x\n",
		"Bearer \xc3\xa9", "Bearer x\x7f", "Bearer: x", "Bearer=x",
		"(x) y", " ", "Bearer a=b", "B\xc3\xa9 x", "Bearer x, Basic y",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect(bad[i], ST_INVALID, "");
	expect_bytes("Bearer a\0b", 10, ST_INVALID, "");
}

static void
token_of_128_is_the_longest(void **state)
{
	(void)state;
	expect("Bearer " T64 T64, ST_OK, T64 T64);
	expect("Bearer " T64 T64 "x", ST_INVALID, "");
	expect("Bearer " T64 T64 "=", ST_INVALID, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(token_is_taken),
		cmocka_unit_test(other_schemes_are_not_found),
		cmocka_unit_test(malformed_headers_are_refused),
		cmocka_unit_test(token_of_128_is_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
