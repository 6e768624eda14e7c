#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/etag.h"

#define T62	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static enum status
parse(const char *text, size_t len, size_t piece, struct etag_list *l)
{
	etag_init(l);
	FEED_PIECES(etag_feed, l, text, len, piece);
	return etag_end(l);
}

/* `tags` as they are to come out: "x" strong, "W/x" weak. */
static void
expect_tags(const char *header, size_t count, const char *const *tags)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct etag_list l;
	size_t i, k;
	bool weak;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		if (parse(header, strlen(header), sizes[k], &l))
			fail_msg("refused: %s", header);
		assert_false(l.star);
		assert_int_equal(l.count, count);
		for (i = 0; i < count; i++) {
			weak = strncmp(tags[i], "W/", 2) == 0;
			assert_int_equal(l.tag[i].weak, weak);
			assert_string_equal(l.tag[i].text,
			    tags[i] + (weak ? 2 : 0));
		}
	}
}

static void
expect_refused(const char *header, size_t len)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct etag_list l;
	size_t k;

	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		if (parse(header, len, sizes[k], &l) != ST_INVALID)
			fail_msg("taken: %s", header);
		assert_int_equal(l.count, 0);
		assert_false(l.star);
		assert_false(etag_match(&l, "", true));
	}
}

static void
star_stands_alone(void **state)
{
	static const char *const stars[] = { "*", "* ", " *", "\t*\t" };
	struct etag_list l;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(stars) / sizeof(stars[0]); i++) {
		assert_int_equal(etag_parse(stars[i], &l), ST_OK);
		assert_true(l.star);
		assert_int_equal(l.count, 0);
		assert_int_equal(parse(stars[i], strlen(stars[i]), 1, &l),
		    ST_OK);
		assert_true(l.star);
	}
	expect_refused("*, \"1\"", 6);
	expect_refused("\"1\", *", 6);
	expect_refused("**", 2);
	expect_refused(",*", 2);
	expect_refused("\"*", 2);
}

static void
lists_are_read_in_order(void **state)
{
	static const char *const one[] = { "12" };
	static const char *const two[] = { "12", "W/13" };
	static const char *const odd[] = { "", "W/", "a,b", "W/x" };

	(void)state;
	expect_tags("\"12\"", 1, one);
	expect_tags(" \"12\" ", 1, one);
	expect_tags("\"12\",W/\"13\"", 2, two);
	expect_tags("\"12\" ,\t W/\"13\"", 2, two);
	expect_tags(", ,\"12\",,W/\"13\", ,", 2, two);
	expect_tags("\"\", W/\"\", \"a,b\", W/\"x\"", 4, odd);
}

static void
opaque_text_keeps_its_bytes(void **state)
{
	static const char *const tag[] = { "\\!#~\xff\x80W/" };

	(void)state;
	expect_tags("\"\\!#~\xff\x80W/\"", 1, tag);
}

static void
malformed_headers_are_refused(void **state)
{
	static const char *const bad[] = {
		"", " ", ",", ", ,", "12", "\"12", "12\"", "\"", "W/", "W",
		"w/\"12\"", "W /\"12\"", "W/ \"12\"", "W/12", "'12'",
		"\"12\" \"13\"", "\"12\"\"13\"", "\"12\";a", "\"1 2\"",
		"\"1\t2\"", "\"1\x7f\"", "\"1\n\"", "\"a\", b", "\"a\", \"b",
		"W//\"a\"",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_refused(bad[i], strlen(bad[i]));
	expect_refused("\"a\0b\"", 5);
}

static void
tag_of_63_is_the_longest(void **state)
{
	static const char *const tag[] = { T62 "x" };

	(void)state;
	expect_tags("\"" T62 "x\"", 1, tag);
	expect_refused("\"" T62 "xy\"", 66);
}

static void
eight_tags_are_the_most(void **state)
{
	static const char *const tags[] = {
		"1", "2", "3", "4", "W/5", "6", "7", "8",
	};

	(void)state;
	expect_tags("\"1\",\"2\",\"3\",\"4\",W/\"5\",\"6\",\"7\",\"8\"", 8,
	    tags);
	expect_refused("\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"",
	    35);
}

static void
weak_tags_match_only_weakly(void **state)
{
	struct etag_list l;

	(void)state;
	assert_int_equal(etag_parse("\"1\", W/\"2\"", &l), ST_OK);
	assert_true(etag_match(&l, "1", false));
	assert_true(etag_match(&l, "1", true));
	assert_false(etag_match(&l, "2", false));
	assert_true(etag_match(&l, "2", true));
	assert_false(etag_match(&l, "3", true));
	assert_false(etag_match(&l, "", true));
	assert_false(etag_match(&l, "12", true));
}

static void
star_matches_any(void **state)
{
	struct etag_list l;

	(void)state;
	assert_int_equal(etag_parse("*", &l), ST_OK);
	assert_true(etag_match(&l, "1", false));
	assert_true(etag_match(&l, "x", true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(star_stands_alone),
		cmocka_unit_test(lists_are_read_in_order),
		cmocka_unit_test(opaque_text_keeps_its_bytes),
		cmocka_unit_test(malformed_headers_are_refused),
		cmocka_unit_test(tag_of_63_is_the_longest),
		cmocka_unit_test(eight_tags_are_the_most),
		cmocka_unit_test(weak_tags_match_only_weakly),
		cmocka_unit_test(star_matches_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
