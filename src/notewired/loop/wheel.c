#include "notewired/loop/wheel.h"

#include <stddef.h>
#include <string.h>

void
wheel_init(struct wheel *w, int64_t now)
{
	memset(w, 0, sizeof(*w));
	w->tick = now / WHEEL_TICK_MS;
}

/* The first tick that ends at the time or after it. */
static int64_t
tick_of(int64_t at)
{
	return (at + WHEEL_TICK_MS - 1) / WHEEL_TICK_MS;
}

void
wheel_set(struct wheel *w, struct timer *t, int64_t at)
{
	int64_t tick = tick_of(at);
	struct timer **head;

	wheel_clear(t);
	if (tick <= w->tick)
		tick = w->tick + 1;
	head = &w->slot[tick % WHEEL_SLOTS];
	t->at = at;
	t->next = *head;
	t->link = head;
	if (t->next != NULL)
		t->next->link = &t->next;
	*head = t;
}

void
wheel_clear(struct timer *t)
{
	if (t->link == NULL)
		return;
	*t->link = t->next;
	if (t->next != NULL)
		t->next->link = t->link;
	t->link = NULL;
}

/* Moves what is due of a slot to a list of its own, where it can be cleared. */
static void
take_due(struct wheel *w, struct timer **due)
{
	struct timer *t, *next;

	for (t = w->slot[w->tick % WHEEL_SLOTS]; t != NULL; t = next) {
		next = t->next;
		if (tick_of(t->at) > w->tick)
			continue;	/* a later turn of the wheel */
		wheel_clear(t);
		t->next = *due;
		t->link = due;
		if (t->next != NULL)
			t->next->link = &t->next;
		*due = t;
	}
}

void
wheel_run(struct wheel *w, int64_t now)
{
	struct timer *due = NULL, *t;

	while (w->tick < now / WHEEL_TICK_MS) {
		w->tick++;
		take_due(w, &due);
		while ((t = due) != NULL) {
			wheel_clear(t);
			t->fire(t, now);
		}
	}
}
