#include "notewired/hub/quota.h"

#include <stdlib.h>

#define CAP_LEAST	((size_t)16)

void
quota_init(struct quota *q, int64_t max)
{
	*q = (struct quota){ .max = max };
}

void
quota_fini(struct quota *q)
{
	free(q->at);
	quota_init(q, q->max);
}

/* Keys may be small numbers: spread them (Fibonacci hashing). */
static size_t
home(const struct quota *q, uint64_t key)
{
	return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) &
	    (q->cap - 1);
}

/* The key's entry, or the free one where it would stand. */
static struct quota_entry *
find(const struct quota *q, uint64_t key)
{
	size_t i = home(q, key);

	while (q->at[i].key != 0 && q->at[i].key != key)
		i = (i + 1) & (q->cap - 1);
	return &q->at[i];
}

static enum status
grow(struct quota *q)
{
	struct quota old = *q;
	size_t i;

	if (q->cap > 0 && q->n < q->cap / 2)
		return ST_OK;
	q->cap = old.cap ? old.cap * 2 : CAP_LEAST;
	q->at = calloc(q->cap, sizeof(*q->at));
	if (q->at == NULL) {
		*q = old;
		return ST_NOMEM;
	}
	for (i = 0; i < old.cap; i++)
		if (old.at[i].key != 0)
			*find(q, old.at[i].key) = old.at[i];
	free(old.at);
	return ST_OK;
}

enum status
quota_take(struct quota *q, uint64_t key)
{
	struct quota_entry *e;
	enum status st;

	if (key == 0)
		return ST_OK;
	st = grow(q);
	if (st)
		return st;
	e = find(q, key);
	if (e->key != 0 && e->count >= q->max)
		return ST_LIMIT;
	if (e->key == 0) {
		*e = (struct quota_entry){ .key = key };
		q->n++;
	}
	e->count++;
	return ST_OK;
}

/* Frees an entry; those that only stood behind it move up. */
static void
take_out(struct quota *q, struct quota_entry *e)
{
	size_t mask = q->cap - 1, hole = (size_t)(e - q->at), i = hole, from;

	for (;;) {
		i = (i + 1) & mask;
		if (q->at[i].key == 0)
			break;
		from = home(q, q->at[i].key);
		if (((i - from) & mask) < ((i - hole) & mask))
			continue;
		q->at[hole] = q->at[i];
		hole = i;
	}
	q->at[hole] = (struct quota_entry){ .key = 0 };
	q->n--;
}

void
quota_give(struct quota *q, uint64_t key)
{
	struct quota_entry *e;

	if (key == 0)
		return;
	e = find(q, key);
	if (--e->count == 0)
		take_out(q, e);
}
