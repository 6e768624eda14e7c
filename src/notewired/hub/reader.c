#include "notewired/hub/reader.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "notewired/hub/member.h"

/* What is ready goes out in pieces of this: so much may have to be kept. */
#define PIECE_BYTES	((size_t)16 << 10)
#define FETCH_ROWS	500
/* The proof beat comes so long after up-to-date, in a write of its own. */
#define PROOF_MS	150

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When something has to be said or done, whatever comes. */
static void
set_timer(struct reader *r, int64_t now)
{
	int64_t at = earlier(earlier(r->beat_at, r->proof_at),
	    earlier(r->until, r->stuck_at)), left;

	if (r->expires_at != 0) {
		left = r->expires_at - clock_wall_ms();
		at = earlier(at, now + (left > 0 ? left : 0));
	}
	wheel_set(r->hub->wheel, &r->timer, at);
}

/* Takes it out of the hub, and lets its kind do the rest. */
static void
finish(struct reader *r, bool broken)
{
	wheel_clear(&r->timer);
	hub_leave(r);
	r->kind->close(r, broken);
}

void
reader_gone(struct reader *r)
{
	finish(r, true);
}

/* What sending came to; whether the reader is still here. */
static bool
survives(struct reader *r, enum status st)
{
	if (st)
		finish(r, st != ST_GONE);
	return st == ST_OK;
}

/* After something was sent: does the connection take more? */
static bool
takes_more(struct reader *r)
{
	struct hot *hot = reader_hot(r);
	int64_t now;

	if (!r->peer->full)
		return true;
	if (!(hot->flags & HOT_FULL)) {
		hot->flags |= HOT_FULL;
		now = clock_mono_ms();
		r->stuck_at = now + r->hub->stall_ms;
		r->stuck_left = (uint32_t)peer_unsent(r->peer);
		set_timer(r, now);
	}
	return false;
}

/* Whoever takes little, but takes it, has time: his line may be slow. */
static bool
is_stuck(struct reader *r, int64_t now)
{
	uint32_t left;

	if (now < r->stuck_at)
		return false;
	left = (uint32_t)peer_unsent(r->peer);
	if (left >= r->stuck_left)
		return true;
	r->stuck_left = left;
	r->stuck_at = now + r->hub->stall_ms;
	return false;
}

static bool
send_notice(struct reader *r, const struct notice *n)
{
	enum status st = r->kind->notice(r, n);

	if (n->kind == NOTICE_RESET || n->kind == NOTICE_END) {
		finish(r, st != ST_OK && st != ST_GONE);
		return false;
	}
	return survives(r, st) && takes_more(r);
}

void
reader_end(struct reader *r, const char *reason, bool again)
{
	struct notice n = { .kind = NOTICE_END, .reason = reason };
	uint32_t spread = r->retry_max_ms - r->retry_min_ms;

	if (again)
		n.retry_ms = r->retry_min_ms + random() % (spread + 1);
	(void)send_notice(r, &n);
}

/*
 * Tells once that the backlog is over; the proof beat follows soon.  Whether
 * the reader is still here, and takes more.
 */
static bool
catch_up(struct reader *r)
{
	const struct notice n = { .kind = NOTICE_UP_TO_DATE,
	    .at = &r->group->board->head };
	int64_t now;

	if (r->caught_up)
		return true;
	r->caught_up = true;
	now = clock_mono_ms();
	r->proof_at = now + PROOF_MS;
	set_timer(r, now);
	return send_notice(r, &n);
}

struct cursor
reader_at(const struct reader *r)
{
	const struct hot *hot = reader_hot(r);
	struct cursor at = r->group->board->head;

	if (hot->flags & HOT_BEHIND)
		return r->after;
	at.seq = ring_seq(&r->group->ring, hot->next);
	return at;
}

/* Sends a member what was put together in the hub's frame. */
static bool
send_made(struct reader *r)
{
	const struct buf *out = &r->hub->frame;
	struct iovec piece = { out->data, out->len };
	struct cursor at = reader_at(r);

	if (buf_status(out)) {
		reader_end(r, "busy", true);
		return false;
	}
	return out->len == 0 || (survives(r, r->kind->frames(r, &piece, 1,
	    &at)) && takes_more(r));
}

/* What it missed while it was away. */
static bool
send_missed(struct reader *r)
{
	buf_reset(&r->hub->frame);
	member_put_missed(r, reader_hot(r)->next, &r->hub->frame);
	return send_made(r);
}

static void
send_waiting(struct reader *r)
{
	buf_reset(&r->hub->frame);
	member_put_waiting(r, &r->hub->frame);
	(void)send_made(r);
}

void
reader_feed(struct reader *r)
{
	struct group *g = r->group;
	struct iovec piece[2];
	struct cursor at = g->board->head;
	struct hot *hot;
	enum status st;
	uint64_t to;
	int n;

	for (;;) {
		hot = reader_hot(r);
		if (hot->flags != 0)
			return;
		if (hot->next == g->ring.next)
			break;
		n = ring_span(&g->ring, hot->next, PIECE_BYTES, piece, &to);
		r->hub->tally->frames += (int64_t)(to - hot->next);
		at.seq = ring_seq(&g->ring, to);
		hot->next = to;
		st = r->kind->frames(r, piece, n, &at);
		if (!survives(r, st) || !takes_more(r))
			return;
	}
	if (catch_up(r) && r->member != NULL)
		send_waiting(r);
}

static void
ask_fetch(struct reader *r)
{
	struct letter *l = letter_new(LETTER_FETCH, r->group->board->at.id);

	if (l == NULL) {
		reader_end(r, "busy", true);
		return;
	}
	l->reader = peer_key(r->peer);
	l->life = r->group->board->life;
	l->after = r->after;
	l->limit = FETCH_ROWS;
	r->fetching = true;
	follower_ask(r->hub->follower, l);
}

void
reader_place(struct reader *r)
{
	struct group *g = r->group;
	struct hot *hot = reader_hot(r);
	const char *epoch = r->after.epoch;
	uint64_t next;

	if (r->fetching || hot->flags & HOT_FULL)
		return;
	if (epoch[0] != '\0' && strcmp(epoch, g->board->head.epoch) == 0 &&
	    ring_find(&g->ring, r->after.seq, &next)) {
		hot->next = next;
		hot->flags &= ~(uint32_t)HOT_BEHIND;
		if (next < g->slowest)
			g->slowest = next;
		if (r->member == NULL || send_missed(r))
			reader_feed(r);
	} else
		ask_fetch(r);
}

/* Sends the rows as long as the connection takes them. */
static bool
send_rows(struct reader *r, const struct letter *l)
{
	struct buf *out = &r->hub->frame;
	struct cursor at = l->next_at;
	struct iovec piece;
	const char *json;
	size_t i, len;

	buf_reset(out);
	for (i = 0; i < l->rows_n; i++) {
		json = letter_json(l, i, r->group->audience.docs, &len);
		at.seq = l->rows[i].seq;
		form_change(r->group->audience.form, out, &at, json, len);
		if (buf_status(out)) {
			reader_end(r, "busy", true);
			return false;
		}
		if (out->len < PIECE_BYTES && i + 1 < l->rows_n)
			continue;
		piece = (struct iovec){ out->data, out->len };
		r->after = at;
		if (!survives(r, r->kind->frames(r, &piece, 1, &at)))
			return false;
		if (!takes_more(r))
			return true;	/* the rest is fetched again then */
		buf_reset(out);
	}
	r->after = l->next_at;
	return true;
}

void
reader_fetched(struct reader *r, struct letter *l)
{
	const struct notice reset = { .kind = NOTICE_RESET,
	    .reason = reset_name(l->reset), .at = &l->head };

	r->fetching = false;
	switch ((int)l->st) {
	case ST_OK:
		r->hub->tally->frames += (int64_t)l->rows_n;
		if (send_rows(r, l))
			reader_place(r);
		break;
	case ST_GONE:
		r->hub->tally->resets++;
		(void)send_notice(r, &reset);
		break;
	case ST_NOTFOUND:
		reader_end(r, "gone", false);
		break;
	default:
		reader_end(r, "busy", true);
	}
}

void
reader_checked(struct reader *r, enum status st)
{
	switch ((int)st) {
	case ST_OK:
		break;
	case ST_NOTFOUND:
		reader_end(r, "gone", false);
		break;
	case ST_EXPIRED:
		reader_end(r, "expired", false);
		break;
	case ST_DENIED:
		reader_end(r, "revoked", false);
		break;
	default:
		reader_end(r, "busy", true);
	}
}

void
reader_full(struct reader *r)
{
	(void)takes_more(r);
}

void
reader_room(struct reader *r)
{
	struct hot *hot = reader_hot(r);

	hot->flags &= ~(uint32_t)HOT_FULL;
	r->stuck_at = INT64_MAX;
	if (hot->flags & HOT_BEHIND)
		reader_place(r);
	else
		reader_feed(r);
}

/* Its time has come. */
static void
fire(struct timer *t, int64_t now)
{
	struct reader *r = (struct reader *)(void *)((char *)t -
	    offsetof(struct reader, timer));
	const struct notice beat = { .kind = NOTICE_HEARTBEAT };
	bool due = now >= earlier(r->beat_at, r->proof_at);

	if (is_stuck(r, now)) {
		r->hub->tally->stuck++;
		finish(r, true);
		return;
	}
	if (now >= r->until) {
		reader_end(r, "age", false);
		return;
	}
	if (r->expires_at != 0 && clock_wall_ms() >= r->expires_at) {
		reader_end(r, "expired", false);
		return;
	}
	if (now >= r->beat_at)
		r->beat_at = now + r->heartbeat_ms;
	if (now >= r->proof_at)
		r->proof_at = INT64_MAX;
	set_timer(r, now);
	if (due && !r->peer->full)
		(void)send_notice(r, &beat);
}

void
reader_begin(struct reader *r, int64_t now)
{
	r->timer.fire = fire;
	r->beat_at = r->heartbeat_ms ? now + r->heartbeat_ms : INT64_MAX;
	r->proof_at = r->stuck_at = INT64_MAX;
	set_timer(r, now);
	/* until the board's head is known nobody can be placed */
	if (r->group->board->head.epoch[0] != '\0')
		reader_place(r);
}
