#include "feed.h"

#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "codec/print.h"
#include "reply.h"
#include "wait.h"

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
		buf_addf(o, "\"reset\":\"%s\",", feed_reset_name(p->tail.reset));
	buf_add(o, results.data, results.len);
	buf_addf(o, "],\"last_seq\":\"%s\",\"pending\":%lld}", at,
	    (long long)(p->tail.head.seq - p->tail.next.seq));
	buf_fini(&results);
	atomic_fetch_add(&p->c->service->changes_sent, p->rows);
	return reply_json(p->c, 200);
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
		f->query.now = false;
		f->query.after = p->tail.head;
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

enum status
feed_page(struct call *c, const struct claim *claim, struct feed *f)
{
	struct page p = { .c = c };
	struct wait w;
	enum status st;

	if (f->kind != FEED_LONGPOLL || f->timeout_ms == 0 ||
	    c->request.method == METHOD_HEAD || wait_init(&w, c, claim))
		return reply_page(&p, read_page(&p, f));
	exchange_drain(c->x, c->body.max);
	st = wait_for_page(&p, &w, f);
	wait_fini(&w);
	return reply_page(&p, st);
}
