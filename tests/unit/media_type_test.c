#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/media_type.h"

#define C64	"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr"
#define C63	"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopq"

/* `charset` is NULL where the header gives none. */
static void
expect(const char *header, const char *name, const char *charset)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct media_type m;
	size_t k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		media_type_init(&m, "charset");
		FEED_PIECES(media_type_feed, &m, header, strlen(header),
		    sizes[k]);
		if (media_type_end(&m))
			fail_msg("refused: %s", header);
		assert_string_equal(m.name, name);
		assert_int_equal(m.has_param, charset != NULL);
		assert_string_equal(m.param, charset ? charset : "");
	}
	assert_int_equal(media_type_parse(header, "charset", &m), ST_OK);
	assert_string_equal(m.name, name);
}

static void
expect_refused(const char *header, size_t len)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct media_type m;
	size_t k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		media_type_init(&m, "charset");
		FEED_PIECES(media_type_feed, &m, header, len, sizes[k]);
		if (media_type_end(&m) != ST_INVALID)
			fail_msg("taken: %s", header);
		assert_string_equal(m.name, "");
		assert_string_equal(m.param, "");
		assert_false(m.has_param);
	}
}

static void
type_comes_out_in_lower_case(void **state)
{
	(void)state;
	expect("text/plain", "text/plain", NULL);
	expect("Application/JSON", "application/json", NULL);
	expect(" application/merge-patch+json\t", "application/merge-patch+json",
	    NULL);
	expect("a!#$%&'*+-.^_`|~/b", "a!#$%&'*+-.^_`|~/b", NULL);
}

static void
charset_comes_out_unquoted(void **state)
{
	(void)state;
	expect("text/plain;charset=UTF-8", "text/plain", "utf-8");
	expect("text/plain ; CharSet=\"Utf-8\"", "text/plain", "utf-8");
	expect("text/plain; charset=\"a\\\"b\\c\"", "text/plain", "a\"bc");
	expect("text/plain; charset=\"\"", "text/plain", "");
	expect("a/b; x=1; charset=c; y=\"2;charset=d\"", "a/b", "c");
}

static void
other_parameters_are_dropped(void **state)
{
	(void)state;
	expect("multipart/form-data; boundary=\"a b,c;\\\"=\"",
	    "multipart/form-data", NULL);
	expect("a/b;charsets=x;chars=y;xcharset=z", "a/b", NULL);
	expect("a/b; x=" C64 C64, "a/b", NULL);
	expect("a/b;", "a/b", NULL);
	expect("a/b; ;; ;x=1;", "a/b", NULL);
}

static void
malformed_headers_are_refused(void **state)
{
	static const char *const bad[] = {
		"", " ", "text", "text/", "/plain", "/", "text//plain",
		"text/plain/x", "text /plain", "text/ plain", "text/plain x",
		"text/plain,text/html", "text/plain; charset",
		"text/plain; charset=", "text/plain; =utf-8",
		"text/plain; charset =utf-8", "text/plain; charset= utf-8",
		"text/plain; charset=\"utf-8", "text/plain; charset=\"a\\",
		"text/plain; charset=\"a\"b", "text/plain; charset=a b",
		"text/plain; charset=a; charset=a", "text/plain; charset=(a)",
		"text/plain\n", "t\xc3\xa9xt/plain", "text/plain; a=\"\x01\"",
		"text/plain; a=\"\x7f\"", "text/plain; a=\"\\\n\"", ";a=b",
		"text/plain; a=b c=d", "text/plain;x",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_refused(bad[i], strlen(bad[i]));
	expect_refused("text/pl\0ain", 11);
}

static void
name_of_255_is_the_longest(void **state)
{
	(void)state;
	expect(C64 "/" C63 C63 C64, C64 "/" C63 C63 C64, NULL);
	expect_refused(C64 "/" C63 C64 C64, 256);
}

static void
charset_of_63_is_the_longest(void **state)
{
	(void)state;
	expect("a/b;charset=" C63, "a/b", C63);
	expect_refused("a/b;charset=" C64, 76);
	expect_refused("a/b;charset=\"" C64 "\"", 78);
}

static void
open_quotes_are_known(void **state)
{
	static const char header[] = "a/b;c=\"x\\\",y\",d";
	static const char inside[] = "000000111111000";
	struct media_type m;
	size_t i;

	(void)state;
	media_type_init(&m, "q");
	for (i = 0; header[i] != '\0'; i++) {
		media_type_feed(&m, header + i, 1);
		assert_int_equal(media_type_in_quotes(&m), inside[i] == '1');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_comes_out_in_lower_case),
		cmocka_unit_test(charset_comes_out_unquoted),
		cmocka_unit_test(other_parameters_are_dropped),
		cmocka_unit_test(malformed_headers_are_refused),
		cmocka_unit_test(name_of_255_is_the_longest),
		cmocka_unit_test(charset_of_63_is_the_longest),
		cmocka_unit_test(open_quotes_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
