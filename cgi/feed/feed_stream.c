#include "feed/feed_stream.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "call/reply.h"
#include "feed/handover.h"
#include "feed/wait.h"

/* What is ready goes out in pieces of about this. */
#define PIECE_BYTES	((size_t)64 << 10)
/* The proof beat comes so long after up-to-date, in a write of its own. */
#define PROOF_MS	150
/* A client whose line was cut comes back within so many times retry_min. */
#define SOON_TIMES	4

struct stream {
	struct call		*c;
	struct feed		*f;
	const struct feed_form	*form;
	void			*arg;		/* the form's */
	struct tail		 tail;
	size_t			 bytes;		/* sent, if the form counts */
	int64_t			 sent;
	int64_t			 beat_at;
	int64_t			 proof_at;	/* INT64_MAX: not to come
						   (any more) */
	int64_t			 expires_at;	/* of the link or session;
						   0: none */
	bool			 caught_up;	/* once: up-to-date was sent */
};

/* How far apart clients come back. */
enum spread {
	SPREAD_SOON,		/* a cut of somebody's line: at once */
	SPREAD_WIDE,		/* all together were sent away */
};

static int64_t
pick_retry(const struct stream *s, enum spread how)
{
	const struct config *config = s->c->service->config;
	int64_t min = config->retry_min_ms, max = config->retry_max_ms;

	if (how == SPREAD_SOON && max > min * SOON_TIMES)
		max = min * SOON_TIMES;
	return min + random() % (max - min + 1);
}

/* Whether the document is as long as its form lets it be, with `more` bytes. */
static bool
is_full(const struct stream *s, size_t more)
{
	return s->form->full != 0 && s->bytes + more >= s->form->full;
}

/* Sends what c->out holds, in one write. */
static enum status
send_out(struct stream *s)
{
	struct buf *o = &s->c->out;
	enum status st;

	if (s->form->flush != NULL)
		s->form->flush(s->arg, o);
	st = buf_status(o);
	if (st == ST_OK)
		st = exchange_write(s->c->x, o->data, o->len);
	if (st == ST_OK)
		st = exchange_flush(s->c->x);
	if (s->form->full != 0)
		s->bytes += o->len;
	buf_reset(o);
	s->beat_at = clock_mono_ms() + s->f->heartbeat_ms;
	return st;
}

static enum status
send_notice(struct stream *s, const struct notice *n)
{
	s->form->notice(s->arg, &s->c->out, n);
	return send_out(s);
}

static enum status
send_end(struct stream *s, const char *reason)
{
	return send_notice(s, &(struct notice){ .kind = NOTICE_END,
	    .reason = reason });
}

/* For clients that may come back: not all in the same moment. */
static enum status
send_away(struct stream *s, const char *reason)
{
	return send_notice(s, &(struct notice){ .kind = NOTICE_END,
	    .reason = reason, .retry_ms = pick_retry(s, SPREAD_WIDE) });
}

static bool
put_change(void *arg, const struct change *ch)
{
	struct stream *s = arg;
	struct buf *o = &s->c->out;
	struct cursor at = s->tail.head;

	at.seq = ch->seq;
	s->form->change(s->arg, o, &at, ch);
	s->sent++;
	return buf_status(o) == ST_OK && o->len < PIECE_BYTES &&
	    !is_full(s, o->len);
}

/*
 * Sends all there is, or as much as the document takes.  ST_GONE after a reset
 * was sent; other failures are the store's or the connection's.
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
			(void)send_notice(s, &(struct notice){
			    .kind = NOTICE_RESET,
			    .reason = reset_name(s->tail.reset),
			    .at = &s->tail.head });
			return st;
		}
		if (st)
			return st;
		q->now = false;
		q->after = s->tail.next;
		if (s->c->out.len > 0)
			st = send_out(s);
	} while (st == ST_OK && q->after.seq < s->tail.head.seq &&
	    !is_full(s, 0));
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
	st = send_notice(s, &(struct notice){ .kind = NOTICE_UP_TO_DATE,
	    .at = &s->f->query.after });
	s->proof_at = clock_mono_ms() + PROOF_MS;
	return st;
}

/* The document takes no more: the client asks for the next at once. */
static enum status
send_full(struct stream *s)
{
	return send_notice(s, &(struct notice){ .kind = NOTICE_END,
	    .reason = "size", .at = &s->f->query.after });
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

/* Waits, and says what is to be said then; `*over` after the last word. */
static enum status
pause_and_beat(struct stream *s, struct wait *w, bool *over)
{
	*over = true;
	switch (wait_next(w, s->proof_at < s->beat_at ? s->proof_at :
	    s->beat_at)) {
	case WAIT_LEFT:
		return ST_CLOSED;
	case WAIT_STOP:
		return send_away(s, "shutdown");
	case WAIT_AGE:
		return send_end(s, "age");
	case WAIT_TIME:
		*over = false;
		s->proof_at = INT64_MAX;
		return send_notice(s, &(struct notice){
		    .kind = NOTICE_HEARTBEAT });
	case WAIT_LOOK:
		break;
	}
	*over = false;
	return wait_allowed(w);
}

/* Sends and waits until the hold ends. */
static enum status
hold(struct stream *s, struct wait *w)
{
	enum status st;
	bool over;

	do {
		st = send_changes(s);
		if (st == ST_OK && is_full(s, 0))
			return send_full(s);
		if (st == ST_OK)
			st = send_up_to_date(s);
		if (st)
			return end_for(s, st);
		st = pause_and_beat(s, w, &over);
	} while (st == ST_OK && !over);
	return end_for(s, st);
}

/* Without a slot: the backlog, and then the end. */
static enum status
send_backlog(struct stream *s)
{
	enum status st;

	st = send_changes(s);
	if (st == ST_OK && is_full(s, 0))
		return send_full(s);
	if (st == ST_OK)
		st = send_up_to_date(s);
	if (st == ST_OK)
		return send_away(s, "busy");
	return end_for(s, st);
}

/* The head; what the form puts before all else stays in c->out. */
static enum status
send_head(struct stream *s)
{
	struct call *c = s->c;
	enum status st = ST_OK;

	buf_reset(&c->out);
	if (s->form->open != NULL)
		st = s->form->open(s->arg, c);
	if (st == ST_OK)
		st = buf_status(&c->out);
	if (st) {
		buf_reset(&c->out);	/* a problem goes out instead */
		return st;
	}
	return reply_stream(c, s->form->type);
}

/* The head, and all that comes before the first change. */
static enum status
send_open(struct stream *s)
{
	enum status st = send_head(s);

	if (st)
		return st;
	return send_notice(s, &(struct notice){ .kind = NOTICE_OPEN,
	    .retry_ms = pick_retry(s, SPREAD_SOON) });
}

/*
 * Lets the daemon hold it, where there is one and it knows the form; the
 * answers of handover_give.
 */
static enum status
give(struct stream *s, const struct claim *claim)
{
	struct daemon_line line;

	if (s->f->kind == FEED_NORMAL || handover_reach(s->c, &line))
		return ST_NOTFOUND;
	return handover_give(&line, s->c, claim, s->f, (int64_t)s->bytes);
}

/* Holds it here, while there is a slot. */
static enum status
keep(struct stream *s, const struct claim *claim)
{
	struct wait w;
	enum status st;

	if (wait_init(&w, s->c, claim))
		st = send_backlog(s);
	else
		st = hold(s, &w);
	wait_fini(&w);
	return st;
}

enum status
feed_stream(struct call *c, const struct claim *claim, struct feed *f,
    const struct feed_form *form, void *arg)
{
	struct stream s = { .c = c, .f = f, .form = form, .arg = arg,
	    .proof_at = INT64_MAX, .expires_at = c->access.expires_at };
	enum status st, given;

	exchange_drain(c->x, c->body.max);
	if (c->request.method == METHOD_HEAD)
		return send_head(&s);
	st = send_open(&s);
	if (st)
		return st;
	given = give(&s, claim);
	if (given == ST_OK)
		return ST_OK;
	st = given == ST_BUSY ? send_backlog(&s) : keep(&s, claim);
	atomic_fetch_add(&c->service->changes_sent, s.sent);
	return st;
}
