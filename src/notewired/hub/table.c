#include "notewired/hub/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_LEAST	((size_t)64)

enum status
table_init(struct table *t)
{
	*t = (struct table){ .slots_n = SLOTS_LEAST };
	t->slots = calloc(t->slots_n, sizeof(struct table_entry *));
	return t->slots == NULL ? ST_NOMEM : ST_OK;
}

void
table_fini(struct table *t)
{
	free(t->slots);
	*t = (struct table){ .n = 0 };
}

/* FNV-1a, 64 bits. */
static size_t
slot_of(const char *id, size_t slots)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (; *id != '\0'; id++)
		sum = (sum ^ (unsigned char)*id) * UINT64_C(0x100000001b3);
	return (size_t)(sum ^ sum >> 32) & (slots - 1);
}

struct table_entry *
table_find(const struct table *t, const char *id)
{
	struct table_entry *e;

	for (e = t->slots[slot_of(id, t->slots_n)]; e != NULL; e = e->next)
		if (strcmp(e->id, id) == 0)
			return e;
	return NULL;
}

/* Twice the slots; without memory the old ones do, only slower. */
static void
spread_out(struct table *t)
{
	size_t n = t->slots_n * 2, i, to;
	struct table_entry **slots = calloc(n, sizeof(struct table_entry *));
	struct table_entry *e;

	if (slots == NULL)
		return;
	for (i = 0; i < t->slots_n; i++)
		while ((e = t->slots[i]) != NULL) {
			t->slots[i] = e->next;
			to = slot_of(e->id, n);
			e->next = slots[to];
			slots[to] = e;
		}
	free(t->slots);
	t->slots = slots;
	t->slots_n = n;
}

void
table_add(struct table *t, struct table_entry *e)
{
	struct table_entry **at;

	if (t->n >= t->slots_n)
		spread_out(t);
	at = &t->slots[slot_of(e->id, t->slots_n)];
	e->next = *at;
	*at = e;
	t->n++;
}

void
table_drop(struct table *t, const struct table_entry *e)
{
	struct table_entry **at = &t->slots[slot_of(e->id, t->slots_n)];

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	t->n--;
}
