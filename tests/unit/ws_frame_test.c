#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "pieces.h"
#include "proto/ws_frame.h"

#define MAX	((size_t)1 << 20)

/*
 * What was told of some bytes, as text: "T5:hello." is a text message of five
 * bytes, "p2:hi." a ping, "!1002@3" a failure found at the third byte.
 */
struct told {
	struct ws_in	in;
	struct buf	message;
	struct buf	control;
	struct buf	story;
	size_t		fed;
	size_t		max;
	bool		failed;
	unsigned	code;
};

static void
told_init(struct told *t, size_t max)
{
	ws_in_init(&t->in);
	buf_init(&t->message, 2 * MAX);
	buf_init(&t->control, WS_CONTROL_MAX);
	buf_init(&t->story, 3 * MAX);
	t->fed = 0;
	t->max = max;
	t->failed = false;
	t->code = 0;
}

static void
told_fini(struct told *t)
{
	buf_fini(&t->message);
	buf_fini(&t->control);
	buf_fini(&t->story);
}

static void
tell(struct told *t, char letter, struct buf *b)
{
	buf_addf(&t->story, "%c%zu:", letter, b->len);
	buf_add(&t->story, b->data, b->len < 40 ? b->len : 40);
	buf_addc(&t->story, '.');
	buf_reset(b);
}

static void
hear(struct told *t, const struct ws_event *e)
{
	switch (e->kind) {
	case WS_DATA:
		buf_add(&t->message, e->data, e->len);
		break;
	case WS_CONTROL_DATA:
		buf_add(&t->control, e->data, e->len);
		break;
	case WS_MESSAGE:
		tell(t, e->opcode == WS_TEXT ? 'T' : 'B', &t->message);
		break;
	case WS_CONTROL:
		tell(t, e->opcode == WS_PING ? 'p' : e->opcode == WS_PONG ?
		    'o' : 'c', &t->control);
		break;
	case WS_FAIL:
		buf_addf(&t->story, "!%u", e->code);
		t->failed = true;
		t->code = e->code;
		break;
	case WS_MORE:
		break;
	}
}

static void
feed(struct told *t, const char *bytes, size_t n)
{
	char *own = malloc(n + 1);
	struct ws_event e;
	size_t at = 0;

	assert_non_null(own);
	memcpy(own, bytes, n);
	do {
		at += ws_in_step(&t->in, own + at, n - at, t->max, &e);
		assert_true(at <= n);
		if (e.kind == WS_DATA || e.kind == WS_CONTROL_DATA)
			assert_ptr_equal(e.data, own + at - e.len);
		hear(t, &e);
	} while (e.kind != WS_MORE && !t->failed);
	if (!t->failed)
		assert_int_equal(at, n);
	t->fed += at;
	free(own);
}

/* Appends a frame as a client makes it. */
static void
put(struct buf *b, unsigned first, const char *payload, size_t len)
{
	static const unsigned char mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
	unsigned char head[WS_HEAD_MAX];
	size_t n = ws_head(head, WS_TEXT, len), i;

	head[0] = (unsigned char)first;
	head[1] |= 0x80;
	buf_add(b, head, n);
	buf_add(b, mask, 4);
	for (i = 0; i < len; i++)
		buf_addc(b, (char)(payload[i] ^ mask[i & 3]));
}

/*
 * The same story in whatever pieces.  Where it fails, it does at the same byte;
 * but of bad text the rest of the piece is unmasked before it is looked at.
 */
static void
says_bytes(const struct buf *b, size_t max, const char *story, size_t len)
{
	static const size_t sizes[] = PIECE_SIZES;
	const char *bytes = b->data;
	size_t n = b->len, i, at, part, fed = 0;
	struct told t;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		told_init(&t, max);
		for (at = 0; at < n && !t.failed; at += part) {
			part = n - at < sizes[i] ? n - at : sizes[i];
			feed(&t, bytes + at, part);
		}
		assert_int_equal(t.story.len, len);
		assert_memory_equal(t.story.data, story, len);
		if (i > 0 && t.code != WS_CODE_DATA)
			assert_int_equal(t.fed, fed);
		fed = t.fed;
		told_fini(&t);
	}
}

static void
says(const char *bytes, size_t n, size_t max, const char *story)
{
	struct buf b;

	buf_init(&b, n);
	buf_add(&b, bytes, n);
	says_bytes(&b, max, story, strlen(story));
	buf_fini(&b);
}

static void
every_boundary_of_the_length(void **state)
{
	static const size_t lens[] = { 0, 1, 124, 125, 126, 127, 128, 65535,
	    65536, 65537, 200000 };
	char *payload = malloc(MAX), story[64];
	struct buf b;
	size_t i;

	(void)state;
	assert_non_null(payload);
	memset(payload, 'x', MAX);
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		buf_init(&b, 2 * MAX);
		put(&b, 0x82, payload, lens[i]);
		(void)snprintf(story, sizeof(story), "B%zu:%.*s.", lens[i],
		    (int)(lens[i] < 40 ? lens[i] : 40), payload);
		says(b.data, b.len, MAX, story);
		buf_fini(&b);
	}
	free(payload);
}

static void
only_the_shortest_length_is_one(void **state)
{
	static const struct {
		const char	*bytes;
		size_t		 len;
	} all[] = {
		{ "\x82\xfe\x00\x7d", 4 }, { "\x82\xfe\x00\x00", 4 },
		{ "\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff", 10 },
		{ "\x82\xff\x80", 3 }, { "\x82\xff\xff", 3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		says(all[i].bytes, all[i].len, SIZE_MAX, "!1002");
}

static void
fragments_make_one_message_with_control_frames_between(void **state)
{
	static const char story[] = "p2:hi.o0:.T5:Hello.T0:."
	    "B3:\x00\xff\xfe.c2:\x03\xe8.";
	struct buf b;

	(void)state;
	buf_init(&b, MAX);
	put(&b, 0x01, "Hel", 3);
	put(&b, 0x89, "hi", 2);
	put(&b, 0x00, "", 0);
	put(&b, 0x8a, "", 0);
	put(&b, 0x80, "lo", 2);
	put(&b, 0x81, "", 0);
	put(&b, 0x02, "\x00\xff", 2);
	put(&b, 0x80, "\xfe", 1);
	put(&b, 0x88, "\x03\xe8", 2);
	says_bytes(&b, MAX, story, sizeof(story) - 1);
	buf_fini(&b);
}

static void
what_may_not_stand_in_the_first_two_bytes(void **state)
{
	unsigned first, second;
	char bytes[2];
	struct told t;
	bool good;

	(void)state;
	for (first = 0; first < 256; first++)
		for (second = 0; second < 256; second += 1) {
			good = (first & 0x70) == 0 && second & 0x80 &&
			    ((first & 0x0f) == 1 || (first & 0x0f) == 2 ||
			    (first >= 0x88 && first <= 0x8a &&
			    (second & 0x7f) <= 125));
			told_init(&t, MAX);
			bytes[0] = (char)first;
			bytes[1] = (char)second;
			feed(&t, bytes, 2);
			assert_int_equal(t.failed, !good);
			if (t.failed)
				assert_string_equal(t.story.data, "!1002");
			told_fini(&t);
		}
}

static void
continuations_need_something_to_continue(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, MAX);
	put(&b, 0x80, "x", 1);
	says(b.data, b.len, MAX, "!1002");
	buf_reset(&b);
	put(&b, 0x01, "x", 1);
	put(&b, 0x81, "y", 1);
	says(b.data, b.len, MAX, "!1002");
	buf_reset(&b);
	put(&b, 0x81, "x", 1);
	put(&b, 0x80, "y", 1);
	says(b.data, b.len, MAX, "T1:x.!1002");
	buf_fini(&b);
}

/* How many of the bytes were taken before the failure. */
static size_t
fails_at(const char *bytes, size_t n, size_t max, unsigned code)
{
	char story[16];
	struct told t;
	size_t i, at;

	told_init(&t, max);
	for (i = 0; i < n && !t.failed; i++)
		feed(&t, bytes + i, 1);
	(void)snprintf(story, sizeof(story), "!%u", code);
	assert_true(t.failed);
	assert_string_equal(t.story.data, story);
	at = t.fed;
	told_fini(&t);
	return at;
}

static void
too_long_is_refused_on_the_header(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, MAX);
	put(&b, 0x82, "0123456789", 10);
	assert_int_equal(fails_at(b.data, b.len, 9, 1009), 2);
	says(b.data, b.len, 10, "B10:0123456789.");
	buf_reset(&b);
	put(&b, 0x02, "01234", 5);
	put(&b, 0x80, "56789", 5);
	assert_int_equal(fails_at(b.data, b.len, 9, 1009), 11 + 2);
	says(b.data, b.len, 10, "B10:0123456789.");
	assert_int_equal(fails_at("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff",
	    10, SIZE_MAX, 1009), 10);
	buf_fini(&b);
}

static void
bad_text_is_found_at_the_byte_that_shows_it(void **state)
{
	static const struct {
		const char	*text;
		size_t		 at;	/* the byte that cannot be */
	} all[] = {
		{ "\xff", 1 }, { "ab\x80", 3 }, { "\xc0\xaf", 1 },
		{ "\xe0\x80\x80", 2 }, { "\xed\xa0\x80", 2 },
		{ "\xf4\x90\x80\x80", 2 }, { "\xf5\x80\x80\x80", 1 },
		{ "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80", 13 },
	};
	struct buf b;
	size_t i, k, len;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		len = strlen(all[i].text);
		buf_init(&b, MAX);
		put(&b, 0x81, all[i].text, len);
		assert_int_equal(fails_at(b.data, b.len, MAX, 1007),
		    6 + all[i].at);
		buf_reset(&b);
		/* each byte a fragment of its own */
		for (k = 0; k < len; k++)
			put(&b, k == 0 ? 0x01 : 0x00, all[i].text + k, 1);
		assert_int_equal(fails_at(b.data, b.len, MAX, 1007),
		    7 * all[i].at);
		buf_fini(&b);
	}
}

static void
half_a_character_at_the_end_is_bad_text(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, MAX);
	put(&b, 0x81, "ab\xe2\x82", 4);
	says(b.data, b.len, MAX, "!1007");
	buf_reset(&b);
	put(&b, 0x01, "ab\xe2\x82", 4);
	put(&b, 0x80, "\xac", 1);
	says(b.data, b.len, MAX, "T5:ab\xe2\x82\xac.");
	buf_reset(&b);
	put(&b, 0x01, "\xe2", 1);
	put(&b, 0x89, "\xff", 1);	/* is no part of the text */
	put(&b, 0x00, "", 0);
	put(&b, 0x80, "\x82\xac", 2);
	says(b.data, b.len, MAX, "p1:\xff.T3:\xe2\x82\xac.");
	buf_reset(&b);
	put(&b, 0x01, "\xe2\x82", 2);
	put(&b, 0x80, "", 0);
	says(b.data, b.len, MAX, "!1007");
	buf_reset(&b);
	put(&b, 0x82, "\xff\xfe", 2);		/* binary may be anything */
	says(b.data, b.len, MAX, "B2:\xff\xfe.");
	buf_fini(&b);
}

static void
masks_are_taken_off_at_any_offset(void **state)
{
	char payload[64], story[80];
	struct told t;
	struct buf b;
	size_t i, len, cut;

	(void)state;
	for (i = 0; i < sizeof(payload); i++)
		payload[i] = (char)('A' + i % 26);
	for (len = 0; len < 40; len++)
		for (cut = 0; cut <= len; cut++) {
			buf_init(&b, MAX);
			put(&b, 0x82, payload, len);
			told_init(&t, MAX);
			feed(&t, b.data, 6 + cut);
			feed(&t, b.data + 6 + cut, len - cut);
			assert_int_equal(t.message.len, 0);
			(void)snprintf(story, sizeof(story), "B%zu:%.*s.", len,
			    (int)len, payload);
			assert_string_equal(t.story.data, story);
			told_fini(&t);
			buf_fini(&b);
		}
}

static void
closes_say_what_they_may(void **state)
{
	static const struct {
		const char	*payload;
		size_t		 len;
		unsigned	 code;
		unsigned	 fault;
	} all[] = {
		{ "", 0, 1005, 0 }, { "\x03", 1, 0, 1002 },
		{ "\x03\xe8", 2, 1000, 0 }, { "\x03\xe8" "bye", 5, 1000, 0 },
		{ "\x03\xe8\xff", 3, 0, 1007 }, { "\x00\x00", 2, 0, 1002 },
		{ "\x03\xe7", 2, 0, 1002 }, { "\x03\xec", 2, 0, 1002 },
		{ "\x03\xed", 2, 0, 1002 }, { "\x03\xee", 2, 0, 1002 },
		{ "\x03\xef", 2, 1007, 0 }, { "\x03\xf3", 2, 1011, 0 },
		{ "\x03\xf7", 2, 0, 1002 }, { "\x07\xd0", 2, 0, 1002 },
		{ "\x0b\xb7", 2, 0, 1002 }, { "\x0b\xb8", 2, 3000, 0 },
		{ "\x13\x87", 2, 4999, 0 }, { "\x13\x88", 2, 0, 1002 },
		{ "\xff\xff", 2, 0, 1002 },
	};
	unsigned fault;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(ws_close_code(all[i].payload, all[i].len,
		    &fault), all[i].code);
		assert_int_equal(fault, all[i].fault);
	}
}

static void
long_reasons_are_cut_between_characters(void **state)
{
	unsigned char out[2 + WS_CONTROL_MAX];
	char reason[200];
	size_t n;

	(void)state;
	n = ws_close(out, 1012, "restart");
	assert_int_equal(n, 11);
	assert_memory_equal(out, "\x88\x09\x03\xf4restart", 11);
	memset(reason, 'x', 122);
	memcpy(reason + 122, "\xc3\xa9", 3);
	n = ws_close(out, 1000, reason);
	assert_int_equal(n, 4 + 122);
	assert_int_equal(out[1], 124);
	memcpy(reason + 121, "\xc3\xa9\xc3\xa9", 5);
	assert_int_equal(ws_close(out, 1000, reason), 4 + 123);
}

static void
heads_are_the_shortest(void **state)
{
	unsigned char out[WS_HEAD_MAX];

	(void)state;
	assert_int_equal(ws_head(out, WS_TEXT, 125), 2);
	assert_memory_equal(out, "\x81\x7d", 2);
	assert_int_equal(ws_head(out, WS_BINARY, 126), 4);
	assert_memory_equal(out, "\x82\x7e\x00\x7e", 4);
	assert_int_equal(ws_head(out, WS_PING, 65535), 4);
	assert_int_equal(ws_head(out, WS_TEXT, 65536), 10);
	assert_memory_equal(out, "\x81\x7f\0\0\0\0\0\1\0\0", 10);
}

/* The other way round: what a server writes, and nothing that is masked. */
static void
clients_read_what_servers_write(void **state)
{
	static const size_t sizes[] = { 0, 1, 125, 126, 65535, 65536 };
	unsigned char head[WS_HEAD_MAX];
	struct told t;
	struct buf b;
	char story[32];
	size_t i, at;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		buf_init(&b, MAX);
		buf_add(&b, head, ws_head(head, WS_BINARY, sizes[i]));
		for (at = 0; at < sizes[i]; at++)
			buf_addc(&b, 'x');
		told_init(&t, MAX);
		ws_in_init_client(&t.in);
		feed(&t, b.data, b.len);
		(void)snprintf(story, sizeof(story), "B%zu:", sizes[i]);
		assert_memory_equal(t.story.data, story, strlen(story));
		told_fini(&t);
		buf_fini(&b);
	}
	told_init(&t, MAX);
	ws_in_init_client(&t.in);
	feed(&t, "\x81\x81....", 6);
	assert_string_equal(t.story.data, "!1002");
	told_fini(&t);
}

static void
clients_write_what_servers_read(void **state)
{
	static const unsigned char mask[4] = { 1, 0x80, 0xff, 0 };
	static const size_t sizes[] = { 0, 5, 126, 70000 };
	unsigned char head[WS_MASKED_HEAD_MAX];
	char *payload, story[32];
	struct told t;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		payload = malloc(sizes[i] + 1);
		assert_non_null(payload);
		memset(payload, 'y', sizes[i] + 1);
		n = ws_masked_head(head, WS_TEXT, payload, sizes[i], mask);
		told_init(&t, MAX);
		feed(&t, (const char *)head, n);
		feed(&t, payload, sizes[i]);
		(void)snprintf(story, sizeof(story), "T%zu:%s", sizes[i],
		    sizes[i] > 0 ? "yyyyy" : ".");
		assert_memory_equal(t.story.data, story, strlen(story));
		told_fini(&t);
		free(payload);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_boundary_of_the_length),
		cmocka_unit_test(only_the_shortest_length_is_one),
		cmocka_unit_test(
		    fragments_make_one_message_with_control_frames_between),
		cmocka_unit_test(what_may_not_stand_in_the_first_two_bytes),
		cmocka_unit_test(continuations_need_something_to_continue),
		cmocka_unit_test(too_long_is_refused_on_the_header),
		cmocka_unit_test(bad_text_is_found_at_the_byte_that_shows_it),
		cmocka_unit_test(half_a_character_at_the_end_is_bad_text),
		cmocka_unit_test(masks_are_taken_off_at_any_offset),
		cmocka_unit_test(closes_say_what_they_may),
		cmocka_unit_test(long_reasons_are_cut_between_characters),
		cmocka_unit_test(heads_are_the_shortest),
		cmocka_unit_test(clients_read_what_servers_write),
		cmocka_unit_test(clients_write_what_servers_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
