#include "notewired/hub/publish.h"

#include "base/clock.h"
#include "notewired/loop/peers.h"

/* A reader whose frames are about to go: it goes on from the store. */
static void
fall_behind(struct group *g, uint32_t i)
{
	struct reader *r = g->readers[i];

	r->after = g->board->head;
	r->after.seq = ring_seq(&g->ring, g->hot[i].next);
	g->hot[i].flags |= HOT_BEHIND;
	r->listed = false;		/* it may have missed who came */
	r->hub->tally->misses++;
}

/*
 * Lets everybody fall behind who needs a frame before `first`.  As long as
 * nobody is that slow this costs nothing.
 */
static void
evict(struct hub *h, struct group *g, uint64_t first)
{
	uint64_t slowest = g->ring.next;
	uint32_t i;

	if (g->slowest >= first)
		return;
	for (i = 0; i < g->n; i++) {
		if (g->hot[i].flags & HOT_BEHIND)
			continue;
		if (g->hot[i].next < first)
			fall_behind(g, i);
		else if (g->hot[i].next < slowest)
			slowest = g->hot[i].next;
	}
	g->slowest = slowest;
	hub_enqueue(h, g);
}

/* The frame that was made, of the change `seq`, or of none (0). */
static enum status
put_frame(struct hub *h, struct group *g, int64_t seq)
{
	enum status st = buf_status(&h->frame);
	uint64_t first;

	if (st == ST_OK)
		st = ring_reserve(&g->ring, h->frame.len, &first);
	if (st)
		return st;
	evict(h, g, first);
	ring_put(&g->ring, h->frame.data, h->frame.len, seq);
	return ST_OK;
}

/* There is something new in its ring, since then. */
static void
wake(struct hub *h, struct group *g, int64_t now_us)
{
	if (g->news_us == 0)
		g->news_us = now_us;
	hub_enqueue(h, g);
}

/* What no ring can hold goes to each from the store. */
static void
skip_frame(struct hub *h, struct group *g, int64_t seq)
{
	evict(h, g, UINT64_MAX);
	ring_clear(&g->ring, seq);
	g->slowest = g->ring.next;
}

static void
put_row(struct hub *h, struct group *g, const struct letter *l, size_t row)
{
	struct cursor at = l->head;
	const char *json;
	size_t len;

	at.seq = l->rows[row].seq;
	if (at.seq <= g->ring.seq)
		return;			/* the group is younger than that */
	json = letter_json(l, row, g->audience.docs, &len);
	buf_reset(&h->frame);
	form_change(g->audience.form, &h->frame, &at, json, len);
	if (put_frame(h, g, at.seq))
		skip_frame(h, g, at.seq);
}

void
publish_event(struct hub *h, struct watched *b, publish_print *print,
    const void *arg)
{
	int64_t now = clock_mono_us();
	struct group *g;

	for (g = b->groups; g != NULL; g = g->next) {
		if (!g->audience.signals)
			continue;
		buf_reset(&h->frame);
		print(g->audience.form, &h->frame, arg);
		/* what is not kept may be lost as well */
		if (put_frame(h, g, 0) == ST_OK)
			wake(h, g, now);
	}
}

static void
ask_check(struct reader *r)
{
	struct letter *l = letter_new(LETTER_CHECK, r->group->board->at.id);

	if (l == NULL) {
		reader_end(r, "busy", true);
		return;
	}
	l->reader = peer_key(r->peer);
	l->claimed = r->claimed;
	follower_ask(r->hub->follower, l);
}

static void
put_news(struct hub *h, struct watched *b, const struct letter *l)
{
	int64_t now = clock_mono_us();
	bool links = false;
	struct group *g;
	size_t row;

	for (g = b->groups; g != NULL; g = g->next) {
		for (row = 0; row < l->rows_n; row++)
			put_row(h, g, l, row);
		wake(h, g, now);
	}
	for (row = 0; row < l->rows_n; row++)
		links |= l->rows[row].links;
	b->head = l->head;
	h->tally->changes += (int64_t)l->rows_n;
	if (links)
		hub_each(h, b, ask_check);
}

static void
place(struct reader *r)
{
	if (!r->fetching && reader_hot(r)->flags & HOT_BEHIND)
		reader_place(r);
}

/* From where it is it goes on from the store. */
static void
uproot(struct reader *r)
{
	if (!(reader_hot(r)->flags & HOT_BEHIND))
		fall_behind(r->group, r->index);
}

/* Where the rings of a board begin. */
static void
move_rings(struct watched *b, int64_t seq)
{
	struct group *g;

	for (g = b->groups; g != NULL; g = g->next) {
		ring_clear(&g->ring, seq);
		g->slowest = g->ring.next;
	}
}

static void
end_gone(struct reader *r)
{
	reader_end(r, "gone", false);
}

/* Each asks the store anew, and is told what has become of the log. */
static void
put_lost(struct hub *h, struct watched *b, const struct letter *l)
{
	if (l->st == ST_NOTFOUND) {
		hub_each(h, b, end_gone);
		return;
	}
	hub_each(h, b, uproot);
	b->head = l->head;
	move_rings(b, b->head.seq);
	hub_each(h, b, place);
}

static bool
knows_head(const struct watched *b)
{
	return b->head.epoch[0] != '\0';
}

/* With the board's head it is known where its rings begin. */
static void
learn_head(struct watched *b, const struct letter *l)
{
	if (knows_head(b) || l->head.epoch[0] == '\0')
		return;
	b->head = l->head;
	move_rings(b, b->head.seq);
}

/*
 * The board that the letter tells of.  What was told before all its readers
 * left, and others came, is not of this life: there may be a gap between.
 */
static struct watched *
find_board(const struct hub *h, const struct letter *l)
{
	struct watched *b = hub_board(h, l->board);

	return b != NULL && b->life == l->life ? b : NULL;
}

/* Whom the letter was for, if that one still reads. */
static struct reader *
find_reader(const struct hub *h, const struct letter *l)
{
	struct peer *c = peer_find(h->peers, l->reader);
	struct reader *r = c != NULL ? c->owner : NULL;

	return r != NULL && r->group != NULL ? r : NULL;
}

void
publish(struct hub *h, struct letter *l)
{
	struct watched *b = find_board(h, l);
	struct reader *r;

	switch (l->kind) {
	case LETTER_FOLLOW:
		if (b == NULL)
			break;
		learn_head(b, l);
		hub_each(h, b, place);
		break;
	case LETTER_NEWS:
		/* what comes before the head is known is behind it */
		if (b != NULL && knows_head(b))
			put_news(h, b, l);
		break;
	case LETTER_LOST:
		if (b != NULL)
			put_lost(h, b, l);
		break;
	case LETTER_ENDINGS:
		if (b != NULL)
			hub_each(h, b, ask_check);
		break;
	case LETTER_FETCH:
		r = find_reader(h, l);
		if (r == NULL)
			break;
		learn_head(r->group->board, l);
		reader_fetched(r, l);
		break;
	case LETTER_CHECK:
		r = find_reader(h, l);
		if (r != NULL)
			reader_checked(r, l->st);
		break;
	case LETTER_FORGET:
		break;			/* is not answered */
	}
	letter_free(l);
}
