#include "notewired/hub.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define SLOTS_LEAST	((size_t)64)
#define READERS_LEAST	((uint32_t)4)
/* Readers looked at before input gets its turn. */
#define SLICE		256
/* The largest frame there can be. */
#define FRAME_MAX	((size_t)32 << 20)

enum status
hub_init(struct hub *h)
{
	h->slots_n = SLOTS_LEAST;
	h->slots = calloc(h->slots_n, sizeof(struct watched *));
	buf_init(&h->frame, FRAME_MAX);
	return h->slots == NULL ? ST_NOMEM : ST_OK;
}

void
hub_fini(struct hub *h)
{
	free(h->slots);
	h->slots = NULL;
	buf_fini(&h->frame);
}

/* FNV-1a, 64 bits; ids are random, so nobody gains by choosing one. */
static size_t
slot_of(const char *id, size_t slots)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (; *id != '\0'; id++)
		sum = (sum ^ (unsigned char)*id) * UINT64_C(0x100000001b3);
	return (size_t)(sum ^ sum >> 32) & (slots - 1);
}

static struct watched *
find_board(const struct hub *h, const char *id)
{
	struct watched *b;

	for (b = h->slots[slot_of(id, h->slots_n)]; b != NULL; b = b->next)
		if (strcmp(b->id, id) == 0)
			return b;
	return NULL;
}

/* Twice the slots; without memory the old ones do, only slower. */
static void
spread_out(struct hub *h)
{
	size_t n = h->slots_n * 2, i, to;
	struct watched **slots = calloc(n, sizeof(struct watched *)), *b;

	if (slots == NULL)
		return;
	for (i = 0; i < h->slots_n; i++)
		while ((b = h->slots[i]) != NULL) {
			h->slots[i] = b->next;
			to = slot_of(b->id, n);
			b->next = slots[to];
			slots[to] = b;
		}
	free(h->slots);
	h->slots = slots;
	h->slots_n = n;
}

static struct watched *
add_board(struct hub *h, const char *id)
{
	struct watched *b = calloc(1, sizeof(*b));
	struct letter *l = letter_new(LETTER_FOLLOW, id);
	size_t slot;

	if (b == NULL || l == NULL) {
		free(b);
		letter_free(l);
		return NULL;
	}
	if (h->boards >= h->slots_n)
		spread_out(h);
	slot = slot_of(id, h->slots_n);
	(void)str_copy(b->id, sizeof(b->id), id);
	b->life = l->life = ++h->lives;
	b->next = h->slots[slot];
	h->slots[slot] = b;
	h->boards++;
	follower_ask(h->follower, l);
	return b;
}

static void
drop_board(struct hub *h, struct watched *b)
{
	struct watched **at = &h->slots[slot_of(b->id, h->slots_n)];
	struct letter *l = letter_new(LETTER_FORGET, b->id);

	while (*at != b)
		at = &(*at)->next;
	*at = b->next;
	h->boards--;
	if (l != NULL)
		follower_ask(h->follower, l);
	free(b);
}

static struct group *
find_or_add_group(struct hub *h, struct watched *b, enum form form, bool docs)
{
	struct group **at = &b->groups[form][docs];

	if (*at == NULL && (*at = calloc(1, sizeof(**at))) != NULL) {
		(*at)->board = b;
		(*at)->form = form;
		(*at)->docs = docs;
		ring_init(&(*at)->ring, h->ring_bytes, b->head.seq);
	}
	return *at;
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
	unqueue(h, g);
	g->board->groups[g->form][g->docs] = NULL;
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
hub_join(struct hub *h, struct reader *r, const char *board, enum form form,
    bool docs)
{
	struct watched *b = find_board(h, board);
	struct group *g;

	if (b == NULL && (b = add_board(h, board)) == NULL)
		return ST_NOMEM;
	g = find_or_add_group(h, b, form, docs);
	if (g == NULL || grow(g)) {
		h->untidy = true;
		return ST_NOMEM;
	}
	r->hub = h;
	r->group = g;
	r->index = g->n;
	g->hot[g->n] = (struct hot){ .flags = HOT_BEHIND };
	g->readers[g->n++] = r;
	b->readers++;
	return ST_OK;
}

void
hub_leave(struct reader *r)
{
	struct group *g = r->group;
	uint32_t last = --g->n;

	g->hot[r->index] = g->hot[last];
	g->readers[r->index] = g->readers[last];
	g->readers[r->index]->index = r->index;
	if (g->left > 0)
		g->left = g->n;		/* the one that moved was perhaps missed */
	g->board->readers--;
	r->group = NULL;
	r->hub->untidy |= g->n == 0;
}

void
hub_sweep(struct hub *h)
{
	struct watched *b, *next;
	enum form form;
	size_t i;
	int docs;

	if (!h->untidy)
		return;
	h->untidy = false;
	for (i = 0; i < h->slots_n; i++)
		for (b = h->slots[i]; b != NULL; b = next) {
			next = b->next;
			for (form = 0; form < FORMS; form++)
				for (docs = 0; docs < 2; docs++)
					if (b->groups[form][docs] != NULL &&
					    b->groups[form][docs]->n == 0)
						drop_group(h,
						    b->groups[form][docs]);
			if (b->readers == 0)
				drop_board(h, b);
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

	if (g == NULL)
		return;
	h->first = g->queued;
	if (h->first == NULL)
		h->last = NULL;
	g->waits = false;
	if (!walk_group(g)) {
		uint32_t left = g->left;

		hub_enqueue(h, g);	/* behind the others */
		g->left = left;
	} else if (g->news_us != 0) {
		histogram_add(&h->tally->fanout, clock_mono_us() - g->news_us);
		g->news_us = 0;
	}
}

struct watched *
hub_board(const struct hub *h, const char *id)
{
	return find_board(h, id);
}

void
hub_each(struct hub *h, struct watched *only, void (*fn)(struct reader *r))
{
	struct watched *b;
	struct group *g;
	enum form form;
	uint32_t i;
	size_t at;
	int docs;

	for (at = 0; at < h->slots_n; at++)
		for (b = h->slots[at]; b != NULL; b = b->next)
			for (form = 0; form < FORMS; form++)
				for (docs = 0; docs < 2; docs++) {
					g = b->groups[form][docs];
					if (g == NULL || (only && b != only))
						continue;
					/* backwards: one that leaves is
					   followed by one that was shown */
					for (i = g->n; i-- > 0;)
						fn(g->readers[i]);
				}
}
