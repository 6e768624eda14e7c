#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "notewire/doctor/check.h"
#include "notewire/doctor/feeds.h"

/*
 * The feeds over HTTP.  A held one sends "up-to-date", and a heartbeat 100 ms
 * and more later, in a write of its own: two frames that came apart prove that
 * the path streams.
 */

#define PATH_MAX_BYTES	256
#define APART_US	40000
/* This machine may have slept between two frames: so often it is tried. */
#define TRIES		3
#define IDLE_MS		3500
#define LONG_IDLE_MS	125000

static void
feed_path(const struct doctor *d, const char *feed, const char *rest,
    char path[PATH_MAX_BYTES])
{
	(void)snprintf(path, PATH_MAX_BYTES,
	    "/api/boards/%s/changes?feed=%s%s", d->board, feed, rest);
}

struct exchange *
feed_open(struct doctor *d, const char *feed, const char *rest,
    const char *after)
{
	char path[PATH_MAX_BYTES], line[80];
	struct ask a = { .path = path, .line = { line } };

	feed_path(d, feed, rest, path);
	(void)snprintf(line, sizeof(line), "Last-Event-ID: %s", after);
	return doctor_send(d, &a);
}

void
check_poll(struct doctor *d)
{
	char id[ID_SIZE], at[CURSOR_TEXT], path[PATH_MAX_BYTES], rest[64];
	struct exchange *e;

	if (!doctor_head(d, at) || !doctor_write(d, "for the poll", id))
		return;
	(void)snprintf(rest, sizeof(rest), "&since=%s", at);
	feed_path(d, "normal", rest, path);
	e = doctor_ask(d, &(struct ask){ .path = path });
	if (e != NULL && strstr(e->body.data, id) == NULL)
		doctor_fail(d, TROUBLE_QUERY, "the change is not there (%d)",
		    e->status);
	else if (e != NULL)
		doctor_note(d, "%.1f ms",
		    doctor_ms(e->ended_us - e->began_us));
	exchange_drop(e);
}

void
check_longpoll(struct doctor *d)
{
	char id[ID_SIZE], at[CURSOR_TEXT], rest[96];
	struct exchange *e;
	int64_t wrote;

	if (!doctor_head(d, at))
		return;
	(void)snprintf(rest, sizeof(rest), "&since=%s&timeout=20000", at);
	e = feed_open(d, "longpoll", rest, at);
	if (e == NULL || exchanges_pass(d->http[d->version], 300))
		goto done;
	if (e->ended) {
		doctor_fail(d, TROUBLE_QUERY, "it did not wait (%d) %s",
		    e->status, e->fault);
		goto done;
	}
	wrote = clock_mono_us();
	if (!doctor_write(d, "for the long-poll", id))
		goto done;
	if (exchange_end(e, DOCTOR_FLOW_MS) || strstr(e->body.data, id) == NULL)
		doctor_fail(d, TROUBLE_BUFFERED, "no answer within %d s of a "
		    "change", DOCTOR_FLOW_MS / 1000);
	else
		doctor_note(d, "answers %.1f ms after a writer asked",
		    doctor_ms(e->ended_us - wrote));
done:
	exchange_drop(e);
}

/* Why a feed did not send what was waited for. */
static void
tell_silence(struct doctor *d, const struct exchange *e, enum status st)
{
	if (st == ST_CLOSED && e->status != 200)
		doctor_fail(d, TROUBLE_OTHER, "%d %s%.*s", e->status, e->fault,
		    160, e->body.data);
	else if (st == ST_CLOSED)
		doctor_fail(d, TROUBLE_OTHER, "it ended %s", e->fault);
	else if (st == ST_TIMEOUT)
		doctor_fail(d, TROUBLE_BUFFERED, "the web server keeps what is "
		    "sent: %zu bytes came in %d s", e->body.len,
		    DOCTOR_FLOW_MS / 1000);
}

int64_t
feed_two_frames(struct doctor *d, struct exchange *e)
{
	size_t first, second;
	enum status st = exchange_until(e, 0, "up-to-date", DOCTOR_FLOW_MS,
	    &first);

	if (st == ST_OK)
		st = exchange_until(e, first, "{}", DOCTOR_FLOW_MS, &second);
	if (st) {
		tell_silence(d, e, st);
		return -1;
	}
	return exchange_when(e, second) - exchange_when(e, first);
}

/* A change while it is held: how long after it was asked for, or -1. */
static int64_t
one_change(struct doctor *d, struct exchange *e)
{
	char id[ID_SIZE];
	int64_t wrote = clock_mono_us();
	size_t from = e->body.len, after;
	enum status st;

	if (!doctor_write(d, "for the feed", id))
		return -1;
	st = exchange_until(e, from, id, DOCTOR_FLOW_MS, &after);
	if (st) {
		tell_silence(d, e, st);
		return -1;
	}
	return exchange_when(e, after) - wrote;
}

/* Held from a cursor: what is after it comes, in order, and nothing else. */
static void
resume(struct doctor *d, const char *feed)
{
	char at[CURSOR_TEXT], before[ID_SIZE], id[2][ID_SIZE];
	struct exchange *e;
	const char *first, *second;
	size_t after;

	if (!doctor_write(d, "before", before) || !doctor_head(d, at) ||
	    !doctor_write(d, "one", id[0]) || !doctor_write(d, "two", id[1]))
		return;
	e = feed_open(d, feed, "&heartbeat=" FEED_SHORT_BEAT, at);
	if (e == NULL)
		return;
	if (exchange_until(e, 0, "up-to-date", DOCTOR_FLOW_MS, &after) == ST_OK) {
		first = strstr(e->body.data, id[0]);
		second = strstr(e->body.data, id[1]);
		if (first == NULL || second == NULL || first > second ||
		    strstr(e->body.data, before) != NULL)
			doctor_fail(d, TROUBLE_OTHER,
			    "it does not go on where it was");
	}
	exchange_drop(e);
}

static void
check_held(struct doctor *d, const char *feed)
{
	struct exchange *e;
	int64_t apart = 0, took = 0;
	int i;

	for (i = 0; i < TRIES && apart < APART_US; i++) {
		e = feed_open(d, feed, "&since=now&heartbeat=" FEED_SHORT_BEAT,
		    "now");
		if (e == NULL)
			return;
		apart = feed_two_frames(d, e);
		took = apart >= 0 ? one_change(d, e) : -1;
		exchange_drop(e);
		if (took < 0)
			return;
	}
	if (apart < APART_US) {
		doctor_fail(d, TROUBLE_BUFFERED,
		    "the two frames came together, %.1f ms apart",
		    doctor_ms(apart));
		return;
	}
	resume(d, feed);
	doctor_note(d, "two frames %.0f ms apart, a change after %.1f ms",
	    doctor_ms(apart), doctor_ms(took));
}

void
check_eventsource(struct doctor *d)
{
	check_held(d, "eventsource");
}

void
check_continuous(struct doctor *d)
{
	check_held(d, "continuous");
}

void
check_htmlfile(struct doctor *d)
{
	check_held(d, "htmlfile");
}

/* How often a text stands there. */
static int
count(const char *in, const char *text)
{
	int n = 0;

	for (; (in = strstr(in, text)) != NULL; in += strlen(text))
		n++;
	return n;
}

/*
 * Silent streams: with --long, two that send a byte a minute and a long-poll
 * of a minute, which a web server's own limits would cut.
 */
void
check_idle(struct doctor *d)
{
	const char *rest = d->patient ? "&heartbeat=" FEED_LONG_BEAT :
	    "&heartbeat=" FEED_SHORT_BEAT;
	struct exchange *stream, *poll = NULL;
	size_t after;

	stream = feed_open(d, "eventsource", rest, "now");
	if (d->patient)
		poll = feed_open(d, "longpoll", "&timeout=60000", "now");
	if (stream == NULL || (d->patient && poll == NULL))
		goto done;
	if (feed_two_frames(d, stream) < 0 || exchange_until(stream, 0, "{}",
	    DOCTOR_FLOW_MS, &after) ||
	    exchanges_pass(d->http[d->version], d->patient ? LONG_IDLE_MS : IDLE_MS))
		goto done;
	if (stream->ended)
		doctor_fail(d, TROUBLE_IDLE, "a silent stream was cut after "
		    "%.0f s %s", doctor_ms(stream->ended_us -
		    stream->began_us) / 1000, stream->fault);
	else if (count(stream->body.data + after, "{}") < 2)
		doctor_fail(d, TROUBLE_BUFFERED, "no two heartbeats came");
	if (poll != NULL && poll->status != 200)
		doctor_fail(d, TROUBLE_IDLE, "a long-poll of 60 s was answered "
		    "by %d %s", poll->status, poll->fault);
	doctor_note(d, "%s", d->patient ?
	    "two minutes, with a heartbeat in each" :
	    "some seconds; --long tries two minutes");
done:
	exchange_drop(poll);
	exchange_drop(stream);
}
