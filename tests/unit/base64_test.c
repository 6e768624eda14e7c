#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/base64.h"
#include "pieces.h"

#define OUT_MAX	4096

static enum status
decode(const char *text, size_t len, size_t piece, struct buf *out)
{
	struct base64 d;
	size_t i, n;

	buf_reset(out);
	base64_init(&d);
	for (i = 0; i < len; i += n) {
		n = len - i < piece ? len - i : piece;
		(void)base64_feed(&d, text + i, n, out);
	}
	return base64_end(&d);
}

/* RFC 4648, 10. */
static const struct {
	const char	*bytes;
	const char	*text;
} vectors[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
	{ "\xff\xfe\xfd\xfb\xff\xbf", "//79+/+/" },
};

#define COUNT(a)	(sizeof(a) / sizeof(*(a)))

static void
texts_of_the_standard_go_both_ways(void **state)
{
	static const size_t pieces[] = PIECE_SIZES;
	struct buf b;
	size_t i, j;

	(void)state;
	buf_init(&b, OUT_MAX);
	for (i = 0; i < COUNT(vectors); i++) {
		buf_reset(&b);
		base64_put(&b, vectors[i].bytes, strlen(vectors[i].bytes));
		assert_string_equal(b.data, vectors[i].text);
		for (j = 0; j < COUNT(pieces); j++) {
			assert_int_equal(decode(vectors[i].text,
			    strlen(vectors[i].text), pieces[j], &b), ST_OK);
			assert_string_equal(b.data, vectors[i].bytes);
		}
	}
	buf_fini(&b);
}

static void
every_length_of_all_bytes_comes_back(void **state)
{
	unsigned char bytes[600];
	struct buf text, back;
	size_t n, i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	buf_init(&text, OUT_MAX);
	buf_init(&back, OUT_MAX);
	for (n = 0; n <= sizeof(bytes); n++) {
		buf_reset(&text);
		base64_put(&text, bytes, n);
		assert_int_equal(text.len, (n + 2) / 3 * 4);
		assert_int_equal(decode(text.data, text.len, 7, &back), ST_OK);
		assert_int_equal(back.len, n);
		assert_memory_equal(back.data, bytes, n);
	}
	buf_fini(&text);
	buf_fini(&back);
}

static void
anything_else_is_refused(void **state)
{
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Zm9", "Z===", "====", "=", "Zg==Zg==",
		"Zg==A", "Zh==", "Zm9=", "Zm8=\n", "Zm 8", "Zm-_", "Zm8*",
		"Zm=8", "\xc3\xa4==", "Zm9v=",
	};
	static const size_t pieces[] = PIECE_SIZES;
	struct buf b;
	size_t i, j;

	(void)state;
	buf_init(&b, OUT_MAX);
	for (i = 0; i < COUNT(bad); i++)
		for (j = 0; j < COUNT(pieces); j++)
			if (decode(bad[i], strlen(bad[i]), pieces[j], &b) !=
			    ST_INVALID)
				fail_msg("taken: %s", bad[i]);
	assert_int_equal(decode("Zm\0v", 4, 1, &b), ST_INVALID);
	buf_fini(&b);
}

static void
full_buffer_shows(void **state)
{
	struct base64 d;
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	base64_init(&d);
	assert_int_equal(base64_feed(&d, "Zm9vYmFy", 8, &b), ST_TOOBIG);
	assert_int_equal(base64_end(&d), ST_TOOBIG);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_of_the_standard_go_both_ways),
		cmocka_unit_test(every_length_of_all_bytes_comes_back),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(full_buffer_shows),
	};

	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
