#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/http_head.h"

#define GOOD	"GET /notewire/socket/b?x=1 HTTP/1.1\r\nHost: a.example\r\n"

/* Reads it in several ways, which must agree; the last one is left in `h`. */
static enum status
read_head(const char *text, size_t n, struct http_head *h)
{
	static const size_t sizes[] = PIECE_SIZES;
	enum status st = ST_OK, first = ST_OK;
	size_t i, at, part;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		http_head_init(h);
		for (at = 0; at < n; at += part) {
			part = n - at < sizes[i] ? n - at : sizes[i];
			if (http_head_feed(h, text + at, part) < part)
				break;
		}
		st = http_head_end(h);
		if (i == 0)
			first = st;
		assert_int_equal(st, first);
	}
	return st;
}

static enum status
read_text(const char *text, struct http_head *h)
{
	return read_head(text, strlen(text), h);
}

static void
value_is(const struct http_head *h, const char *name, const char *expected)
{
	const char *value;

	assert_int_equal(http_head_value(h, name, &value), ST_OK);
	assert_string_equal(value, expected);
}

static void
a_head_is_taken_apart(void **state)
{
	struct http_head *h = malloc(sizeof(*h));

	(void)state;
	assert_non_null(h);
	assert_int_equal(read_text(GOOD "X-Empty:\r\nx-SPACES: \t a  b \t\r\n"
	    "Cookie: \xc3\xa9=1\r\n\r\n", h), ST_OK);
	assert_string_equal(h->method, "GET");
	assert_string_equal(h->target, "/notewire/socket/b?x=1");
	assert_true(h->http11);
	assert_int_equal(h->lines, 4);
	value_is(h, "host", "a.example");
	value_is(h, "x-empty", "");
	value_is(h, "x-spaces", "a  b");
	value_is(h, "cookie", "\xc3\xa9=1");
	value_is(h, "origin", "");
	assert_int_equal(read_text("OPTIONS * HTTP/1.0\r\n\r\n", h), ST_OK);
	assert_false(h->http11);
	free(h);
}

static void
what_follows_the_head_is_left(void **state)
{
	static const char text[] = GOOD "\r\nrest";
	struct http_head *h = malloc(sizeof(*h));

	(void)state;
	assert_non_null(h);
	http_head_init(h);
	assert_int_equal(http_head_feed(h, text, strlen(text)),
	    strlen(text) - 4);
	assert_int_equal(http_head_feed(h, "x", 1), 0);
	free(h);
}

static void
what_two_might_read_differently_is_refused(void **state)
{
	static const char *const all[] = {
		"\r\nGET / HTTP/1.1\r\n\r\n", " GET / HTTP/1.1\r\n\r\n",
		"GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n",
		"GET /\r\n\r\n", "GET / HTTP/1.1\n\n", "GET / http/1.1\r\n\r\n",
		"GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.11\r\n\r\n",
		"GET /\x7f HTTP/1.1\r\n\r\n", "GET /\xc3\xa9 HTTP/1.1\r\n\r\n",
		"G(T / HTTP/1.1\r\n\r\n", "GET\t/ HTTP/1.1\r\n\r\n",
		GOOD " folded: x\r\n\r\n", GOOD "A: b\r\n c\r\n\r\n",
		GOOD "A : b\r\n\r\n", GOOD ": b\r\n\r\n", GOOD "A\r\n\r\n",
		GOOD "A: b\n\r\n", GOOD "A: b\rc\r\n\r\n",
		GOOD "A: b\r\n\rX", GOOD "A: \x01\r\n\r\n",
		GOOD "A: b\x7f\r\n\r\n", GOOD "\xc3\xa9: b\r\n\r\n",
	};
	struct http_head *h = malloc(sizeof(*h));
	size_t i;

	(void)state;
	assert_non_null(h);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_int_equal(read_text(all[i], h), ST_INVALID);
	assert_int_equal(read_head("GET / HTTP/1.1\r\nA: \0\r\n\r\n", 24, h),
	    ST_INVALID);
	free(h);
}

static void
half_a_head_is_none_yet(void **state)
{
	static const char text[] = GOOD "\r\n";
	struct http_head *h = malloc(sizeof(*h));
	size_t n;

	(void)state;
	assert_non_null(h);
	for (n = 0; n < strlen(text); n++)
		assert_int_equal(read_head(text, n, h), ST_BUSY);
	assert_int_equal(read_head(text, n, h), ST_OK);
	free(h);
}

static void
too_long_and_too_many_are_told_apart(void **state)
{
	struct http_head *h = malloc(sizeof(*h));
	static const char first[] = "GET / HTTP/1.1\r\n";
	char *text = malloc(3 * HTTP_HEAD_MAX);
	size_t i, n;

	(void)state;
	assert_non_null(h);
	assert_non_null(text);
	memset(text, 'a', 3 * HTTP_HEAD_MAX);
	assert_int_equal(read_head(text, 3 * HTTP_HEAD_MAX, h), ST_TOOBIG);
	memcpy(text, "GET / HTTP/1.1\r\nA:", 18);
	assert_int_equal(read_head(text, 3 * HTTP_HEAD_MAX, h), ST_TOOBIG);
	memset(text + 18, ' ', HTTP_HEAD_MAX);
	memcpy(text + HTTP_HEAD_MAX - 4, "\r\n\r\n", 4);
	assert_int_equal(read_head(text, HTTP_HEAD_MAX, h), ST_OK);
	memset(text + HTTP_HEAD_MAX - 4, ' ', HTTP_HEAD_MAX);
	memcpy(text + HTTP_HEAD_MAX - 3, "\r\n\r\n", 4);
	assert_int_equal(read_head(text, HTTP_HEAD_MAX + 1, h), ST_TOOBIG);
	n = strlen(first);
	memcpy(text, first, n);
	for (i = 0; i < HTTP_LINES_MAX; i++, n += 6)
		memcpy(text + n, "A: b\r\n", 6);
	memcpy(text + n, "\r\n", 2);
	assert_int_equal(read_head(text, n + 2, h), ST_OK);
	memcpy(text + n, "A: b\r\n\r\n", 8);
	assert_int_equal(read_head(text, n + 8, h), ST_TOOBIG);
	free(text);
	free(h);
}

static void
several_of_what_must_be_one_are_none(void **state)
{
	struct http_head *h = malloc(sizeof(*h));
	const char *value;

	(void)state;
	assert_non_null(h);
	assert_int_equal(read_text(GOOD "hOst: b.example\r\n\r\n", h), ST_OK);
	assert_int_equal(http_head_value(h, "host", &value), ST_INVALID);
	assert_string_equal(value, "");
	free(h);
}

static void
lists_are_searched_token_by_token(void **state)
{
	struct http_head *h = malloc(sizeof(*h));

	(void)state;
	assert_non_null(h);
	assert_int_equal(read_text(GOOD "Connection: keep-alive ,\tUpgrade\r\n"
	    "Connection: x\r\nUpgrade: websocket2, h2c, ,\r\n\r\n", h), ST_OK);
	assert_true(http_head_lists(h, "connection", "upgrade"));
	assert_true(http_head_lists(h, "connection", "keep-alive"));
	assert_true(http_head_lists(h, "connection", "x"));
	assert_true(http_head_lists(h, "upgrade", "H2C"));
	assert_false(http_head_lists(h, "upgrade", "websocket"));
	assert_false(http_head_lists(h, "upgrade", ""));
	assert_false(http_head_lists(h, "te", "x"));
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_is_taken_apart),
		cmocka_unit_test(what_follows_the_head_is_left),
		cmocka_unit_test(what_two_might_read_differently_is_refused),
		cmocka_unit_test(half_a_head_is_none_yet),
		cmocka_unit_test(too_long_and_too_many_are_told_apart),
		cmocka_unit_test(several_of_what_must_be_one_are_none),
		cmocka_unit_test(lists_are_searched_token_by_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
