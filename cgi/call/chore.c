#include "call/chore.h"

#include "base/clock.h"
#include "codec/search_text.h"

#define CHORE_MS	1000

void
chore_do(struct service *s, const struct chore *c)
{
	int64_t until = clock_mono_ms() + CHORE_MS;
	struct mutation m = { .kind = MUT_BOARD_INDEX, .board = c->index,
	    .text = search_text };

	if (c->index[0] == '\0' || atomic_exchange(&s->at_chores, true))
		return;
	/* a failure was logged, and a search does without the index */
	while (store_apply(s->store, &m, 1) == ST_OK && m.out.st == ST_OK &&
	    m.out.more && clock_mono_ms() < until && !service_stopping(s))
		continue;
	atomic_store(&s->at_chores, false);
}
