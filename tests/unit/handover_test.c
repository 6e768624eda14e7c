#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/handover.h"

#define BOARD	"AAAAAAAAAAAAAAAAAAAA_-"
#define HEX16	"0123456789abcdef"
#define HEX64	HEX16 HEX16 HEX16 HEX16
#define FIRST	"notewire-hold 2\n"

/* What stands in every message, and then one of each sort. */
#define COMMON								\
	"board=" BOARD "\nafter=abcdefgh-12\ndocs=true\nlimit=500\n"	\
	"heartbeat=15000\nretry_min=500\nretry_max=30000\nrole=write\n"	\
	"expires=0\naddress=" HEX16 "\nsession=0000000000000000\n"	\
	"digest=" HEX64 "\npeer=\n"
#define EVENTS								\
	FIRST "kind=fcgi\nrequest=1\nfeed=eventsource\nclaim=link\n"	\
	"timeout=0\nnonce=\nsent=0\nrow=0\n" COMMON
#define POLL								\
	FIRST "kind=cgi\nrequest=0\nfeed=longpoll\nclaim=session\n"	\
	"timeout=25000\nnonce=\nsent=0\nrow=0\n" COMMON
#define FRAME								\
	FIRST "kind=fcgi\nrequest=65535\nfeed=htmlfile\nclaim=row\n"	\
	"timeout=0\nnonce=" BOARD "\nsent=1100\nrow=7\n" COMMON

#define SOCKET								\
	FIRST "kind=socket\nrequest=0\nfeed=websocket\nclaim=row\n"	\
	"timeout=0\nnonce=\nsent=0\nrow=9\n" COMMON

static const char *const texts[] = { EVENTS, POLL, FRAME, SOCKET };
#define TEXTS	(sizeof(texts) / sizeof(texts[0]))

/* Whether it is taken; all zero where it is not. */
static bool
taken(const char *text, size_t len, struct handover *h)
{
	static const struct handover zero;
	enum status st = handover_parse(text, len, h);

	if (st == ST_OK)
		return true;
	assert_int_equal(st, ST_INVALID);
	assert_memory_equal(h, &zero, sizeof(zero));
	return false;
}

static bool
taken_text(const char *text)
{
	struct handover h;

	return taken(text, strlen(text), &h);
}

/* The message with the line of that name replaced, or without it. */
static void
replace(const char *text, const char *name, const char *line, char out[4096])
{
	const char *at = strstr(text, name), *rest;

	assert_non_null(at);
	assert_true(at[-1] == '\n');
	rest = strchr(at, '\n') + 1;
	(void)snprintf(out, 4096, "%.*s%s%s%s", (int)(at - text), text, line,
	    *line == '\0' ? "" : "\n", rest);
}

static void
values_of_a_stream_come_in(void **state)
{
	struct handover h;

	(void)state;
	assert_true(taken(EVENTS, strlen(EVENTS), &h));
	assert_int_equal(h.kind, HANDOVER_FCGI);
	assert_int_equal(h.request, 1);
	assert_int_equal(h.feed, HANDOVER_EVENTSOURCE);
	assert_string_equal(h.board, BOARD);
	assert_string_equal(h.after.epoch, "abcdefgh");
	assert_int_equal(h.after.seq, 12);
	assert_true(h.docs);
	assert_int_equal(h.limit, 500);
	assert_int_equal(h.heartbeat_ms, 15000);
	assert_int_equal(h.retry_min_ms, 500);
	assert_int_equal(h.retry_max_ms, 30000);
	assert_int_equal(h.role, ROLE_WRITE);
	assert_int_equal(h.expires_at, 0);
	assert_int_equal(h.claim, HANDOVER_LINK);
	assert_int_equal(h.digest[0], 0x01);
	assert_int_equal(h.digest[31], 0xef);
	assert_true(h.owner_address == UINT64_C(0x0123456789abcdef));
	assert_true(h.owner_session == 0);
}

static void
values_of_the_others_come_in(void **state)
{
	struct handover h;

	(void)state;
	assert_true(taken(POLL, strlen(POLL), &h));
	assert_int_equal(h.kind, HANDOVER_CGI);
	assert_int_equal(h.feed, HANDOVER_LONGPOLL);
	assert_int_equal(h.timeout_ms, 25000);
	assert_int_equal(h.claim, HANDOVER_SESSION);
	assert_int_equal(h.digest[1], 0x23);
	assert_true(taken(FRAME, strlen(FRAME), &h));
	assert_int_equal(h.request, 65535);
	assert_int_equal(h.feed, HANDOVER_HTMLFILE);
	assert_string_equal(h.nonce, BOARD);
	assert_int_equal(h.sent, 1100);
	assert_int_equal(h.claim, HANDOVER_ROW);
	assert_int_equal(h.row, 7);
	assert_true(taken(SOCKET, strlen(SOCKET), &h));
	assert_int_equal(h.kind, HANDOVER_SOCKET);
	assert_int_equal(h.feed, HANDOVER_WEBSOCKET);
}

static void
what_is_printed_is_what_was_read(void **state)
{
	struct handover h, again;
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, HANDOVER_MAX);
	for (i = 0; i < TEXTS; i++) {
		assert_true(taken(texts[i], strlen(texts[i]), &h));
		buf_reset(&b);
		handover_print(&b, &h);
		assert_int_equal(buf_status(&b), ST_OK);
		assert_true(taken(b.data, b.len, &again));
		assert_memory_equal(&h, &again, sizeof(h));
		assert_int_equal(b.len, strlen(texts[i]));
	}
	buf_fini(&b);
}

/* Calls with each name of each of the messages. */
static void
each_name(void (*fn)(const char *text, const char *name))
{
	char name[32];
	const char *at;
	size_t i;

	for (i = 0; i < TEXTS; i++)
		for (at = strchr(texts[i], '\n') + 1; *at != '\0';
		    at = strchr(at, '\n') + 1) {
			(void)snprintf(name, sizeof(name), "%.*s",
			    (int)strcspn(at, "=") + 1, at);
			fn(texts[i], name);
		}
}

static void
try_without(const char *text, const char *name)
{
	char out[4096];

	replace(text, name, "", out);
	if (taken_text(out))
		fail_msg("without %s", name);
}

static void
every_name_is_needed(void **state)
{
	(void)state;
	each_name(try_without);
}

static void
try_twice(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	char out[4096];

	(void)snprintf(out, sizeof(out), "%s%.*s", text,
	    (int)strcspn(at, "\n") + 1, at);
	if (taken_text(out))
		fail_msg("twice %s", name);
}

static void
no_name_comes_twice(void **state)
{
	(void)state;
	each_name(try_twice);
}

static void
try_bad(const char *text, const char *name)
{
	static const char *const bad[] = { "x", "-1", "+1", " 1", "1 ", "00",
	    "99999999999999999999", "\x7f", "1\r", "=" };
	char out[4096], line[64];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(line, sizeof(line), "%s%s", name, bad[i]);
		replace(text, name, line, out);
		if (taken_text(out))
			fail_msg("%s", line);
	}
	replace(text, name, name, out);
	if (strcmp(out, text) != 0 && taken_text(out))
		fail_msg("%s with nothing", name);
}

static void
every_name_refuses_what_is_none_of_its_values(void **state)
{
	(void)state;
	each_name(try_bad);
}

struct value {
	const char	*text;		/* of the message */
	const char	*line;
	bool		 good;
};

static void
values_end_at_their_bounds(void **state)
{
	static const struct value values[] = {
		{ EVENTS, "kind=FCGI", false },
		{ EVENTS, "kind=cgi", false },
		{ POLL, "kind=fcgi", false },
		{ EVENTS, "kind=socket", false },
		{ SOCKET, "kind=fcgi", false },
		{ SOCKET, "kind=cgi", false },
		{ SOCKET, "feed=eventsource", false },
		{ EVENTS, "feed=websocket", false },
		{ SOCKET, "request=1", false },
		{ EVENTS, "request=0", false },
		{ EVENTS, "request=65535", true },
		{ EVENTS, "request=65536", false },
		{ POLL, "request=1", false },
		{ EVENTS, "feed=continuous", true },
		{ EVENTS, "feed=normal", false },
		{ EVENTS, "feed=htmlfile", false },
		{ EVENTS, "claim=session", true },
		{ EVENTS, "claim=row", false },
		{ EVENTS, "claim=ticket", false },
		{ EVENTS, "board=" BOARD "A", false },
		{ EVENTS, "board=AAAAAAAAAAAAAAAAAAAA_.", false },
		{ EVENTS, "after=0", true },
		{ EVENTS, "after=now", false },
		{ EVENTS, "after=abcdefgh-0", true },
		{ EVENTS, "after=abcdefgh-", false },
		{ EVENTS, "docs=false", true },
		{ EVENTS, "docs=1", false },
		{ EVENTS, "limit=0", false },
		{ EVENTS, "limit=1000000", true },
		{ EVENTS, "limit=1000001", false },
		{ EVENTS, "heartbeat=0", false },
		{ EVENTS, "heartbeat=315360000000", true },
		{ EVENTS, "heartbeat=315360000001", false },
		{ POLL, "timeout=0", true },
		{ POLL, "timeout=315360000001", false },
		{ EVENTS, "retry_min=0", true },
		{ EVENTS, "retry_min=30000", true },
		{ EVENTS, "retry_min=30001", false },
		{ EVENTS, "retry_max=499", false },
		{ EVENTS, "retry_max=315360000001", false },
		{ FRAME, "nonce=", false },
		{ FRAME, "nonce=" BOARD "A", false },
		{ EVENTS, "nonce=" BOARD, false },
		{ FRAME, "sent=9223372036854775808", false },
		{ EVENTS, "role=read", true },
		{ EVENTS, "role=admin", true },
		{ EVENTS, "role=none", false },
		{ EVENTS, "expires=9223372036854775807", true },
		{ EVENTS, "expires=9223372036854775808", false },
		{ EVENTS, "digest=" HEX64 "0", false },
		{ EVENTS, "digest=" HEX16 HEX16 HEX16 "0123456789abcde", false },
		{ EVENTS, "digest=" HEX16 HEX16 HEX16 "0123456789abcdeF",
		    false },
		{ FRAME, "row=0", false },
		{ EVENTS, "row=1", false },
		{ FRAME, "row=9223372036854775807", true },
		{ FRAME, "row=9223372036854775808", false },
		{ EVENTS, "address=" HEX16 "0", false },
		{ EVENTS, "session=ffffffffffffffff", true },
		{ EVENTS, "session=0x23456789abcdef", false },
	};
	char out[4096], name[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(values[i].line, "=") + 1, values[i].line);
		replace(values[i].text, name, values[i].line, out);
		if (taken_text(out) != values[i].good)
			fail_msg("%s", values[i].line);
	}
}

static void
names_and_lines_are_strict(void **state)
{
	static const char *const bad[] = {
		"", "\n", FIRST, "notewire-hold 2", EVENTS "\n", "\n" EVENTS,
		EVENTS "word\n", EVENTS "x", "notewire-hold 2\n",
		"notewire-hold 2 \n", FIRST EVENTS, EVENTS "other=1\n",
		EVENTS "=\n", EVENTS "Kind=fcgi\n", EVENTS "kin=fcgi\n",
		EVENTS "kinds=fcgi\n", " " EVENTS,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (taken_text(bad[i]))
			fail_msg("%s", bad[i]);
}

/* Two claims are the same when they mean the same; the other field is empty. */
static void
a_claim_alone_is_read_back(void **state)
{
	static const char *const good[] = { "row:1", "row:9223372036854775807",
	    "link:" HEX64, "session:" HEX64 };
	struct handover h;
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, HANDOVER_MAX);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(&h, 0, sizeof(h));
		assert_int_equal(handover_parse_claim(good[i], &h), ST_OK);
		buf_reset(&b);
		handover_print_claim(&b, &h);
		assert_string_equal(b.data, good[i]);
		assert_int_equal(h.claim == HANDOVER_ROW, h.row != 0);
		assert_int_equal(h.claim == HANDOVER_ROW, h.digest[31] == 0);
	}
	buf_fini(&b);
}

static void
what_is_no_claim_is_refused(void **state)
{
	static const char *const bad[] = { "", "row", "row:", "row:0", "row:-1",
	    "row:+1", "row: 1", "row:1 ", "row:01", "row:1\n",
	    "row:9223372036854775808", ":1", "Row:1", "rows:1", "ro:1",
	    "ticket:1", "link:", "link:1", "link:" HEX64 "0",
	    "link:" HEX16 HEX16 HEX16 "0123456789abcde",
	    "link:" HEX16 HEX16 HEX16 "0123456789ABCDEF", "session:row:1",
	    " link:" HEX64, "row:1,link:" HEX64 };
	struct handover h;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (handover_parse_claim(bad[i], &h) != ST_INVALID)
			fail_msg("%s", bad[i]);
}

static void
no_part_of_a_message_is_one(void **state)
{
	struct handover h;
	size_t i, n;

	(void)state;
	for (i = 0; i < TEXTS; i++)
		for (n = 0; n < strlen(texts[i]); n++)
			if (taken(texts[i], n, &h))
				fail_msg("%zu bytes of %s", n, texts[i]);
}

/* Wherever it is put in, after a good value too. */
static void
a_nul_byte_ends_nothing(void **state)
{
	static const char frame[] = FRAME;
	char text[sizeof(frame) + 1];
	struct handover h;
	size_t at;

	(void)state;
	for (at = 0; at < strlen(frame); at++) {
		(void)memcpy(text, frame, at);
		text[at] = '\0';
		(void)memcpy(text + at + 1, &frame[at], sizeof(frame) - at);
		if (taken(text, sizeof(frame), &h))
			fail_msg("at %zu", at);
	}
}

static void
length_is_bounded(void **state)
{
	char text[4 * HANDOVER_MAX];
	struct handover h;

	(void)state;
	(void)memset(text, 'x', sizeof(text));
	assert_false(taken(text, sizeof(text), &h));
	(void)memset(text, '\n', sizeof(text));
	assert_false(taken(text, sizeof(text), &h));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_a_stream_come_in),
		cmocka_unit_test(values_of_the_others_come_in),
		cmocka_unit_test(what_is_printed_is_what_was_read),
		cmocka_unit_test(every_name_is_needed),
		cmocka_unit_test(no_name_comes_twice),
		cmocka_unit_test(every_name_refuses_what_is_none_of_its_values),
		cmocka_unit_test(values_end_at_their_bounds),
		cmocka_unit_test(names_and_lines_are_strict),
		cmocka_unit_test(a_claim_alone_is_read_back),
		cmocka_unit_test(what_is_no_claim_is_refused),
		cmocka_unit_test(no_part_of_a_message_is_one),
		cmocka_unit_test(a_nul_byte_ends_nothing),
		cmocka_unit_test(length_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
