#include "feed/feed.h"

#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "call/reply.h"
#include "codec/print.h"
#include "feed/handover.h"
#include "feed/wait.h"

/* A page ends at the first change past so many bytes. */
#define PAGE_BYTES	((size_t)1 << 20)

struct page {
	struct call	*c;
	struct tail	 tail;
	int64_t		 rows;
};

static bool
put_change(void *arg, const struct change *ch)
{
	struct page *p = arg;
	struct buf *o = &p->c->out;

	if (p->rows++ > 0)
		buf_addc(o, ',');
	print_change(o, p->tail.head.epoch, ch);
	return buf_status(o) == ST_OK && o->len < PAGE_BYTES;
}

/* Fills c->out with {"results":[… */
static enum status
read_page(struct page *p, const struct feed *f)
{
	buf_reset(&p->c->out);
	buf_adds(&p->c->out, "\"results\":[");
	p->rows = 0;
	return store_tail(p->c->service->store, &f->query, &p->tail, put_change,
	    p);
}

/* The body, after the head where that was not sent before. */
static enum status
send_page(struct call *c)
{
	if (!c->answered)
		return reply_json(c, 200);
	if (buf_status(&c->out))
		return buf_status(&c->out);
	return exchange_write(c->x, c->out.data, c->out.len);
}

static enum status
reply_page(struct page *p, enum status st)
{
	struct buf *o = &p->c->out, results = *o;
	char at[CURSOR_TEXT];

	if (st && st != ST_GONE)
		return st;
	if (st == ST_GONE)
		p->tail.next = p->tail.head;
	cursor_format(&p->tail.next, at);
	buf_init(o, results.max);
	buf_addc(o, '{');
	if (st == ST_GONE)
		buf_addf(o, "\"reset\":\"%s\",", reset_name(p->tail.reset));
	buf_add(o, results.data, results.len);
	buf_addf(o, "],\"last_seq\":\"%s\",\"pending\":%lld}", at,
	    (long long)(p->tail.head.seq - p->tail.next.seq));
	buf_fini(&results);
	atomic_fetch_add(&p->c->service->changes_sent, p->rows);
	return send_page(p->c);
}

/*
 * What went wrong once the head was out is no problem any more: nothing new,
 * and the next poll is told.
 */
static enum status
reply_nothing(struct page *p, const struct feed *f, enum status st)
{
	if (st == ST_CLOSED)
		return st;
	buf_reset(&p->c->out);
	buf_adds(&p->c->out, "\"results\":[");
	p->rows = 0;
	p->tail = (struct tail){ .head = f->query.after,
	    .next = f->query.after };
	return reply_page(p, ST_OK);
}

/* There was nothing: what comes next is after the newest change. */
static void
go_on_from(struct feed *f, const struct tail *tail)
{
	f->query.now = false;
	f->query.after = tail->head;
}

/* Reads again each time the board may have changed, until there is something. */
static enum status
wait_for_page(struct page *p, struct wait *w, struct feed *f)
{
	int64_t at = clock_mono_ms() + f->timeout_ms;
	enum wait_end why;
	enum status st;

	for (;;) {
		st = read_page(p, f);
		if (st || p->rows > 0)
			return st;
		go_on_from(f, &p->tail);
		why = wait_next(w, at);
		if (why == WAIT_LEFT)
			return ST_CLOSED;
		if (why != WAIT_LOOK)
			return ST_OK;
		st = wait_allowed(w);
		if (st)
			return st;
	}
}

/*
 * Lets the daemon wait, where there is one: the answers of handover_give, or
 * why the head could not be sent.
 */
static enum status
give(struct call *c, const struct claim *claim, struct feed *f)
{
	struct daemon_line line;
	enum status st;

	if (handover_reach(c, &line))
		return ST_NOTFOUND;
	st = reply_head(c, 200, "application/json", "no-store");
	if (st == ST_OK)
		st = exchange_flush(c->x);
	if (st == ST_OK)
		return handover_give(&line, c, claim, f, 0);
	handover_leave(c, &line);
	return st;
}

/* Waits here, while there is a slot. */
static enum status
keep(struct page *p, const struct claim *claim, struct feed *f)
{
	struct wait w;
	enum status st;

	if (wait_init(&w, p->c, claim))
		st = read_page(p, f);
	else
		st = wait_for_page(p, &w, f);
	wait_fini(&w);
	return st;
}

/* Whether he has all that there was when his rights were looked at. */
static bool
has_all(const struct call *c, const struct feed *f)
{
	return f->query.now || cursor_equal(&f->query.after, &c->access.head);
}

/*
 * Whether the answer is for somebody who waits.  Who takes part in signals is
 * answered where those are, changes or not: else a board that changes all the
 * time would keep them from him.
 */
static bool
may_wait(const struct page *p, const struct feed *f)
{
	return f->kind == FEED_LONGPOLL && f->timeout_ms != 0 &&
	    (p->rows == 0 || f->peer[0] != '\0') &&
	    p->c->request.method != METHOD_HEAD;
}

/* As read_page, of which nothing is to be expected where he has all. */
static enum status
look(struct page *p, const struct feed *f)
{
	if (!may_wait(p, f) || !has_all(p->c, f))
		return read_page(p, f);
	p->tail.head = p->tail.next = p->c->access.head;
	return ST_OK;
}

enum status
feed_page(struct call *c, const struct claim *claim, struct feed *f)
{
	struct page p = { .c = c };
	enum status st;

	st = look(&p, f);
	if (st || !may_wait(&p, f))
		return reply_page(&p, st);
	if (p.rows == 0)
		go_on_from(f, &p.tail);
	exchange_drain(c->x, c->body.max);
	st = give(c, claim, f);
	if (st == ST_NOTFOUND)
		st = p.rows > 0 ? ST_OK : keep(&p, claim, f);
	else if (st == ST_BUSY)
		st = read_page(&p, f);
	else
		return st;		/* it is the daemon's, or he left */
	if (c->answered && st && st != ST_GONE)
		return reply_nothing(&p, f, st);
	return reply_page(&p, st);
}
