#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/htmlfile.h"

#define NONCE	"abcDEF012-_abcDEF012-_"
#define HEAD	"<script nonce=\"" NONCE "\">" \
		"document.currentScript.remove();parent.notewire(["
#define TAIL	"])</script>\n"
#define ROOM	4096

static void
put(struct htmlfile *h, struct buf *b, const char *json)
{
	htmlfile_put(h, b, json, strlen(json));
}

/* What one value looks like in the batch. */
static void
reads_as(const char *json, const char *written)
{
	struct htmlfile h;
	struct buf b;

	buf_init(&b, ROOM);
	htmlfile_init(&h, NONCE);
	put(&h, &b, json);
	htmlfile_end_batch(&h, &b);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_memory_equal(b.data, HEAD, strlen(HEAD));
	assert_string_equal(b.data + b.len - strlen(TAIL), TAIL);
	buf_truncate(&b, b.len - strlen(TAIL));
	assert_string_equal(b.data + strlen(HEAD), written);
	buf_fini(&b);
}

static void
a_batch_is_one_script(void **state)
{
	struct htmlfile h;
	struct buf b;

	(void)state;
	buf_init(&b, ROOM);
	htmlfile_init(&h, NONCE);
	put(&h, &b, "{}");
	put(&h, &b, "{\"a\":1}");
	htmlfile_end_batch(&h, &b);
	assert_string_equal(b.data, HEAD "{},{\"a\":1}" TAIL);
	htmlfile_end_batch(&h, &b);	/* there is none to end */
	put(&h, &b, "3");
	htmlfile_end_batch(&h, &b);
	assert_string_equal(b.data, HEAD "{},{\"a\":1}" TAIL HEAD "3" TAIL);
	buf_fini(&b);
}

static void
what_html_or_a_script_would_misread_is_escaped(void **state)
{
	(void)state;
	reads_as("\"</script>\"", "\"\\u003c/script\\u003e\"");
	reads_as("\"<!--<script>&lt;\"",
	    "\"\\u003c!--\\u003cscript\\u003e\\u0026lt;\"");
	reads_as("\"\xe2\x80\xa8|\xe2\x80\xa9\"", "\"\\u2028|\\u2029\"");
	reads_as("\"]]>\"", "\"]]\\u003e\"");
}

static void
all_else_stays_as_it_is(void **state)
{
	static const char *const same[] = {
		"\"\xe2\x80\xa7\xe2\x80\xaa\xe2\x81\xa8\xe3\x80\xa8\"",
		"\"\xc3\xa9 \xf0\x9f\x98\x80 \xef\xbb\xbf \xe2\x80\xae\"",
		"\"\\\"\\\\\\/ ' ` ${x} \\u003c \\r\\n\"",
		"[-1.5e3,true,null,{\"\":[]}]",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		reads_as(same[i], same[i]);
}

static void
a_separator_cut_off_by_the_end_is_not_read_past_it(void **state)
{
	struct htmlfile h;
	struct buf b;

	(void)state;
	buf_init(&b, ROOM);
	htmlfile_init(&h, NONCE);
	htmlfile_put(&h, &b, "\xe2\x80\xa8", 2);
	assert_string_equal(b.data, HEAD "\xe2\x80");
	buf_fini(&b);
}

static void
a_document_begins_with_a_prelude(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, ROOM);
	htmlfile_begin(&b);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_in_range(b.len, HTMLFILE_PRELUDE, 2 * HTMLFILE_PRELUDE);
	assert_memory_equal(b.data, "<!DOCTYPE html>", 15);
	assert_null(strstr(b.data, "<script"));
	buf_fini(&b);
}

static void
the_policy_lets_nothing_but_the_nonce_run(void **state)
{
	struct htmlfile h;
	struct buf b;

	(void)state;
	buf_init(&b, ROOM);
	htmlfile_init(&h, NONCE);
	htmlfile_policy(&h, &b);
	assert_string_equal(b.data, "default-src 'none'; "
	    "script-src 'nonce-" NONCE "'; base-uri 'none'; "
	    "form-action 'none'; frame-ancestors 'self'");
	buf_fini(&b);
}

static void
a_nonce_that_could_end_its_place_fails(void **state)
{
	static const char *const bad[] = { "", "a b", "a\"", "a'", "a>", "a;",
	    "a\r\n", "\xc3\xa9" };
	struct htmlfile h;
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, ROOM);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		htmlfile_init(&h, bad[i]);
		buf_reset(&b);
		put(&h, &b, "{}");
		assert_int_equal(buf_status(&b), ST_INVALID);
		assert_string_equal(b.data, "");
		buf_reset(&b);
		htmlfile_policy(&h, &b);
		assert_int_equal(buf_status(&b), ST_INVALID);
	}
	buf_fini(&b);
}

static void
a_full_buffer_takes_a_value_back(void **state)
{
	static const char value[] = "\"<>\xe2\x80\xa8\"";
	size_t whole = strlen(HEAD "1,\"\\u003c\\u003e\\u2028\""), max;
	struct htmlfile h;
	struct buf b;

	(void)state;
	for (max = 0; max <= whole; max++) {
		buf_init(&b, max);
		htmlfile_init(&h, NONCE);
		put(&h, &b, "1");
		put(&h, &b, value);
		if (max < strlen(HEAD "1"))
			assert_string_equal(b.data, "");
		else if (max < whole)
			assert_string_equal(b.data, HEAD "1");
		else
			assert_int_equal(b.len, whole);
		assert_int_equal(buf_status(&b),
		    max < whole ? ST_TOOBIG : ST_OK);
		buf_fini(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_is_one_script),
		cmocka_unit_test(
		    what_html_or_a_script_would_misread_is_escaped),
		cmocka_unit_test(all_else_stays_as_it_is),
		cmocka_unit_test(
		    a_separator_cut_off_by_the_end_is_not_read_past_it),
		cmocka_unit_test(a_document_begins_with_a_prelude),
		cmocka_unit_test(the_policy_lets_nothing_but_the_nonce_run),
		cmocka_unit_test(a_nonce_that_could_end_its_place_fails),
		cmocka_unit_test(a_full_buffer_takes_a_value_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
