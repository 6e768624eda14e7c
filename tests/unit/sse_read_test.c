#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "pieces.h"
#include "proto/sse.h"
#include "proto/sse_read.h"

#define DATA_MAX	((size_t)1000)

/* What was told, as text: "name/id/data." for each event. */
static enum status
note_down(void *arg, const struct sse_seen *e)
{
	struct buf *story = arg;

	assert_int_equal(strlen(e->data), e->len);
	buf_addf(story, "%s/%s/%s.", e->name, e->id, e->data);
	return strcmp(e->data, "stop") == 0 ? ST_CLOSED : ST_OK;
}

static enum status
feed_all(struct sse_read *r, const char *text, size_t n, size_t piece)
{
	enum status st = ST_OK;
	size_t at, part;

	for (at = 0; at < n; at += part) {
		part = n - at < piece ? n - at : piece;
		st = sse_read_feed(r, text + at, part);
	}
	return st;
}

/* The same story in whatever pieces, and the same status. */
static void
tells(const char *text, size_t n, enum status want, const char *story)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct sse_read r;
	struct buf told;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		buf_init(&told, 10000);
		sse_read_init(&r, DATA_MAX, note_down, &told);
		assert_int_equal(feed_all(&r, text, n, sizes[i]), want);
		assert_string_equal(told.data, story);
		sse_read_fini(&r);
		buf_fini(&told);
	}
}

static void
says(const char *text, const char *story)
{
	tells(text, strlen(text), ST_OK, story);
}

static void
fields_make_events(void **state)
{
	(void)state;
	says("data: one\n\n", "message//one.");
	says("event: reset\ndata: {}\nid: e-1\n\n", "reset/e-1/{}.");
	says("data:no blank\ndata:  two blanks\n\n",
	    "message//no blank\n two blanks.");
	says("data\ndata\n\n", "message//\n.");
	says("retry: 10\nunknown: x\n:comment\ndata: x\n\n", "message//x.");
	/* the id stays, the name does not */
	says("id: 7\nevent: a\ndata: 1\n\ndata: 2\n\n", "a/7/1.message/7/2.");
	says("id: 7\ndata: 1\n\nid\ndata: 2\n\n", "message/7/1.message//2.");
	/* without data there is no event, nor its name later */
	says("event: a\n\ndata: 1\n\n", "message//1.");
}

static void
every_line_end_ends_a_line(void **state)
{
	(void)state;
	says("data: 1\r\ndata: 2\rdata: 3\n\r\n", "message//1\n2\n3.");
	says("data: 1\r\rdata: 2\r\n\r\n", "message//1.message//2.");
	says("\xef\xbb\xbf" "data: 1\n\n", "message//1.");
	says("data: 1\n\n\xef\xbb\xbf" "data: 2\n\n", "message//1.");
}

static void
what_the_end_cuts_is_never_told(void **state)
{
	(void)state;
	says("", "");
	says("data: 1", "");
	says("data: 1\n", "");
	says("data: 1\n\ndata: 2\n", "message//1.");
}

static void
what_is_written_is_read(void **state)
{
	static const char *const data[] = { "", "a", " a", ":", "a\nb\n\n",
	    "\r", "{\"x\":\"\xe2\x80\xa8\"}" };
	char story[256];
	struct buf b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
		buf_init(&b, 10000);
		sse_comment(&b, "x");
		sse_retry(&b, 5);
		sse_event(&b, "n", "i", data[i], strlen(data[i]));
		(void)snprintf(story, sizeof(story), "n/i/%s.",
		    data[i][0] == '\r' ? "\n" : data[i]);
		/* an event of empty data is none to a client */
		says(b.data, story);
		buf_fini(&b);
	}
}

static void
limits_and_the_function_end_it_for_good(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	says("data: 1\n\ndata: go on\n\n", "message//1.message//go on.");
	tells("data: stop\n\ndata: 2\n\n", 21, ST_CLOSED, "message//stop.");
	buf_init(&b, 100000);
	buf_adds(&b, "data: x\n\ndata: ");
	for (i = 0; i < DATA_MAX + 100; i++)
		buf_addc(&b, 'x');
	buf_adds(&b, "\n\ndata: y\n\n");
	tells(b.data, b.len, ST_TOOBIG, "message//x.");
	buf_reset(&b);
	for (i = 0; i < DATA_MAX; i++)
		buf_adds(&b, "data: xx\n");
	buf_adds(&b, "\ndata: y\n\n");
	tells(b.data, b.len, ST_TOOBIG, "");
	buf_fini(&b);
}

static void
names_and_ids_that_are_too_long_are_nobodys(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 10000);
	buf_adds(&b, "event: ");
	for (i = 0; i < SSE_NAME_SIZE; i++)
		buf_addc(&b, 'x');
	buf_adds(&b, "\ndata: 1\n\n");
	says(b.data, "message//1.");
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_make_events),
		cmocka_unit_test(every_line_end_ends_a_line),
		cmocka_unit_test(what_the_end_cuts_is_never_told),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(limits_and_the_function_end_it_for_good),
		cmocka_unit_test(names_and_ids_that_are_too_long_are_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
