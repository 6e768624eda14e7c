#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "codec/json.h"
#include "codec/print.h"

#define ID	"AAAAAAAAAAAAAAAAAAAAAA"
#define BODY	"{\"kind\":\"text\",\"title\":\"t\"}"

static struct note
a_note(void)
{
	return (struct note){
		.id = ID, .rev = 12, .body = BODY, .body_len = strlen(BODY),
		.created_at = 1000, .updated_at = 1769903999123, .by = "",
	};
}

/* Compares, after a strict check that it is one JSON value. */
static void
expect(struct buf *b, const char *expected)
{
	static const struct json_limits limits = { 16, 100 };
	struct problem why;
	struct cJSON *j;

	assert_int_equal(buf_status(b), ST_OK);
	assert_string_equal(b->data, expected);
	assert_int_equal(json_parse(b->data, b->len, &limits, &j, &why), ST_OK);
	json_free(j);
	buf_reset(b);
}

static void
a_note_is_the_service_s_members_then_the_body_s(void **state)
{
	struct note n = a_note();
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	print_note(&b, &n);
	expect(&b, "{\"id\":\"" ID "\",\"rev\":\"12\","
	    "\"created_at\":\"1970-01-01T00:00:01.000Z\","
	    "\"updated_at\":\"2026-01-31T23:59:59.123Z\","
	    "\"trashed_at\":null,\"by\":null,\"files\":[],"
	    "\"kind\":\"text\",\"title\":\"t\"}");
	n.trashed_at = 2000;
	n.by = "Ann \"A\"";
	print_note(&b, &n);
	assert_non_null(strstr(b.data,
	    "\"trashed_at\":\"1970-01-01T00:00:02.000Z\","
	    "\"by\":\"Ann \\\"A\\\"\",\"files\":[],\"kind\""));
	buf_reset(&b);
	n.files = "[{\"id\":\"x\"}]";
	print_note(&b, &n);
	assert_non_null(strstr(b.data, ",\"files\":[{\"id\":\"x\"}],\"kind\""));
	buf_fini(&b);
}

static void
a_file_is_printed_on_one_line_of_any_feed(void **state)
{
	struct file f = { .id = ID, .name = "\"a\xe2\x80\xa8\xc3\xa9\".png",
	    .type = "image/png", .size = 10485760, .created_at = 1769903999123 };
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	print_file(&b, &f);
	expect(&b, "{\"id\":\"" ID "\","
	    "\"name\":\"\\\"a\\u2028\xc3\xa9\\\".png\",\"type\":\"image/png\","
	    "\"size\":10485760,\"created_at\":\"2026-01-31T23:59:59.123Z\"}");
	buf_fini(&b);
}

static void
a_note_without_a_body_is_whole_all_the_same(void **state)
{
	struct note n = a_note();
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	n.created_at = n.updated_at = 0;
	n.body = "{}";
	n.body_len = 2;
	print_note(&b, &n);
	expect(&b, "{\"id\":\"" ID "\",\"rev\":\"12\",\"created_at\":null,"
	    "\"updated_at\":null,\"trashed_at\":null,\"by\":null,"
	    "\"files\":[]}");
	buf_fini(&b);
}

static void
a_change_carries_its_note_if_there_is_one(void **state)
{
	struct note n = a_note();
	struct change c = { .seq = 34, .id = ID, .note = &n };
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	print_change(&b, "abcdefgh", &c);
	assert_ptr_equal(strstr(b.data, "{\"seq\":\"abcdefgh-34\",\"id\":\"" ID
	    "\",\"changes\":[{\"rev\":\"34\"}],\"doc\":{\"id\":\"" ID "\""),
	    b.data);
	buf_reset(&b);
	c.note = NULL;
	print_change(&b, "abcdefgh", &c);
	expect(&b, "{\"seq\":\"abcdefgh-34\",\"id\":\"" ID
	    "\",\"changes\":[{\"rev\":\"34\"}]}");
	buf_fini(&b);
}

static void
a_deletion_shows_no_note(void **state)
{
	struct note n = a_note();
	struct change c = { .seq = 5, .id = ID, .deleted = true, .note = &n };
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	print_change(&b, "abcdefgh", &c);
	expect(&b, "{\"seq\":\"abcdefgh-5\",\"id\":\"" ID
	    "\",\"changes\":[{\"rev\":\"5\"}],\"deleted\":true}");
	buf_fini(&b);
}

static void
changes_that_are_no_notes_show_nothing_but_their_subject(void **state)
{
	struct change c = { .seq = 1, .id = SUBJECT_BOARD };
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	print_change(&b, "abcdefgh", &c);
	expect(&b, "{\"seq\":\"abcdefgh-1\",\"id\":\"_board\"}");
	c.id = SUBJECT_LINKS;
	print_change(&b, "abcdefgh", &c);
	expect(&b, "{\"seq\":\"abcdefgh-1\",\"id\":\"_links\"}");
	buf_fini(&b);
}

static void
a_revision_shows_when_by_whom_and_what(void **state)
{
	struct revision r = { .rev = 12, .at = 1000, .by = "k\"",
	    .body = "{\"a\":1}", .body_len = 7 };
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	print_revision(&b, &r);
	expect(&b, "{\"rev\":\"12\",\"at\":\"1970-01-01T00:00:01.000Z\","
	    "\"by\":\"k\\\"\",\"doc\":{\"a\":1}}");
	buf_reset(&b);
	r.at = 0;
	r.by = "";
	print_revision(&b, &r);
	expect(&b, "{\"rev\":\"12\",\"at\":null,\"by\":null,"
	    "\"doc\":{\"a\":1}}");
	buf_fini(&b);
}

static void
a_link_shows_its_role_and_times(void **state)
{
	struct link l = {
		.id = ID, .role = ROLE_WRITE, .label = "a\tb",
		.created_at = 1000,
	};
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	print_link(&b, &l);
	expect(&b, "{\"id\":\"" ID "\",\"role\":\"write\",\"label\":\"a\\tb\","
	    "\"created_at\":\"1970-01-01T00:00:01.000Z\",\"expires_at\":null}");
	buf_fini(&b);
}

static void
a_problem_has_the_members_of_rfc_9457(void **state)
{
	struct problem p;
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	(void)problem_set(&p, PROBLEM_INVALID, "items[%d]: \"x\"", 3);
	print_problem(&b, &p);
	expect(&b, "{\"type\":\"urn:notewire:invalid\","
	    "\"title\":\"The content breaks a rule\",\"status\":422,"
	    "\"detail\":\"items[3]: \\\"x\\\"\"}");
	buf_fini(&b);
}

/* A detail that quotes a long name is cut, maybe within a character. */
static void
a_cut_detail_is_still_utf_8(void **state)
{
	char name[301];
	struct problem p;
	struct buf b;
	size_t i, shift;

	(void)state;
	buf_init(&b, 1000);
	for (shift = 0; shift < 4; shift++) {
		memset(name, 'x', shift);
		for (i = shift; i + 4 < sizeof(name); i += 4)
			memcpy(name + i, "\xf0\x9f\x98\x80", 4);
		name[i] = '\0';
		(void)problem_set(&p, PROBLEM_INVALID, "%s", name);
		print_problem(&b, &p);
		expect(&b, b.data);
	}
	(void)problem_set(&p, PROBLEM_INVALID, "a\xff z");
	print_problem(&b, &p);
	expect(&b, b.data);
	buf_fini(&b);
}

static void
a_full_buffer_is_told(void **state)
{
	struct note n = a_note();
	struct buf b;

	(void)state;
	buf_init(&b, 50);
	print_note(&b, &n);
	assert_int_equal(buf_status(&b), ST_TOOBIG);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_is_the_service_s_members_then_the_body_s),
		cmocka_unit_test(a_file_is_printed_on_one_line_of_any_feed),
		cmocka_unit_test(a_note_without_a_body_is_whole_all_the_same),
		cmocka_unit_test(a_change_carries_its_note_if_there_is_one),
		cmocka_unit_test(a_deletion_shows_no_note),
		cmocka_unit_test(changes_that_are_no_notes_show_nothing_but_their_subject),
		cmocka_unit_test(a_revision_shows_when_by_whom_and_what),
		cmocka_unit_test(a_link_shows_its_role_and_times),
		cmocka_unit_test(a_problem_has_the_members_of_rfc_9457),
		cmocka_unit_test(a_cut_detail_is_still_utf_8),
		cmocka_unit_test(a_full_buffer_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
