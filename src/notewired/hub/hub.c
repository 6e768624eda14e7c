#include "notewired/hub/hub.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "notewired/hub/member.h"
#include "notewired/loop/peers.h"

#define READERS_LEAST	((uint32_t)4)
/* Readers looked at before input gets its turn. */
#define SLICE		256
/* The largest frame there can be. */
#define FRAME_MAX	((size_t)32 << 20)

enum status
hub_init(struct hub *h)
{
	enum status st;

	buf_init(&h->frame, FRAME_MAX);
	st = table_init(&h->boards);
	return st ? st : table_init(&h->members);
}

void
hub_fini(struct hub *h)
{
	table_fini(&h->boards);
	table_fini(&h->members);
	buf_fini(&h->frame);
}

static struct watched *
add_board(struct hub *h, const char *id)
{
	struct watched *b = calloc(1, sizeof(*b));
	struct letter *l = letter_new(LETTER_FOLLOW, id);

	if (b == NULL || l == NULL) {
		free(b);
		letter_free(l);
		return NULL;
	}
	(void)str_copy(b->at.id, sizeof(b->at.id), id);
	b->life = l->life = ++h->lives;
	table_add(&h->boards, &b->at);
	follower_ask(h->follower, l);
	return b;
}

static void
drop_board(struct hub *h, struct watched *b)
{
	struct letter *l = letter_new(LETTER_FORGET, b->at.id);

	table_drop(&h->boards, &b->at);
	if (l != NULL)
		follower_ask(h->follower, l);
	free(b);
}

static bool
is_audience(const struct group *g, struct audience a)
{
	return g->audience.form == a.form && g->audience.docs == a.docs &&
	    g->audience.signals == a.signals;
}

static struct group *
find_or_add_group(struct hub *h, struct watched *b, struct audience audience)
{
	struct group *g = b->groups;

	while (g != NULL && !is_audience(g, audience))
		g = g->next;
	if (g != NULL || (g = calloc(1, sizeof(*g))) == NULL)
		return g;
	g->board = b;
	g->audience = audience;
	ring_init(&g->ring, h->ring_bytes, b->head.seq);
	g->next = b->groups;
	b->groups = g;
	return g;
}

static void
unqueue(struct hub *h, const struct group *g)
{
	struct group **at = &h->first, *before = NULL;

	if (!g->waits)
		return;
	while (*at != g) {
		before = *at;
		at = &before->queued;
	}
	*at = g->queued;
	if (h->last == g)
		h->last = before;
}

static void
drop_group(struct hub *h, struct group *g)
{
	struct group **at = &g->board->groups;

	unqueue(h, g);
	while (*at != g)
		at = &(*at)->next;
	*at = g->next;
	ring_fini(&g->ring);
	free(g->hot);
	free(g->readers);
	free(g);
}

static enum status
grow(struct group *g)
{
	uint32_t cap = g->cap ? g->cap * 2 : READERS_LEAST;
	struct reader **readers;
	struct hot *hot;

	if (g->n < g->cap)
		return ST_OK;
	hot = realloc(g->hot, cap * sizeof(*hot));
	if (hot != NULL)
		g->hot = hot;
	readers = realloc(g->readers, cap * sizeof(struct reader *));
	if (readers != NULL)
		g->readers = readers;
	if (hot == NULL || readers == NULL)
		return ST_NOMEM;
	g->cap = cap;
	return ST_OK;
}

enum status
hub_join(struct hub *h, struct reader *r, const char *board,
    struct audience audience, const char *member)
{
	struct watched *b = hub_board(h, board);
	struct group *g;

	if (b == NULL && (b = add_board(h, board)) == NULL)
		return ST_NOMEM;
	r->hub = h;
	g = find_or_add_group(h, b, audience);
	if (g == NULL || grow(g) ||
	    (audience.signals && member_join(r, b, member))) {
		h->untidy = true;
		return ST_NOMEM;
	}
	r->group = g;
	r->index = g->n;
	g->hot[g->n] = (struct hot){ .next = g->ring.next, .flags = HOT_BEHIND };
	g->readers[g->n++] = r;
	b->readers++;
	return ST_OK;
}

void
hub_leave(struct reader *r)
{
	struct group *g = r->group;
	uint32_t last;

	if (r->member != NULL)
		member_leave(r);
	last = --g->n;
	g->hot[r->index] = g->hot[last];
	g->readers[r->index] = g->readers[last];
	g->readers[r->index]->index = r->index;
	if (g->left > 0)
		g->left = g->n;		/* the one that moved was perhaps missed */
	g->board->readers--;
	r->group = NULL;
	r->hub->untidy |= g->n == 0;
}

static void
sweep_board(struct hub *h, struct watched *b)
{
	struct group *g, *next;

	for (g = b->groups; g != NULL; g = next) {
		next = g->next;
		if (g->n == 0 && g->leases == 0)
			drop_group(h, g);
	}
	if (b->readers == 0 && b->presence == NULL)
		drop_board(h, b);
}

void
hub_sweep(struct hub *h)
{
	struct table_entry *e, *next;
	size_t i;

	if (!h->untidy)
		return;
	h->untidy = false;
	for (i = 0; i < h->boards.slots_n; i++)
		for (e = h->boards.slots[i]; e != NULL; e = next) {
			next = e->next;
			sweep_board(h, (struct watched *)(void *)e);
		}
}

void
hub_enqueue(struct hub *h, struct group *g)
{
	g->left = g->n;
	if (g->waits)
		return;
	g->waits = true;
	g->queued = NULL;
	if (h->last != NULL)
		h->last->queued = g;
	else
		h->first = g;
	h->last = g;
}

bool
hub_busy(const struct hub *h)
{
	return h->first != NULL;
}

/* Feeds the group's next readers; whether all have been looked at. */
static bool
walk_group(struct group *g)
{
	const struct hot *hot;
	int step;

	for (step = 0; step < SLICE && g->left > 0 && g->n > 0; step++) {
		if (g->at >= g->n)
			g->at = 0;
		hot = &g->hot[g->at++];
		g->left--;
		if (hot->flags == 0 && hot->next < g->ring.next)
			reader_feed(g->readers[g->at - 1]);
		else if (hot->flags == HOT_BEHIND)
			reader_place(g->readers[g->at - 1]);
	}
	return g->left == 0 || g->n == 0;
}

void
hub_walk(struct hub *h)
{
	struct group *g = h->first;
	uint32_t left;
	bool done;

	if (g == NULL)
		return;
	h->first = g->queued;
	if (h->first == NULL)
		h->last = NULL;
	g->waits = false;
	peers_cork(h->peers);
	done = walk_group(g);
	if (!done) {
		left = g->left;
		hub_enqueue(h, g);	/* behind the others */
		g->left = left;
	}
	peers_uncork(h->peers);
	if (done && g->news_us != 0) {
		histogram_add(&h->tally->fanout, clock_mono_us() - g->news_us);
		g->news_us = 0;
	}
}

struct watched *
hub_board(const struct hub *h, const char *id)
{
	return (struct watched *)(void *)table_find(&h->boards, id);
}

/* Backwards: one that leaves is followed by one that was shown. */
static void
each_reader(struct watched *b, void (*fn)(struct reader *r))
{
	struct group *g;
	uint32_t i;

	for (g = b->groups; g != NULL; g = g->next)
		for (i = g->n; i-- > 0;)
			fn(g->readers[i]);
}

void
hub_each(struct hub *h, struct watched *only, void (*fn)(struct reader *r))
{
	struct table_entry *e;
	size_t i;

	if (only != NULL) {
		each_reader(only, fn);
		return;
	}
	for (i = 0; i < h->boards.slots_n; i++)
		for (e = h->boards.slots[i]; e != NULL; e = e->next)
			each_reader((struct watched *)(void *)e, fn);
}
