#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/path.h"

#define S64	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"

static enum status
parse(const char *text, size_t len, size_t piece, struct path *p)
{
	path_init(p);
	FEED_PIECES(path_feed, p, text, len, piece);
	return path_end(p);
}

static void
expect_segments(const char *text, size_t count, const char *const *segs)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct path p;
	size_t i, k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		if (parse(text, strlen(text), sizes[k], &p))
			fail_msg("refused: %s", text);
		assert_int_equal(p.count, count);
		for (i = 0; i < count; i++)
			assert_string_equal(p.seg[i], segs[i]);
	}
	assert_int_equal(path_parse(text, &p), ST_OK);
	assert_int_equal(p.count, count);
}

static void
expect_refused(const char *text, size_t len)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct path p;
	size_t k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		if (parse(text, len, sizes[k], &p) != ST_INVALID)
			fail_msg("taken: %s", text);
		assert_int_equal(p.count, 0);
		assert_string_equal(p.seg[0], "");
	}
}

static void
root_has_no_segments(void **state)
{
	(void)state;
	expect_segments("", 0, NULL);
	expect_segments("/", 0, NULL);
}

static void
segments_are_cut_at_slashes(void **state)
{
	static const char *const one[] = { "health" };
	static const char *const four[] = { "boards", "B-1_z", "notes", "n" };
	static const char *const eight[] = {
		"a", "b", "c", "d", "e", "f", "g", "h",
	};

	(void)state;
	expect_segments("/health", 1, one);
	expect_segments("/boards/B-1_z/notes/n", 4, four);
	expect_segments("/a/b/c/d/e/f/g/h", 8, eight);
}

static void
segment_of_64_is_the_longest(void **state)
{
	static const char *const two[] = { S64, "x" };

	(void)state;
	expect_segments("/" S64 "/x", 2, two);
	expect_refused("/" S64 "z/x", 68);
}

static void
other_paths_are_refused(void **state)
{
	static const char *const bad[] = {
		"boards", "//", "//boards", "/boards/", "/boards//x", "/a/b/",
		"/.", "/..", "/a/../b", "/a/./b", "/a.b", "/a b", "/a%2fb",
		"/a?b", "/a#b", "/a\\b", "/a\nb", "/a\tb", "/a\x7f", "/\xc3\xa9",
		"/a/b/c/d/e/f/g/h/i", "/a/b/c/d/e/f/g/h/", "/a:b", "/~a", "/*",
		"/a;b", "/a+b", " /a", "/a ",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_refused(bad[i], strlen(bad[i]));
	expect_refused("/a\0b", 4);
	expect_refused("\0", 1);
}

static void
nothing_repairs_a_failed_path(void **state)
{
	struct path p;

	(void)state;
	path_init(&p);
	path_feed(&p, "x", 1);
	assert_int_equal(path_end(&p), ST_INVALID);
	path_feed(&p, "/a", 2);
	assert_int_equal(path_end(&p), ST_INVALID);
	assert_int_equal(p.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_has_no_segments),
		cmocka_unit_test(segments_are_cut_at_slashes),
		cmocka_unit_test(segment_of_64_is_the_longest),
		cmocka_unit_test(other_paths_are_refused),
		cmocka_unit_test(nothing_repairs_a_failed_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
