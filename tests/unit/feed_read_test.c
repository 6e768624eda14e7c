#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "codec/json.h"
#include "notewire/net/feed_read.h"
#include "pieces.h"
#include "proto/htmlfile.h"

/* What was told, as text: "name{json}" for each. */
static enum status
note_down(void *arg, const char *name, const struct cJSON *data)
{
	struct buf *story = arg;

	buf_adds(story, name);
	json_put_value(story, data);
	return strcmp(name, "stop") == 0 ? ST_CLOSED : ST_OK;
}

/* The same story and status in whatever pieces. */
static void
tells(enum feed_kind kind, const char *text, enum status want,
    const char *story)
{
	static const size_t sizes[] = PIECE_SIZES;
	struct feed_read r = { .kind = kind, .fn = note_down };
	size_t i, at, part, n = strlen(text);
	enum status st;
	struct buf told;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		buf_init(&told, 100000);
		r.arg = &told;
		feed_read_init(&r);
		st = ST_OK;
		for (at = 0; at < n && st == ST_OK; at += part) {
			part = n - at < sizes[i] ? n - at : sizes[i];
			st = feed_read_feed(&r, text + at, part);
		}
		if (st == ST_OK)
			st = feed_read_end(&r);
		assert_int_equal(st, want);
		assert_string_equal(told.data, story);
		feed_read_fini(&r);
		buf_fini(&told);
	}
}

#define ONE	"{\"seq\":\"e-1\",\"id\":\"n\"}"
#define TWO	"{\"seq\":\"e-2\",\"id\":\"m\"}"
#define UP	"{\"event\":\"up-to-date\",\"last_seq\":\"e-2\"}"

static void
pages_tell_changes_and_then_themselves(void **state)
{
	(void)state;
	tells(FEED_NORMAL, "{\"results\":[" ONE "," TWO "],"
	    "\"last_seq\":\"e-2\",\"pending\":0}", ST_OK,
	    "change" ONE "change" TWO "page{\"results\":[" ONE "," TWO "],"
	    "\"last_seq\":\"e-2\",\"pending\":0}");
	tells(FEED_LONGPOLL, "{\"results\":[],\"reset\":\"epoch\","
	    "\"last_seq\":\"e-2\"}", ST_OK, "reset{\"results\":[],"
	    "\"reset\":\"epoch\",\"last_seq\":\"e-2\"}");
	tells(FEED_NORMAL, "", ST_INVALID, "");
	tells(FEED_NORMAL, "{}", ST_INVALID, "");
	tells(FEED_NORMAL, "{\"results\":[" ONE, ST_INVALID, "");
	tells(FEED_NORMAL, "<!DOCTYPE html>", ST_INVALID, "");
}

static void
lines_tell_changes_notices_and_signs_of_life(void **state)
{
	(void)state;
	tells(FEED_CONTINUOUS, ONE "\n{}\n" UP "\n" TWO "\n", ST_OK,
	    "change" ONE "heartbeat{}up-to-date" UP "change" TWO);
	/* what is cut is not told */
	tells(FEED_CONTINUOUS, ONE "\n" TWO, ST_OK, "change" ONE);
	tells(FEED_CONTINUOUS, ONE "\nnonsense\n" TWO "\n", ST_INVALID,
	    "change" ONE);
	tells(FEED_CONTINUOUS, "{\"event\":\"stop\"}\n" ONE "\n", ST_CLOSED,
	    "stop{\"event\":\"stop\"}");
}

static void
events_tell_the_same(void **state)
{
	(void)state;
	tells(FEED_EVENTSOURCE, "retry: 5\n\nid: e-1\ndata: " ONE "\n\n"
	    "event: heartbeat\ndata: {}\n\nevent: reset\ndata: {\"a\":1}\n\n",
	    ST_OK, "change" ONE "heartbeat{}reset{\"a\":1}");
	tells(FEED_EVENTSOURCE, "data: nonsense\n\ndata: {}\n\n", ST_INVALID,
	    "");
}

static void
frames_tell_the_same(void **state)
{
	static const char wild[] = "{\"seq\":\"e-3\",\"id\":\"n\","
	    "\"x\":\"</script>)\\u2028<!-- parent.notewire([\"}";
	struct htmlfile h;
	struct buf b, story;

	(void)state;
	buf_init(&b, 100000);
	buf_init(&story, 100000);
	htmlfile_init(&h, "nonce");
	htmlfile_begin(&b);
	htmlfile_put(&h, &b, ONE, strlen(ONE));
	htmlfile_put(&h, &b, wild, strlen(wild));
	htmlfile_end_batch(&h, &b);
	htmlfile_put(&h, &b, UP, strlen(UP));
	htmlfile_end_batch(&h, &b);
	buf_addf(&story, "change" ONE "change%sup-to-date" UP, wild);
	tells(FEED_HTMLFILE, b.data, ST_OK, story.data);
	buf_fini(&b);
	buf_fini(&story);
	tells(FEED_HTMLFILE, "<script>alert(1)</script>", ST_INVALID, "");
	tells(FEED_HTMLFILE, "<script>parent.notewire([1)</script>", ST_INVALID,
	    "");
}

static void
messages_tell_the_same(void **state)
{
	(void)state;
	tells(FEED_WEBSOCKET, "{\"event\":\"change\",\"id\":\"e-1\","
	    "\"data\":" ONE "}", ST_OK, "change" ONE);
	tells(FEED_WEBSOCKET, "{\"results\":[]}", ST_INVALID, "");
	tells(FEED_WEBSOCKET, "nonsense", ST_INVALID, "");
}

static void
feeds_go_by_their_names(void **state)
{
	static const char *const names[] = { "normal", "longpoll",
	    "eventsource", "continuous", "htmlfile", "websocket" };
	enum feed_kind k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(feed_parse(names[i], &k), ST_OK);
		assert_string_equal(feed_name(k), names[i]);
	}
	assert_int_equal(feed_parse("", &k), ST_INVALID);
	assert_int_equal(feed_parse("Normal", &k), ST_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_tell_changes_and_then_themselves),
		cmocka_unit_test(lines_tell_changes_notices_and_signs_of_life),
		cmocka_unit_test(events_tell_the_same),
		cmocka_unit_test(frames_tell_the_same),
		cmocka_unit_test(messages_tell_the_same),
		cmocka_unit_test(feeds_go_by_their_names),
	};

	return cmocka_run_group_tests_name("feed_read", tests, NULL, NULL);
}
