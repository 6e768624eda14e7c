#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/str.h"
#include "proto/sse.h"

#define TEXT_MAX	4096

/*
 * A reader of event streams, written after HTML 9.2.6 alone: it knows nothing
 * of how the writer goes about it.
 */
struct event {
	char	type[64];
	char	id[64];
	char	data[TEXT_MAX];
	size_t	data_len;
};

struct reader {
	struct event	now;
	struct event	seen[8];
	size_t		count;
	char		last_id[64];
	uint64_t	retry;
};

static void
dispatch(struct reader *r)
{
	if (r->now.data_len > 0) {
		assert_true(r->count < 8);
		r->now.data_len--;	/* the last LF */
		r->now.data[r->now.data_len] = '\0';
		(void)str_copy(r->now.id, sizeof(r->now.id), r->last_id);
		if (r->now.type[0] == '\0')
			(void)str_copy(r->now.type, 64, "message");
		r->seen[r->count++] = r->now;
	}
	memset(&r->now, 0, sizeof(r->now));
}

static void
add_data(struct reader *r, const char *value, size_t len)
{
	assert_true(r->now.data_len + len + 1 < TEXT_MAX);
	memcpy(r->now.data + r->now.data_len, value, len);
	r->now.data_len += len;
	r->now.data[r->now.data_len++] = '\n';
}

static void
read_line(struct reader *r, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	size_t name = colon ? (size_t)(colon - line) : len;
	const char *value = colon ? colon + 1 : line + len;
	size_t n = len - (size_t)(value - line);
	char text[64] = "";

	if (len == 0) {
		dispatch(r);
		return;
	}
	if (n > 0 && value[0] == ' ') {
		value++;
		n--;
	}
	if (name == 4 && memcmp(line, "data", 4) == 0)
		add_data(r, value, n);
	if (n >= sizeof(text))
		return;
	memcpy(text, value, n);
	if (name == 5 && memcmp(line, "event", 5) == 0)
		(void)str_copy(r->now.type, 64, text);
	else if (name == 2 && memcmp(line, "id", 2) == 0)
		(void)str_copy(r->last_id, 64, text);
	else if (name == 5 && memcmp(line, "retry", 5) == 0)
		assert_int_equal(str_uint(text, UINT32_MAX, &r->retry), ST_OK);
}

static void
read_stream(const struct buf *b, struct reader *r)
{
	size_t i, from = 0;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < b->len; i++) {
		if (b->data[i] != '\n' && b->data[i] != '\r')
			continue;
		read_line(r, b->data + from, i - from);
		if (b->data[i] == '\r' && b->data[i + 1] == '\n')
			i++;
		from = i + 1;
	}
	assert_int_equal(from, b->len);	/* the last line is ended */
}

/* One event through writer and reader. */
static void
round_trip(const char *name, const char *id, const char *data, size_t len,
    struct reader *r)
{
	struct buf b;

	buf_init(&b, TEXT_MAX);
	sse_event(&b, name, id, data, len);
	assert_int_equal(buf_status(&b), ST_OK);
	read_stream(&b, r);
	buf_fini(&b);
	assert_int_equal(r->count, 1);
}

static void
expect_data(const char *data, const char *seen)
{
	struct reader r;

	round_trip(NULL, NULL, data, strlen(data), &r);
	assert_string_equal(r.seen[0].data, seen);
	assert_string_equal(r.seen[0].type, "message");
	assert_string_equal(r.last_id, "");
}

static void
data_reads_back_whole(void **state)
{
	(void)state;
	expect_data("{\"seq\":\"abcd1234-1\"}", "{\"seq\":\"abcd1234-1\"}");
	expect_data("", "");
	expect_data(" led by a space", " led by a space");
	expect_data(":colon", ":colon");
	expect_data("\xc3\xa9", "\xc3\xa9");
}

static void
line_ends_in_data_become_lf(void **state)
{
	(void)state;
	expect_data("a\nb", "a\nb");
	expect_data("a\rb", "a\nb");
	expect_data("a\r\nb", "a\nb");
	expect_data("a\n\rb", "a\n\nb");
	expect_data("\n", "\n");
	expect_data("\r", "\n");
	expect_data("\r\n\r\n", "\n\n");
	expect_data("a\n", "a\n");
	expect_data("a\r", "a\n");
}

static void
data_cannot_forge_fields(void **state)
{
	struct reader r;
	static const char evil[] =
	    "x\n\nevent: end\rid: 9\r\ndata: y\n\nretry: 1\n: c";

	(void)state;
	round_trip("note", "abcd1234-1", evil, strlen(evil), &r);
	assert_string_equal(r.seen[0].type, "note");
	assert_string_equal(r.last_id, "abcd1234-1");
	assert_int_equal(r.retry, 0);
	assert_string_equal(r.seen[0].data,
	    "x\n\nevent: end\nid: 9\ndata: y\n\nretry: 1\n: c");
}

static void
length_bounds_the_data(void **state)
{
	struct reader r;

	(void)state;
	round_trip(NULL, NULL, "abcdef", 3, &r);
	assert_string_equal(r.seen[0].data, "abc");
	round_trip(NULL, NULL, "ab\r\n", 3, &r);
	assert_string_equal(r.seen[0].data, "ab\n");
	round_trip(NULL, NULL, "a\0b", 3, &r);
	assert_int_equal(r.seen[0].data_len, 3);
	assert_memory_equal(r.seen[0].data, "a\0b", 3);
}

static void
blocks_do_not_run_together(void **state)
{
	struct reader r;
	struct buf b;

	(void)state;
	buf_init(&b, TEXT_MAX);
	sse_retry(&b, 1500);
	sse_event(&b, NULL, "e-1", "one", 3);
	sse_comment(&b, "still\nhere\r\ndata: no");
	sse_event(&b, "heartbeat", NULL, "{}", 2);
	sse_comment(&b, "");
	read_stream(&b, &r);
	buf_fini(&b);
	assert_int_equal(r.retry, 1500);
	assert_int_equal(r.count, 2);
	assert_string_equal(r.seen[0].id, "e-1");
	assert_string_equal(r.seen[0].data, "one");
	assert_string_equal(r.seen[1].type, "heartbeat");
	assert_string_equal(r.seen[1].id, "e-1");
	assert_string_equal(r.seen[1].data, "{}");
}

static void
names_and_ids_with_controls_fail(void **state)
{
	static const char *const bad[] = { "a\nb", "a\r", "\n", "\x7f", "\t" };
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, TEXT_MAX);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_reset(&b);
		sse_comment(&b, "before");
		sse_event(&b, bad[i], NULL, "x", 1);
		assert_int_equal(buf_status(&b), ST_INVALID);
		assert_string_equal(b.data, ": before\n\n");
		buf_reset(&b);
		sse_event(&b, NULL, bad[i], "x", 1);
		assert_int_equal(buf_status(&b), ST_INVALID);
		assert_string_equal(b.data, "");
	}
	buf_reset(&b);
	sse_retry(&b, -1);
	assert_int_equal(buf_status(&b), ST_INVALID);
	assert_string_equal(b.data, "");
	buf_fini(&b);
}

static void
full_buffer_takes_a_block_back(void **state)
{
	static const char whole[] = "event: n\nid: i\ndata: a\ndata: b\n\n";
	struct buf b;
	size_t max;

	(void)state;
	for (max = 10; max < 10 + strlen(whole); max++) {
		buf_init(&b, max);
		sse_comment(&b, "before");
		sse_event(&b, "n", "i", "a\nb", 3);
		assert_int_equal(buf_status(&b), ST_TOOBIG);
		assert_string_equal(b.data, ": before\n\n");
		buf_fini(&b);
	}
	buf_init(&b, max);
	sse_comment(&b, "before");
	sse_event(&b, "n", "i", "a\nb", 3);
	assert_int_equal(buf_status(&b), ST_OK);
	assert_string_equal(b.data + 10, whole);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_reads_back_whole),
		cmocka_unit_test(line_ends_in_data_become_lf),
		cmocka_unit_test(data_cannot_forge_fields),
		cmocka_unit_test(length_bounds_the_data),
		cmocka_unit_test(blocks_do_not_run_together),
		cmocka_unit_test(names_and_ids_with_controls_fail),
		cmocka_unit_test(full_buffer_takes_a_block_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
