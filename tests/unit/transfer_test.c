#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/print.h"
#include "codec/transfer.h"

#define ID	"n000000000000000000001"
#define NOTE_MAX_BYTES	200
#define COUNT(a)	(sizeof(a) / sizeof(*(a)))

static enum status
new_id(char out[ID_SIZE])
{
	return str_copy(out, ID_SIZE, "i000000000000000000001");
}

static const struct transfer_rules rules = { NOTE_MAX_BYTES, new_id };

static enum status
read_note(const char *text, struct transfer_note *n, struct buf *body,
    struct problem *why)
{
	buf_reset(body);
	memset(why, 0, sizeof(*why));
	return transfer_read_note(text, strlen(text), &rules, n, body, why);
}

static void
printed_note_comes_back_byte_for_byte(void **state)
{
	static const char *const bodies[] = {
		"{\"kind\":\"text\",\"title\":\"t\",\"text\":\"a\\n\\u2028\\\"\","
		"\"color\":\"red\",\"pinned\":true,\"pos\":-1.5}",
		"{\"kind\":\"checklist\",\"title\":\"\",\"items\":[{\"id\":\"" ID
		"\",\"text\":\"x\",\"done\":true,\"pos\":0.1}],"
		"\"color\":\"default\",\"pinned\":false,\"pos\":0}",
	};
	struct note n = { .id = ID, .rev = 7, .created_at = 1700000000123,
	    .updated_at = 1700000000456, .by = "me" };
	struct transfer_note got;
	struct buf text, body;
	struct problem why;
	size_t i;

	(void)state;
	buf_init(&text, 4096);
	buf_init(&body, 4096);
	for (i = 0; i < COUNT(bodies); i++) {
		n.body = bodies[i];
		n.body_len = strlen(bodies[i]);
		buf_reset(&text);
		print_note(&text, &n);
		assert_int_equal(read_note(text.data, &got, &body, &why),
		    ST_OK);
		assert_string_equal(body.data, bodies[i]);
		assert_string_equal(got.id, ID);
		assert_int_equal(got.created_at, n.created_at);
		assert_int_equal(got.updated_at, n.updated_at);
	}
	buf_fini(&text);
	buf_fini(&body);
}

static void
note_needs_only_its_id(void **state)
{
	struct transfer_note got;
	struct problem why;
	struct buf body;

	(void)state;
	buf_init(&body, 4096);
	assert_int_equal(read_note("{\"id\":\"" ID "\"}", &got, &body, &why),
	    ST_OK);
	assert_string_equal(body.data, "{\"kind\":\"text\",\"title\":\"\","
	    "\"text\":\"\",\"color\":\"default\",\"pinned\":false,\"pos\":0}");
	assert_int_equal(got.created_at, 0);
	assert_int_equal(got.updated_at, 0);
	assert_int_equal(read_note("{\"kind\":\"checklist\",\"id\":\"" ID
	    "\",\"items\":[{\"text\":\"x\"}]}", &got, &body, &why), ST_OK);
	assert_non_null(strstr(body.data, "i000000000000000000001"));
	buf_fini(&body);
}

static void
wrong_notes_are_named(void **state)
{
	static const struct {
		const char	*text;
		const char	*detail;
	} samples[] = {
		{ "[]", "not an object" },
		{ "{}", "id: 22 of A-Z, a-z, 0-9, - and _" },
		{ "{\"id\":\"x\"}", "id: 22 of A-Z, a-z, 0-9, - and _" },
		{ "{\"id\":\"" ID "\",\"x\":1}", "unknown member x" },
		{ "{\"id\":\"" ID "\",\"text\":1}", "text: not a string" },
		{ "{\"id\":\"" ID "\",\"created_at\":\"now\"}",
		    "created_at: a time, as 2030-01-31T12:00:00Z" },
		{ "{\"id\":\"" ID "\",\"updated_at\":null}",
		    "updated_at: a time, as 2030-01-31T12:00:00Z" },
		{ "{\"id\":\"" ID "\",\"trashed_at\":\"2030-01-31T12:00:00Z\"}",
		    "trashed_at: what is in the trash stays there" },
	};
	struct transfer_note got;
	struct problem why;
	struct buf body;
	size_t i;

	(void)state;
	buf_init(&body, 4096);
	for (i = 0; i < COUNT(samples); i++) {
		assert_int_equal(read_note(samples[i].text, &got, &body, &why),
		    ST_INVALID);
		assert_int_equal(why.kind, PROBLEM_INVALID);
		assert_string_equal(why.detail, samples[i].detail);
	}
	buf_fini(&body);
}

static void
note_may_have_so_many_bytes(void **state)
{
	static const char frame[] = "{\"kind\":\"text\",\"title\":\"\",\"text\":"
	    "\"\",\"color\":\"default\",\"pinned\":false,\"pos\":0}";
	int room = NOTE_MAX_BYTES - (int)(sizeof(frame) - 1);
	struct transfer_note got;
	struct problem why;
	struct buf body;
	char text[512];

	(void)state;
	buf_init(&body, 4096);
	(void)snprintf(text, sizeof(text), "{\"id\":\"" ID
	    "\",\"text\":\"%0*d\"}", room, 0);
	assert_int_equal(read_note(text, &got, &body, &why), ST_OK);
	assert_int_equal(body.len, NOTE_MAX_BYTES);
	(void)snprintf(text, sizeof(text), "{\"id\":\"" ID
	    "\",\"text\":\"%0*d\"}", room + 1, 0);
	assert_int_equal(read_note(text, &got, &body, &why), ST_TOOBIG);
	assert_int_equal(why.kind, PROBLEM_TOO_LARGE);
	buf_fini(&body);
}

static void
board_may_say_nothing_but_nothing_wrong(void **state)
{
	static const char *const bad[] = { "[]", "1", "{\"x\":1}",
	    "{\"id\":\"x\"}", "{\"title\":1}", "{\"title\":null}",
	    "{\"settings\":[]}", "{\"settings\":\"{\"}" };
	struct transfer_board b;
	struct problem why;
	size_t i;

	(void)state;
	transfer_board_init(&b);
	assert_int_equal(transfer_read_board("{}", 2, &b, &why), ST_OK);
	assert_string_equal(b.title, "");
	assert_int_equal(b.settings.len, 0);
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(transfer_read_board(bad[i], strlen(bad[i]),
		    &b, &why), ST_INVALID);
		assert_memory_equal(why.detail, "board: ", 7);
	}
	transfer_board_fini(&b);
}

static void
only_version_1_is_known(void **state)
{
	static const char *const bad[] = { "2", "1.0", "\"1\"", "10", "true" };
	struct problem why;
	size_t i;

	(void)state;
	assert_int_equal(transfer_read_version("1", 1, &why), ST_OK);
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(transfer_read_version(bad[i], strlen(bad[i]),
		    &why), ST_INVALID);
}

#define FILE_TEXT(size, more)						\
	"{\"id\":\"f000000000000000000001\",\"note\":\"" ID "\","	\
	"\"name\":\"a\",\"size\":" size ",\"data\":\"\"" more "}"

static void
file_is_read_and_wrong_ones_are_refused(void **state)
{
	static const char *const bad[] = {
		FILE_TEXT("-1", ""), FILE_TEXT("0.5", ""),
		FILE_TEXT("1e300", ""), FILE_TEXT("\"1\"", ""),
		FILE_TEXT("1", ",\"type\":1"), FILE_TEXT("1", ",\"x\":1"),
		FILE_TEXT("1", ",\"created_at\":1"), "{}", "[]",
	};
	static const char good[] = FILE_TEXT("9007199254740992",
	    ",\"type\":\"text/html\",\"created_at\":\"2030-01-31T12:00:00Z\"");
	struct transfer_file f;
	struct problem why;
	size_t i;

	(void)state;
	assert_int_equal(transfer_read_file(good, strlen(good), &f, &why),
	    ST_OK);
	assert_string_equal(f.id, "f000000000000000000001");
	assert_string_equal(f.note, ID);
	assert_string_equal(f.name, "a");
	assert_int_equal(f.size, INT64_C(9007199254740992));
	assert_true(f.created_at > 0);
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(transfer_read_file(bad[i], strlen(bad[i]), &f,
		    &why), ST_INVALID);
}

static bool
add_id(void *arg, const char *id)
{
	buf_adds(arg, id);
	return strcmp(id, "b") != 0;
}

static void
files_of_a_note_are_shown_in_order(void **state)
{
	static const char text[] = "{\"files\":[{\"id\":\"a\"},{\"id\":\"b\"},"
	    "{\"id\":\"c\"}]}";
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	assert_int_equal(transfer_note_files(text, strlen(text), add_id, &b),
	    ST_OK);
	assert_string_equal(b.data, "ab");
	assert_int_equal(transfer_note_files("{}", 2, add_id, &b), ST_OK);
	assert_string_equal(b.data, "ab");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printed_note_comes_back_byte_for_byte),
		cmocka_unit_test(note_needs_only_its_id),
		cmocka_unit_test(wrong_notes_are_named),
		cmocka_unit_test(note_may_have_so_many_bytes),
		cmocka_unit_test(board_may_say_nothing_but_nothing_wrong),
		cmocka_unit_test(only_version_1_is_known),
		cmocka_unit_test(file_is_read_and_wrong_ones_are_refused),
		cmocka_unit_test(files_of_a_note_are_shown_in_order),
	};

	return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
