#include "content.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void
content_fini(struct content *c)
{
	free(c->data);
	memset(c, 0, sizeof(*c));
}

static void
set_len(struct content *c, size_t len)
{
	unsigned char *data;

	if (len > c->len) {
		data = realloc(c->data, len);
		if (data == NULL)
			abort();
		memset(data + c->len, 0, len - c->len);
		c->data = data;
	}
	c->len = len;
}

/* The length that the file has after the operation. */
static size_t
len_after(const struct trace_op *op, size_t before)
{
	size_t end = (size_t)op->at + op->len;

	return op->kind == TRACE_RESIZE || end > before ? end : before;
}

void
content_apply(struct content *c, const struct trace_op *op)
{
	set_len(c, len_after(op, c->len));
	if (op->kind == TRACE_WRITE)
		memcpy(c->data + op->at, trace_bytes(op), op->len);
}

/* Sectors that an operation changes: from … to - 1. */
struct span {
	size_t	from;
	size_t	to;
};

static struct span
span_of(const struct trace_op *op, size_t before)
{
	size_t end = (size_t)op->at + op->len;

	if (op->kind == TRACE_RESIZE)
		end = before > op->at ? before : (size_t)op->at;
	if (end == op->at)
		return (struct span){ 0, 0 };
	return (struct span){ (size_t)op->at / SECTOR,
	    (end + SECTOR - 1) / SECTOR };
}

/* What the power's end decides: a version for each sector, 0 the oldest. */
struct cut {
	const struct trace_op *const	*ops;
	size_t				 n;
	size_t				 longest;
	uint32_t			*versions;	/* a sector has */
	uint32_t			*chosen;
	size_t				 len;
	size_t				 torn_op;	/* n: nothing is torn */
	size_t				 torn_sector;
	size_t				 torn_at;	/* bytes of it that are new */
};

static size_t
sectors(const struct cut *k)
{
	return (k->longest + SECTOR - 1) / SECTOR;
}

/* Counts the versions of each sector; chooses one of the lengths. */
static void
count_versions(struct cut *k, size_t len, struct rng *r)
{
	size_t i, s, at = rng_chance(r, 1, 2) ? k->n : rng_below(r, k->n + 1);
	struct span span;

	k->len = len;
	for (i = 0; i < k->n; i++) {
		span = span_of(k->ops[i], len);
		for (s = span.from; s < span.to; s++)
			k->versions[s]++;
		len = len_after(k->ops[i], len);
		if (i + 1 <= at)
			k->len = len;
	}
}

/* So many of the operations in order and whole, as with a journal. */
static void
choose_in_order(struct cut *k, size_t len, struct rng *r)
{
	size_t i, s, kept = rng_below(r, k->n + 1);
	struct span span;

	k->len = len;
	for (i = 0; i < kept; i++) {
		span = span_of(k->ops[i], k->len);
		for (s = span.from; s < span.to; s++)
			k->chosen[s]++;
		k->len = len_after(k->ops[i], k->len);
	}
}

/* Each sector for itself; how likely it is kept is one for all. */
static void
choose_each(struct cut *k, struct rng *r)
{
	static const uint64_t likely[] = { 0, 1, 16, 31, 32 };
	uint64_t keep = likely[rng_below(r, 5)];
	size_t s;

	for (s = 0; s < sectors(k); s++) {
		if (rng_chance(r, keep, 32))
			k->chosen[s] = k->versions[s];
		else
			k->chosen[s] = (uint32_t)rng_below(r,
			    (uint64_t)k->versions[s] + (k->versions[s] == 0));
	}
}

/* Tears a sector of a write that is longer than one. */
static void
choose_torn(struct cut *k, struct rng *r)
{
	size_t at = rng_below(r, k->n);
	struct span span = span_of(k->ops[at], 0);

	if (k->ops[at]->kind != TRACE_WRITE || span.to - span.from < 2 ||
	    rng_chance(r, 1, 2))
		return;
	k->torn_op = at;
	k->torn_sector = span.from + rng_below(r, span.to - span.from);
	k->torn_at = 1 + rng_below(r, SECTOR - 1);
}

/* The part of an operation that falls into the first `n` bytes of a sector. */
static void
apply_part(struct content *c, const struct trace_op *op, size_t sector,
    size_t n)
{
	size_t from = sector * SECTOR, to = from + n;
	size_t end = (size_t)op->at + op->len;

	if (op->kind == TRACE_RESIZE)
		end = c->len;
	from = from > op->at ? from : (size_t)op->at;
	to = to < end ? to : end;
	if (from >= to)
		return;
	if (op->kind == TRACE_RESIZE)
		memset(c->data + from, 0, to - from);
	else
		memcpy(c->data + from, (const unsigned char *)trace_bytes(op) +
		    (from - op->at), to - from);
}

/* Brings the sectors to their chosen versions; `len` is the file's before. */
static void
apply_chosen(struct content *c, const struct cut *k, uint32_t *seen, size_t len)
{
	struct span span;
	size_t i, s;

	for (i = 0; i < k->n; i++) {
		span = span_of(k->ops[i], len);
		for (s = span.from; s < span.to; s++) {
			seen[s]++;
			if (seen[s] <= k->chosen[s])
				apply_part(c, k->ops[i], s, SECTOR);
			else if (i == k->torn_op && s == k->torn_sector &&
			    seen[s] == k->chosen[s] + 1)
				apply_part(c, k->ops[i], s, k->torn_at);
		}
		len = len_after(k->ops[i], len);
	}
}

static enum fate
fate_of(const struct cut *k, size_t before, size_t after)
{
	bool kept = k->len == after, lost = k->len == before;
	size_t s;

	for (s = 0; s < sectors(k); s++) {
		kept = kept && k->chosen[s] == k->versions[s];
		lost = lost && k->chosen[s] == 0;
	}
	lost = lost && k->torn_op == k->n;
	return kept ? FATE_KEPT : lost ? FATE_LOST : FATE_MIXED;
}

/* Makes the content as long as it ever was; what is new is zero or anything. */
static void
stretch(struct content *c, size_t len, struct rng *r)
{
	size_t i = c->len;

	set_len(c, len);
	if (rng_chance(r, 1, 3))
		for (; i < len; i++)
			c->data[i] = (unsigned char)rng_next(r);
}

enum fate
content_cut(struct content *c, const struct trace_op *const *ops, size_t n,
    struct rng *r)
{
	struct cut k = { .ops = ops, .n = n, .longest = c->len, .torn_op = n };
	size_t i, before = c->len, after = c->len;
	enum fate fate;
	uint32_t *room;

	if (n == 0)
		return FATE_NONE;
	for (i = 0; i < n; i++) {
		after = len_after(ops[i], after);
		k.longest = after > k.longest ? after : k.longest;
	}
	room = calloc(3 * sectors(&k) + 1, sizeof(*room));
	if (room == NULL)
		abort();
	k.versions = room;
	k.chosen = room + sectors(&k);
	count_versions(&k, before, r);
	if (rng_chance(r, 1, 3)) {
		choose_in_order(&k, before, r);
	} else {
		choose_each(&k, r);
		choose_torn(&k, r);
	}
	stretch(c, k.longest, r);
	apply_chosen(c, &k, room + 2 * sectors(&k), before);
	c->len = k.len;
	fate = fate_of(&k, before, after);
	free(room);
	return fate;
}
