#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notewired/handover/page.h"

#define C(n)	"{\"seq\":\"abcdefgh-" #n "\"}\n"
#define S(n)	"{\"event\":\"signal\",\"data\":" #n "}\n"

/* Said and changed in turns; the reader would be at 3. */
static const char lines[] = S(1) C(1) S(2) C(2) S(3) C(3) S(4);

/* The page of those, cut into two pieces at any line; how many are left out. */
static int64_t
page(int64_t limit, size_t cut, struct buf *b)
{
	const struct cursor at = { .epoch = "abcdefgh", .seq = 3 };
	struct iovec piece[2] = {
		{ (void *)(uintptr_t)lines, cut },
		{ (void *)(uintptr_t)(lines + cut), strlen(lines) - cut },
	};

	buf_init(b, 4096);
	return page_rows(b, piece, 2, limit, &at, 3);
}

static void
expect(int64_t limit, int64_t left, const char *text)
{
	struct buf b;
	size_t cut;

	for (cut = 0; cut < strlen(lines); cut++) {
		if (cut > 0 && lines[cut - 1] != '\n')
			continue;
		assert_int_equal(page(limit, cut, &b), left);
		assert_string_equal(b.data, text);
		buf_fini(&b);
	}
}

static void
a_page_holds_all_that_fits(void **state)
{
	(void)state;
	expect(10, 0, "{\"signals\":[{\"event\":\"signal\",\"data\":1},"
	    "{\"event\":\"signal\",\"data\":2},{\"event\":\"signal\",\"data\":3},"
	    "{\"event\":\"signal\",\"data\":4}],"
	    "\"results\":[{\"seq\":\"abcdefgh-1\"},{\"seq\":\"abcdefgh-2\"},"
	    "{\"seq\":\"abcdefgh-3\"}],\"last_seq\":\"abcdefgh-3\",\"pending\":0}");
}

/* What was said after its last change and before the next belongs to it. */
static void
what_comes_after_its_last_change_is_for_the_next_page(void **state)
{
	(void)state;
	expect(1, 4, "{\"signals\":[{\"event\":\"signal\",\"data\":1},"
	    "{\"event\":\"signal\",\"data\":2}],"
	    "\"results\":[{\"seq\":\"abcdefgh-1\"}],"
	    "\"last_seq\":\"abcdefgh-1\",\"pending\":2}");
	expect(2, 2, "{\"signals\":[{\"event\":\"signal\",\"data\":1},"
	    "{\"event\":\"signal\",\"data\":2},{\"event\":\"signal\",\"data\":3}],"
	    "\"results\":[{\"seq\":\"abcdefgh-1\"},{\"seq\":\"abcdefgh-2\"}],"
	    "\"last_seq\":\"abcdefgh-2\",\"pending\":1}");
	expect(3, 0, "{\"signals\":[{\"event\":\"signal\",\"data\":1},"
	    "{\"event\":\"signal\",\"data\":2},{\"event\":\"signal\",\"data\":3},"
	    "{\"event\":\"signal\",\"data\":4}],"
	    "\"results\":[{\"seq\":\"abcdefgh-1\"},{\"seq\":\"abcdefgh-2\"},"
	    "{\"seq\":\"abcdefgh-3\"}],\"last_seq\":\"abcdefgh-3\",\"pending\":0}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_holds_all_that_fits),
		cmocka_unit_test(
		    what_comes_after_its_last_change_is_for_the_next_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
