#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/accept.h"

#define STREAM	"text/event-stream"

static void
expect_bytes(const char *header, size_t len, enum status st)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct accept a;
	enum status got;
	size_t k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		accept_init(&a, STREAM);
		FEED_PIECES(accept_feed, &a, header, len, sizes[k]);
		got = accept_end(&a);
		if (got != st)
			fail_msg("%s: %s", header, status_name(got));
	}
}

static void
expect_all(const char *const *headers, size_t n, enum status st)
{
	size_t i;

	for (i = 0; i < n; i++) {
		expect_bytes(headers[i], strlen(headers[i]), st);
		assert_int_equal(accept_names(headers[i], STREAM), st == ST_OK);
	}
}

#define EXPECT_ALL(headers, st) \
	expect_all(headers, sizeof(headers) / sizeof(headers[0]), st)

static void
type_is_named_itself(void **state)
{
	static const char *const good[] = {
		STREAM, "TEXT/Event-Stream", " " STREAM " ", STREAM ";q=1",
		"application/json, " STREAM, STREAM ",*/*;q=0.1",
		STREAM ";q=0.001", STREAM "; Q=0.5", STREAM " ; q=1.000",
		STREAM ";charset=utf-8", STREAM ";a=\"x,y;q=0\";q=0.1",
		",," STREAM ",,", STREAM ";q=0, " STREAM ";q=0.2",
		STREAM ";", STREAM ";q=1.", STREAM ";q=\"0.5\"",
		"a/b;c=\"\\\"\", " STREAM,
	};

	(void)state;
	EXPECT_ALL(good, ST_OK);
}

static void
ranges_do_not_name_it(void **state)
{
	static const char *const none[] = {
		"", " ", ",", "*/*", "text/*", "text/html",
		"application/json, */*;q=0.8", "text/event-streams",
		"text/event-strea", "xtext/event-stream",
		"a/b;c=\"" STREAM "\"", "a/b;c=\"," STREAM ",\"",
		"a/b;c=\"\\\"," STREAM "\"",
	};

	(void)state;
	EXPECT_ALL(none, ST_NOTFOUND);
}

static void
weight_zero_does_not_name_it(void **state)
{
	static const char *const none[] = {
		STREAM ";q=0", STREAM ";q=0.0", STREAM ";q=0.000",
		STREAM ";q=0.", STREAM ";x=1;q=0", STREAM " ; Q=0 , */*",
	};

	(void)state;
	EXPECT_ALL(none, ST_NOTFOUND);
}

static void
malformed_headers_name_nothing(void **state)
{
	static const char *const bad[] = {
		STREAM ";q=", STREAM ";q=2", STREAM ";q=1.1", STREAM ";q=.5",
		STREAM ";q=0.0001", STREAM ";q=-1", STREAM ";q=1.0000",
		STREAM ";q=0,5", STREAM ";q=0x1", STREAM ";q=01",
		STREAM ";q=0.a",
		STREAM ";q=1;q=1", STREAM ";q", STREAM ";q =1",
		STREAM "; q= 1", STREAM " x", "text", "text/", "/x",
		"text/event-stream/x", STREAM ", *", STREAM ", x y/z",
		STREAM ", a/b;c=\"x", STREAM ", a/b;c=\"x\\", "(a)/b, " STREAM,
		STREAM "\x7f", STREAM ", \xff/a", STREAM "\n",
		STREAM ", a/b;c=\"\x01\"",
	};

	(void)state;
	EXPECT_ALL(bad, ST_INVALID);
	expect_bytes(STREAM "\0", sizeof(STREAM), ST_INVALID);
}

static void
weights_tell_what_is_preferred(void **state)
{
	static const struct {
		const char *header;
		unsigned html, json;
	} cases[] = {
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,*/*"
		    ";q=0.8", 1000, 0 },
		{ "text/html, text/*;q=0.5, image/*", 1000, 0 },
		{ "*/*", 0, 0 }, { "", 0, 0 }, { "text/*", 0, 0 },
		{ "application/json, text/html;q=0.9", 900, 1000 },
		{ "application/json;q=0.25,text/html;q=0.251", 251, 250 },
		{ "text/html;q=0.1, text/html;q=0.7, text/html;q=0.3", 700, 0 },
		{ "text/html;q=1.000,application/json", 1000, 1000 },
		{ "text/html;q=0.001", 1, 0 }, { "text/html;q=0", 0, 0 },
		{ "text/html, application/json;q=2", 0, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(accept_weight(cases[i].header, "text/html"),
		    cases[i].html);
		assert_int_equal(accept_weight(cases[i].header,
		    "application/json"), cases[i].json);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_is_named_itself),
		cmocka_unit_test(ranges_do_not_name_it),
		cmocka_unit_test(weight_zero_does_not_name_it),
		cmocka_unit_test(malformed_headers_name_nothing),
		cmocka_unit_test(weights_tell_what_is_preferred),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
