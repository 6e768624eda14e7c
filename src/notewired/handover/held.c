#include "notewired/handover/held.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "notewired/handover/page.h"
#include "notewired/loop/peers.h"
#include "proto/fcgi_record.h"
#include "proto/htmlfile.h"

/* The largest content of a record that ends on eight bytes. */
#define RECORD_MAX	((size_t)65528)
/* The pieces of one answer: what its form puts around the frames. */
#define PIECES		6
#define INPUT_BYTES	4096

struct held {
	struct reader		 reader;
	struct holder		*holder;
	struct fcgi_listener	 records;	/* what the web server says */
	uint16_t		 request;	/* of the FastCGI connection */
	bool			 fcgi;
	bool			 begun;
	bool			 left;		/* hung up before it had begun */
	bool			 closing;	/* as soon as all is sent */
	bool			 docs;
	enum handover_feed	 feed;
	int64_t			 limit;		/* rows of a long-poll */
	size_t			 sent;		/* of a frame's document */
	struct share		 share;
	char			 board[ID_SIZE];
	char			 nonce[ID_SIZE];
	char			 member[ID_SIZE];	/* "": is none */
};

static struct held *
held_of(struct reader *r)
{
	return (struct held *)(void *)((char *)r -
	    offsetof(struct held, reader));
}

/* ---- the way out ---- */

/* Takes at most `max` bytes off the front of the pieces. */
static int
cut_front(struct iovec **piece, int *n, size_t max, struct iovec *out)
{
	int made = 0;
	size_t take;

	while (*n > 0 && max > 0) {
		take = (*piece)->iov_len < max ? (*piece)->iov_len : max;
		out[made].iov_base = (*piece)->iov_base;
		out[made++].iov_len = take;
		max -= take;
		(*piece)->iov_base = (char *)(*piece)->iov_base + take;
		(*piece)->iov_len -= take;
		if ((*piece)->iov_len == 0) {
			++*piece;
			--*n;
		}
	}
	return made;
}

/* One record a write, with everything in it; `last` ends the request as well. */
static enum status
send_records(struct held *h, struct iovec *piece, int n, bool last)
{
	unsigned char head[FCGI_HEAD], end[FCGI_END];
	struct iovec out[PIECES + 2];
	size_t left = peer_total(piece, n), len;
	enum status st = ST_OK;
	int made;

	do {
		len = left < RECORD_MAX ? left : RECORD_MAX;
		made = 0;
		if (len > 0) {
			fcgi_head(head, FCGI_STDOUT, h->request, (uint16_t)len);
			out[made++] = (struct iovec){ head, sizeof(head) };
		}
		made += cut_front(&piece, &n, len, out + made);
		left -= len;
		if (last && left == 0) {
			fcgi_end(end, h->request);
			out[made++] = (struct iovec){ end, sizeof(end) };
		}
		st = peer_send(h->reader.peer, out, made);
	} while (st == ST_OK && left > 0);
	return st;
}

/* Sends the pieces, which are used up by it; `last`: and nothing after them. */
static enum status
send_out(struct held *h, struct iovec *piece, int n, bool last)
{
	enum status st = ST_OK;

	if (h->fcgi)
		st = send_records(h, piece, n, last);
	else if (n > 0)
		st = peer_send(h->reader.peer, piece, n);
	return st == ST_OK && last ? ST_GONE : st;
}

static enum status
send_buf(struct held *h, struct buf *b, bool last)
{
	struct iovec piece = { b->data, b->len };

	return buf_status(b) ? buf_status(b) :
	    send_out(h, &piece, b->len > 0, last);
}

/* ---- long-poll: one JSON object, and the end ---- */

static enum status
send_page(struct held *h, const struct iovec *piece, int n,
    const struct cursor *at)
{
	struct buf *b = &h->holder->scratch;
	struct hot *hot = reader_hot(&h->reader);
	int64_t left;

	buf_reset(b);
	left = page_rows(b, piece, n, h->limit, at,
	    h->reader.group->board->head.seq);
	/* frames of the ring are a line each: its place there is before those */
	if (!(hot->flags & HOT_BEHIND))
		hot->next -= (uint64_t)left;
	return send_buf(h, b, true);
}

static enum status
send_page_notice(struct held *h, const struct notice *n)
{
	struct cursor at = n->at != NULL ? *n->at : reader_at(&h->reader);
	struct buf *b = &h->holder->scratch;

	if (n->kind != NOTICE_RESET && n->kind != NOTICE_END)
		return ST_OK;		/* it is not over yet */
	buf_reset(b);
	page_empty(b, n->kind == NOTICE_RESET ? n->reason : NULL, &at);
	return send_buf(h, b, true);
}

/* ---- forever frame: scripts with the document's own nonce ---- */

static enum status
send_full(struct held *h, const struct cursor *at)
{
	const struct notice n = { .kind = NOTICE_END, .reason = "size",
	    .at = at };

	return h->reader.kind->notice(&h->reader, &n);
}

static enum status
send_scripts(struct held *h, const struct iovec *frames, int n,
    const struct cursor *at)
{
	struct buf *b = &h->holder->scratch;
	struct iovec piece[PIECES];
	struct htmlfile html;
	enum status st;
	size_t head;
	int i;

	htmlfile_init(&html, h->nonce);
	buf_reset(b);
	htmlfile_begin_batch(&html, b);
	head = b->len;
	htmlfile_end_batch(&html, b);
	if (buf_status(b))
		return buf_status(b);
	piece[0] = (struct iovec){ b->data, head };
	for (i = 0; i < n; i++)
		piece[i + 1] = frames[i];
	/* no comma before the first value */
	piece[1].iov_base = (char *)piece[1].iov_base + 1;
	piece[1].iov_len--;
	piece[n + 1] = (struct iovec){ b->data + head, b->len - head };
	h->sent += peer_total(piece, n + 2);
	st = send_out(h, piece, n + 2, false);
	return st == ST_OK && h->sent >= HTMLFILE_FULL ? send_full(h, at) : st;
}

static void
put_script(struct held *h, struct buf *b, const struct notice *n)
{
	struct htmlfile html;
	struct buf line;

	buf_init(&line, b->max);
	htmlfile_init(&html, h->nonce);
	notice_print(&line, n);
	htmlfile_put(&html, b, line.data, line.len);
	htmlfile_end_batch(&html, b);
	if (buf_status(&line))
		buf_fail(b, buf_status(&line));
	buf_fini(&line);
}

/* ---- as a reader ---- */

static enum status
frames(struct reader *r, struct iovec *piece, int n, const struct cursor *at)
{
	struct held *h = held_of(r);

	switch (h->feed) {
	case HANDOVER_LONGPOLL:
		return send_page(h, piece, n, at);
	case HANDOVER_HTMLFILE:
		return send_scripts(h, piece, n, at);
	case HANDOVER_EVENTSOURCE:
	case HANDOVER_CONTINUOUS:
	case HANDOVER_WEBSOCKET:
	case HANDOVER_FEEDS:
		break;
	}
	return send_out(h, piece, n, false);
}

static enum status
notice(struct reader *r, const struct notice *n)
{
	struct held *h = held_of(r);
	struct buf *b = &h->holder->scratch;
	bool last = n->kind == NOTICE_RESET || n->kind == NOTICE_END;

	if (h->feed == HANDOVER_LONGPOLL)
		return send_page_notice(h, n);
	buf_reset(b);
	if (h->feed == HANDOVER_HTMLFILE)
		put_script(h, b, n);
	else
		form_notice(r->group->audience.form, b, n);
	h->sent += b->len;
	return send_buf(h, b, last);
}

static void
held_free(struct held *h)
{
	struct holder *ho = h->holder;

	wheel_clear(&h->reader.timer);
	holder_give(ho, h->feed, &h->share);
	if (h->reader.peer != NULL)
		peer_close(ho->peers, h->reader.peer);
	free(h);
}

/* The last word took too long. */
static void
fire_closing(struct timer *t, int64_t now)
{
	(void)now;
	held_free(held_of((struct reader *)(void *)((char *)t -
	    offsetof(struct reader, timer))));
}

static void
close_held(struct reader *r, bool broken)
{
	struct held *h = held_of(r);

	if (broken || peer_is_through(r->peer)) {
		held_free(h);
		return;
	}
	h->closing = true;
	r->timer.fire = fire_closing;
	wheel_set(r->hub->wheel, &r->timer,
	    clock_mono_ms() + r->hub->stall_ms);
}

/* ---- as a connection ---- */

/* The client has left; FastCGI wants an end all the same. */
static void
leave(struct held *h)
{
	if (!h->closing && h->fcgi)
		(void)send_out(h, NULL, 0, true);
	if (h->closing)
		held_free(h);
	else
		reader_gone(&h->reader);
}

static void
on_input(struct peer *c, bool ended)
{
	struct held *h = held_of(c->owner);
	char bytes[INPUT_BYTES];
	enum status st;
	size_t got;

	if (!h->begun)
		return;			/* held_begin looks for itself */
	do {
		st = peer_read(c, bytes, sizeof(bytes), &got);
		if (st == ST_OK && got > 0 && h->fcgi)
			fcgi_listener_feed(&h->records, bytes, got);
	} while (st == ST_OK && got == sizeof(bytes));
	/* standard output may be a socket that Apache never writes to: that it
	   says so at once does not mean that it has left */
	if (h->fcgi &&
	    (st || ended || h->records.aborted || h->records.failed))
		leave(h);
}

static void
on_room(struct peer *c)
{
	struct held *h = held_of(c->owner);

	if (h->closing)
		held_free(h);
	else if (h->begun)
		reader_room(&h->reader);
}

static void
on_gone(struct peer *c)
{
	struct held *h = held_of(c->owner);

	if (!h->begun)
		h->left = true;
	else if (h->closing)
		held_free(h);
	else
		reader_gone(&h->reader);
}

static void
on_sent(struct peer *c, enum status st)
{
	struct held *h = held_of(c->owner);

	if (st != ST_OK && st != ST_BUSY)
		on_gone(c);
	else if (st == ST_BUSY && !h->closing)
		reader_full(&h->reader);
	else if (st == ST_OK && h->closing)
		held_free(h);
}

static const struct reader_kind reader_kind = {
	.frames = frames,
	.notice = notice,
	.close = close_held,
};

static const struct peer_kind peer_kind = {
	.name = "held",
	.input = on_input,
	.room = on_room,
	.gone = on_gone,
	.sent = on_sent,
};

static void
fill(struct held *h, const struct handover *m)
{
	struct reader *r = &h->reader;
	bool poll = m->feed == HANDOVER_LONGPOLL;

	h->fcgi = m->kind == HANDOVER_FCGI;
	h->request = m->request;
	h->feed = m->feed;
	h->docs = m->docs;
	h->limit = m->limit;
	h->sent = (size_t)m->sent;
	h->share = (struct share){ m->owner_address, m->owner_session };
	memcpy(h->board, m->board, sizeof(h->board));
	memcpy(h->nonce, m->nonce, sizeof(h->nonce));
	memcpy(h->member, m->peer, sizeof(h->member));
	r->kind = &reader_kind;
	holder_describe(r, m);
	r->polls = poll;
	if (poll) {
		r->heartbeat_ms = 0;
		r->until = clock_mono_ms() + m->timeout_ms;
	}
}

enum status
held_new(struct holder *ho, const struct handover *m, int fd,
    struct held **out)
{
	struct held *h = calloc(1, sizeof(*h));
	enum status st;

	*out = NULL;
	if (m->kind == HANDOVER_SOCKET) {
		free(h);
		return ST_INVALID;
	}
	if (h == NULL)
		return ST_NOMEM;
	h->holder = ho;
	fill(h, m);
	fcgi_listener_init(&h->records, m->request);
	st = holder_take(ho, h->board, h->feed, &h->share);
	if (st) {
		free(h);
		return st;
	}
	st = peer_take_shared(ho->peers, fd, &peer_kind, &h->reader,
	    &h->reader.peer);
	if (st) {
		held_free(h);
		return st;
	}
	*out = h;
	return ST_OK;
}

void
held_begin(struct held *h)
{
	static const enum form forms[] = {
		[HANDOVER_LONGPOLL] = FORM_LINES,
		[HANDOVER_EVENTSOURCE] = FORM_EVENTS,
		[HANDOVER_CONTINUOUS] = FORM_LINES,
		[HANDOVER_HTMLFILE] = FORM_SCRIPTS,
	};
	const struct audience audience = { forms[h->feed], h->docs,
	    h->member[0] != '\0' };
	struct holder *ho = h->holder;
	struct poller_key key = peer_key(h->reader.peer);

	if (h->left || (!h->fcgi && peer_own_pipe(h->reader.peer)) ||
	    hub_join(ho->hub, &h->reader, h->board, audience, h->member)) {
		if (h->fcgi)
			(void)send_out(h, NULL, 0, true);
		held_free(h);
		return;
	}
	peer_narrow(h->reader.peer);
	h->begun = true;
	ho->tally->handovers++;
	if (ho->draining)		/* it was on its way when that began */
		reader_end(&h->reader, "shutdown", true);
	else
		reader_begin(&h->reader, clock_mono_ms());
	/* what came before was told of then */
	if (peer_find(ho->peers, key) != NULL)
		on_input(h->reader.peer, false);
}

void
held_drop(struct held *h)
{
	held_free(h);
}
