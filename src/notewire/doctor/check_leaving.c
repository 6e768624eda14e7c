#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "notewire/doctor/check.h"
#include "notewire/doctor/feeds.h"

/* Whether the service hears of it that a browser has left. */

/* A server that hears of it at once, and one that does at the second write. */
#define LEAVES_MS	1500
#define LEAVES_LATE_MS	5000
/* So long the daemon shows one who left to the others: it may come back. */
#define LEASE_MS	10000

/* Held responses of the service, as it tells its own machine; or -1. */
static int64_t
count_holds(struct doctor *d)
{
	static const char name[] = "\nnotewire_holds ";
	struct exchange *e = doctor_ask(d,
	    &(struct ask){ .path = "/api/metrics", .plain = true });
	const char *at = NULL;
	int64_t n = -1;

	if (e != NULL && e->status == 200)
		at = strstr(e->body.data, name);
	if (at != NULL && sscanf(at + strlen(name), "%" SCNd64, &n) != 1)
		n = -1;
	exchange_drop(e);
	return n;
}

/* Waits for fewer holds than there were; the time, or -1. */
static int64_t
wait_fewer(struct doctor *d, int64_t than, int64_t timeout_ms)
{
	int64_t began = clock_mono_us(), n;

	while ((n = count_holds(d)) >= 0 && clock_mono_us() - began <
	    timeout_ms * 1000) {
		if (n < than)
			return clock_mono_us() - began;
		if (exchanges_pass(d->http[d->version], 20))
			break;
	}
	return -1;
}

/* Leaves a stream, and looks when its place is free: by the metrics. */
static int64_t
leave_counted(struct doctor *d, const char *beat, int64_t timeout_ms)
{
	struct exchange *e;
	int64_t held, took = -1;
	char rest[64];

	(void)snprintf(rest, sizeof(rest), "&heartbeat=%s", beat);
	e = feed_open(d, "eventsource", rest, "now");
	if (e == NULL || feed_two_frames(d, e) < 0) {
		exchange_drop(e);
		return -1;
	}
	held = count_holds(d);
	exchange_drop(e);
	if (held > 0)
		took = wait_fewer(d, held, timeout_ms);
	return took;
}

/* The same by what the others on the board are told. */
static int64_t
leave_watched(struct doctor *d, const char *beat, int64_t timeout_ms)
{
	char id[2][ID_SIZE], rest[96];
	struct exchange *watch, *e = NULL;
	int64_t left, took = -1;
	size_t after;

	if (token_new_id(id[0]) || token_new_id(id[1]))
		return -1;
	(void)snprintf(rest, sizeof(rest), "&peer=%s", id[0]);
	watch = feed_open(d, "eventsource", rest, "now");
	(void)snprintf(rest, sizeof(rest), "&heartbeat=%s&peer=%s", beat, id[1]);
	if (watch != NULL && feed_two_frames(d, watch) >= 0)
		e = feed_open(d, "eventsource", rest, "now");
	if (e != NULL && feed_two_frames(d, e) >= 0 && exchange_until(watch, 0,
	    "\"count\":2", DOCTOR_FLOW_MS, &after) == ST_OK) {
		left = clock_mono_us() + LEASE_MS * 1000;
		exchange_drop(e);
		e = NULL;
		if (exchange_until(watch, after, "\"left\":[\"", LEASE_MS +
		    timeout_ms, &after) == ST_OK)
			took = exchange_when(watch, after) - left;
		if (took < -1)
			took = 0;
	}
	exchange_drop(e);
	exchange_drop(watch);
	return took;
}

static int64_t
leave(struct doctor *d, const char *beat, int64_t timeout_ms)
{
	return d->daemon && d->own ? leave_watched(d, beat, timeout_ms) :
	    leave_counted(d, beat, timeout_ms);
}

void
check_leaving(struct doctor *d)
{
	int64_t took = -1;

	if ((!d->daemon || !d->own) && count_holds(d) < 0) {
		doctor_skip(d, "without a daemon only its own machine can see "
		    "that");
		return;
	}
	if (d->server != SERVER_APACHE)		/* it never does at once */
		took = leave(d, FEED_LONG_BEAT, LEAVES_MS);
	if (took >= 0) {
		doctor_note(d, "noticed after %.0f ms", doctor_ms(took));
		return;
	}
	took = leave(d, FEED_SHORT_BEAT, LEAVES_LATE_MS);
	if (took < 0)
		doctor_fail(d, TROUBLE_LEAVING,
		    "nobody notices that a browser has left");
	else if (d->server == SERVER_LIGHTTPD)
		doctor_warn(d, TROUBLE_LEAVING,
		    "noticed only by the next heartbeats");
	else
		doctor_note(d, "noticed by the next heartbeats, as it is with "
		    "this server");
}
