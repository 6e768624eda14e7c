#include "feed.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "codec/print.h"
#include "proto/sse.h"
#include "reply.h"
#include "wait.h"

/* What is ready goes out in pieces of about this. */
#define PIECE_BYTES	((size_t)64 << 10)
/* The proof beat comes so long after up-to-date, in a write of its own. */
#define PROOF_MS	150
/* A client whose line was cut comes back within so many times retry_min. */
#define SOON_TIMES	4

struct stream {
	struct call	*c;
	struct feed	*f;
	struct buf	 line;		/* one change as JSON */
	struct tail	 tail;
	int64_t		 sent;
	int64_t		 beat_at;
	int64_t		 proof_at;	/* INT64_MAX: not to come (any more) */
	int64_t		 expires_at;	/* of the link or session; 0: none */
	bool		 caught_up;	/* once: up-to-date was sent */
};

/* How far apart clients come back. */
enum spread {
	SPREAD_SOON,		/* a cut of somebody's line: at once */
	SPREAD_WIDE,		/* all together were sent away */
};

static void
put_named(struct stream *s, const char *name, const char *data)
{
	sse_event(&s->c->out, name, NULL, data, strlen(data));
}

/* {"reason":…,"last_seq":…}, either of which may be NULL */
static void
put_status(struct stream *s, const char *name, const char *reason,
    const struct cursor *at)
{
	char text[CURSOR_TEXT];

	buf_reset(&s->line);
	buf_addc(&s->line, '{');
	if (reason != NULL)
		buf_addf(&s->line, "\"reason\":\"%s\"", reason);
	if (at != NULL) {
		cursor_format(at, text);
		buf_addf(&s->line, "%s\"last_seq\":\"%s\"", reason ? "," : "",
		    text);
	}
	buf_addc(&s->line, '}');
	put_named(s, name, s->line.data);
}

/* Sends what c->out holds, in one write. */
static enum status
send_out(struct stream *s)
{
	struct buf *o = &s->c->out;
	enum status st = buf_status(o);

	if (st == ST_OK)
		st = exchange_write(s->c->x, o->data, o->len);
	if (st == ST_OK)
		st = exchange_flush(s->c->x);
	buf_reset(o);
	s->beat_at = clock_mono_ms() + s->f->heartbeat_ms;
	return st;
}

static void
put_retry(struct stream *s, enum spread how)
{
	const struct config *config = s->c->service->config;
	int64_t min = config->retry_min_ms, max = config->retry_max_ms;

	if (how == SPREAD_SOON && max > min * SOON_TIMES)
		max = min * SOON_TIMES;
	sse_retry(&s->c->out, min + random() % (max - min + 1));
}

static enum status
send_end(struct stream *s, const char *reason)
{
	put_status(s, "end", reason, NULL);
	return send_out(s);
}

/* For clients that may come back: not all in the same moment. */
static enum status
send_away(struct stream *s, const char *reason)
{
	put_retry(s, SPREAD_WIDE);
	return send_end(s, reason);
}

static bool
put_change(void *arg, const struct change *ch)
{
	struct stream *s = arg;
	struct cursor at = s->tail.head;
	char id[CURSOR_TEXT];

	at.seq = ch->seq;
	cursor_format(&at, id);
	buf_reset(&s->line);
	print_change(&s->line, at.epoch, ch);
	sse_event(&s->c->out, NULL, id, s->line.data, s->line.len);
	if (buf_status(&s->line))
		buf_fail(&s->c->out, buf_status(&s->line));
	s->sent++;
	return buf_status(&s->c->out) == ST_OK &&
	    s->c->out.len < PIECE_BYTES;
}

/*
 * Sends all there is.  ST_GONE after a reset was sent; other failures are the
 * store's or the connection's.
 */
static enum status
send_changes(struct stream *s)
{
	struct tail_query *q = &s->f->query;
	enum status st;

	do {
		st = store_tail(s->c->service->store, q, &s->tail, put_change,
		    s);
		if (st == ST_GONE) {
			put_status(s, "reset", feed_reset_name(s->tail.reset),
			    &s->tail.head);
			(void)send_out(s);
			return st;
		}
		if (st)
			return st;
		q->now = false;
		q->after = s->tail.next;
		if (s->c->out.len > 0)
			st = send_out(s);
	} while (st == ST_OK && q->after.seq < s->tail.head.seq);
	return st;
}

/* Tells once that the backlog is over; the proof beat follows soon. */
static enum status
send_up_to_date(struct stream *s)
{
	enum status st;

	if (s->caught_up)
		return ST_OK;
	s->caught_up = true;
	put_status(s, "up-to-date", NULL, &s->f->query.after);
	st = send_out(s);
	s->proof_at = clock_mono_ms() + PROOF_MS;
	return st;
}

/* Why a reader that was let in is not any more. */
static const char *
find_reason(struct stream *s)
{
	const struct tail_query now = { .board = s->f->query.board,
	    .now = true };
	struct tail tail;

	if (store_tail(s->c->service->store, &now, &tail, NULL, NULL) ==
	    ST_NOTFOUND)
		return "gone";
	if (s->expires_at != 0 && s->expires_at <= clock_wall_ms())
		return "expired";
	return "revoked";
}

/* The stream's last word; failures of the system are passed on. */
static enum status
end_for(struct stream *s, enum status st)
{
	switch ((int)st) {
	case ST_NOTFOUND:
	case ST_EXPIRED:
		return send_end(s, find_reason(s));
	case ST_GONE:
		return ST_OK;		/* the reset was that word */
	default:
		return st;
	}
}

/* Sends and waits until the hold ends. */
static enum status
hold(struct stream *s, struct wait *w)
{
	enum status st;

	for (;;) {
		st = send_changes(s);
		if (st == ST_OK)
			st = send_up_to_date(s);
		if (st)
			return end_for(s, st);
		switch (wait_next(w, s->proof_at < s->beat_at ? s->proof_at :
		    s->beat_at)) {
		case WAIT_LEFT:
			return ST_CLOSED;
		case WAIT_STOP:
			return send_away(s, "shutdown");
		case WAIT_AGE:
			return send_end(s, "age");
		case WAIT_TIME:
			s->proof_at = INT64_MAX;
			put_named(s, "heartbeat", "{}");
			st = send_out(s);
			break;
		case WAIT_LOOK:
			st = wait_allowed(w);
			break;
		}
		if (st)
			return end_for(s, st);
	}
}

/* Without a slot: the backlog, and then the end. */
static enum status
send_backlog(struct stream *s)
{
	enum status st;

	st = send_changes(s);
	if (st == ST_OK)
		st = send_up_to_date(s);
	if (st == ST_OK)
		return send_away(s, "busy");
	return end_for(s, st);
}

enum status
feed_eventsource(struct call *c, const struct claim *claim, struct feed *f)
{
	struct stream s = { .c = c, .f = f,
	    .proof_at = INT64_MAX, .expires_at = c->access.expires_at };
	enum status st, busy;
	struct wait w;

	exchange_drain(c->x, c->body.max);
	buf_init(&s.line, c->out.max);
	busy = wait_init(&w, c, claim);
	st = reply_stream(c, "text/event-stream");
	put_retry(&s, SPREAD_SOON);
	if (st == ST_OK)
		st = send_out(&s);
	if (st == ST_OK)
		st = busy ? send_backlog(&s) : hold(&s, &w);
	wait_fini(&w);
	atomic_fetch_add(&c->service->changes_sent, s.sent);
	buf_fini(&s.line);
	return st;
}
