#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/signal.h"

#define BOARD	"AAAAAAAAAAAAAAAAAAAA_-"
#define ANN	"annannannannannannanna"
#define BOB	"bobbobbobbobbobbobbobb"

static const struct json_limits limits = { 16, 4096 };

/* Reads the text; PROBLEM_NONE where it is taken. */
static enum problem_kind
read_text(const char *text, struct signal *s, struct buf *data)
{
	struct problem why = { .kind = PROBLEM_NONE };
	enum status st;

	*s = (struct signal){ .kind = SIGNAL_MESSAGE };
	st = signal_read(text, strlen(text), &limits, s, data, &why);
	assert_int_equal(st == ST_OK, why.kind == PROBLEM_NONE);
	return why.kind;
}

static void
is_read(const char *text, enum signal_kind kind, const char *to,
    const char *json, bool named)
{
	struct signal s;
	struct buf data;

	buf_init(&data, SIGNAL_MAX);
	assert_int_equal(read_text(text, &s, &data), PROBLEM_NONE);
	assert_int_equal(s.kind, kind);
	assert_string_equal(s.to, to);
	assert_int_equal(s.len, strlen(json));
	assert_memory_equal(s.bytes, json, s.len);
	assert_int_equal(s.named, named);
	buf_fini(&data);
}

static void
what_is_said_is_read_in_one_line(void **state)
{
	(void)state;
	is_read("{\"data\":1}", SIGNAL_MESSAGE, "", "1", false);
	is_read("{\"event\":\"signal\",\n \"data\" : {\"a\":\n[1, \"\\n\"]}}",
	    SIGNAL_MESSAGE, "", "{\"a\":[1,\"\\n\"]}", true);
	is_read("{\"to\":\"" BOB "\",\"data\":null}", SIGNAL_MESSAGE, BOB,
	    "null", false);
	is_read("{\"event\":\"presence\",\"data\":{\"name\":\"Ann\"}}",
	    SIGNAL_PRESENCE, "", "{\"name\":\"Ann\"}", true);
	/* within a text it is no name */
	is_read("{\"data\":\"\\\"__proto__\\\":\"}", SIGNAL_MESSAGE, "",
	    "\"\\\"__proto__\\\":\"", false);
}

static void
what_breaks_a_rule_is_refused_by_name(void **state)
{
	static const struct {
		const char		*text;
		enum problem_kind	 kind;
		bool			 named;
	} all[] = {
		{ "", PROBLEM_BAD_JSON, false },
		{ "{\"data\":1", PROBLEM_BAD_JSON, false },
		{ "[]", PROBLEM_INVALID, false },
		{ "{}", PROBLEM_INVALID, false },
		{ "{\"event\":\"signal\"}", PROBLEM_INVALID, true },
		{ "{\"event\":\"change\",\"data\":1}", PROBLEM_INVALID, true },
		{ "{\"event\":1,\"data\":1}", PROBLEM_INVALID, true },
		{ "{\"data\":1,\"x\":1}", PROBLEM_INVALID, false },
		{ "{\"data\":1,\"to\":\"bob\"}", PROBLEM_INVALID, false },
		{ "{\"data\":1,\"to\":null}", PROBLEM_INVALID, false },
		{ "{\"event\":\"presence\",\"to\":\"" BOB "\",\"data\":1}",
		    PROBLEM_INVALID, true },
		{ "{\"data\":[{\"__proto__\":1}]}", PROBLEM_INVALID, false },
		{ "{\"data\":{\"\\u005f_proto__\":1}}", PROBLEM_INVALID,
		    false },
	};
	struct signal s;
	struct buf data;
	size_t i;

	(void)state;
	buf_init(&data, SIGNAL_MAX);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(read_text(all[i].text, &s, &data),
		    all[i].kind);
		assert_int_equal(s.named, all[i].named);
	}
	buf_fini(&data);
}

/* {"event":…,"data":"xx…"} whose data has `n` bytes with its quotes */
static enum problem_kind
read_long(const char *event, size_t n)
{
	static char text[2 * SIGNAL_MAX];
	struct signal s;
	struct buf data;
	enum problem_kind kind;

	(void)snprintf(text, sizeof(text),
	    "{\"event\":\"%s\",\"data\":\"%0*d\"}", event, (int)n - 2, 0);
	buf_init(&data, SIGNAL_MAX);
	kind = read_text(text, &s, &data);
	if (kind == PROBLEM_NONE)
		assert_int_equal(s.len, n);
	buf_fini(&data);
	return kind;
}

static void
sizes_end_at_their_bounds(void **state)
{
	(void)state;
	assert_int_equal(read_long("signal", SIGNAL_MAX), PROBLEM_NONE);
	assert_int_equal(read_long("signal", SIGNAL_MAX + 1),
	    PROBLEM_TOO_LARGE);
	assert_int_equal(read_long("presence", SIGNAL_PRESENCE_MAX),
	    PROBLEM_NONE);
	assert_int_equal(read_long("presence", SIGNAL_PRESENCE_MAX + 1),
	    PROBLEM_TOO_LARGE);
}

static void
is_printed(const struct signal *s, const char *json)
{
	struct buf b;

	buf_init(&b, 256);
	signal_print(&b, s);
	assert_string_equal(b.data, json);
	buf_fini(&b);
}

static void
what_is_heard_says_from_whom_and_to_whom(void **state)
{
	(void)state;
	is_printed(&(struct signal){ .bytes = "[1]", .len = 3 },
	    "{\"data\":[1]}");
	is_printed(&(struct signal){ .from = ANN, .to = BOB, .bytes = "1",
	    .len = 1 },
	    "{\"from\":\"" ANN "\",\"to\":\"" BOB "\",\"data\":1}");
	is_printed(&(struct signal){ .from = ANN, .binary = true,
	    .bytes = "\0\xff", .len = 2 },
	    "{\"from\":\"" ANN "\",\"base64\":\"AP8=\"}");
	is_printed(&(struct signal){ .binary = true, .bytes = "" },
	    "{\"base64\":\"\"}");
}

static void
what_is_packed_is_unpacked(void **state)
{
	static const struct signal all[] = {
		{ .board = BOARD, .bytes = "1", .len = 1 },
		{ .board = BOARD, .from = ANN, .to = BOB, .bytes = "{}",
		    .len = 2 },
		{ .board = BOARD, .to = BOB, .binary = true,
		    .bytes = "\0\n\xff", .len = 3 },
		{ .kind = SIGNAL_PRESENCE, .board = BOARD, .from = ANN,
		    .bytes = "null", .len = 4 },
	};
	struct signal s;
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, SIGNAL_PACKED_MAX);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		buf_reset(&b);
		signal_pack(&b, &all[i]);
		assert_true(signal_is_packed(b.data, b.len));
		assert_int_equal(signal_unpack(b.data, b.len, &s), ST_OK);
		assert_int_equal(s.kind, all[i].kind);
		assert_int_equal(s.binary, all[i].binary);
		assert_string_equal(s.board, all[i].board);
		assert_string_equal(s.from, all[i].from);
		assert_string_equal(s.to, all[i].to);
		assert_int_equal(s.len, all[i].len);
		assert_memory_equal(s.bytes, all[i].bytes, s.len);
	}
	buf_fini(&b);
}

static void
is_no_packed(const char *bytes, size_t n)
{
	static const struct signal zero;
	struct signal s;

	assert_int_equal(signal_unpack(bytes, n, &s), ST_INVALID);
	assert_memory_equal(&s, &zero, sizeof(s));
}

static void
what_is_not_packed_exactly_so_is_refused(void **state)
{
	static const char *const all[] = {
		"", "notewire-signal 1", "notewire-signal 1 ",
		"notewire-signal 2 text " BOARD " - -\n1",
		"notewire-signal 1 text " BOARD " - -",
		"notewire-signal 1 text " BOARD " -  -\n1",
		"notewire-signal 1 word " BOARD " - -\n1",
		"notewire-signal 1 text - - -\n1",
		"notewire-signal 1 text short - -\n1",
		"notewire-signal 1 text " BOARD " x -\n1",
		"notewire-signal 1 text " BOARD " - " BOB "b\n1",
		"notewire-signal 1 text " BOARD " -\n-\n1",
		"notewire-signal 1 presence " BOARD " - -\n1",
		"notewire-signal 1 presence " BOARD " " ANN " " BOB "\n1",
	};
	static const char nul[] = "notewire-signal 1 text " BOARD " - -\0x\n1";
	char text[SIGNAL_PACKED_MAX + 1];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		is_no_packed(all[i], strlen(all[i]));
	is_no_packed(nul, sizeof(nul) - 1);
	n = (size_t)snprintf(text, sizeof(text),
	    "notewire-signal 1 binary " BOARD " - -\n");
	memset(text + n, 'x', sizeof(text) - n);
	assert_int_equal(signal_unpack(text, n + SIGNAL_MAX,
	    &(struct signal){ .len = 0 }), ST_OK);
	is_no_packed(text, n + SIGNAL_MAX + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_is_read_in_one_line),
		cmocka_unit_test(what_breaks_a_rule_is_refused_by_name),
		cmocka_unit_test(sizes_end_at_their_bounds),
		cmocka_unit_test(what_is_heard_says_from_whom_and_to_whom),
		cmocka_unit_test(what_is_packed_is_unpacked),
		cmocka_unit_test(what_is_not_packed_exactly_so_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
