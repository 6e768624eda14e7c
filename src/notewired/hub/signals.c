#include "notewired/hub/signals.h"

#include "notewired/hub/publish.h"

static void
print(enum form form, struct buf *out, const void *arg)
{
	form_signal(form, out, arg);
}

static enum status
tell_one(struct hub *h, const struct signal *s)
{
	struct member *m = member_find(h, s->board,
	    s->kind == SIGNAL_PRESENCE ? s->from : s->to);

	if (m == NULL)
		return ST_NOTFOUND;
	return s->kind == SIGNAL_PRESENCE ?
	    member_describe(m, s->bytes, s->len) : member_post(m, s);
}

static enum status
tell_all(struct hub *h, const struct signal *s)
{
	struct watched *b = hub_board(h, s->board);

	if (b != NULL)
		publish_event(h, b, print, s);
	return ST_OK;			/* that nobody listens is no fault */
}

enum status
signals_play(struct hub *h, const struct signal *s)
{
	enum status st;

	st = s->kind == SIGNAL_PRESENCE || s->to[0] != '\0' ?
	    tell_one(h, s) : tell_all(h, s);
	h->tally->signals += st == ST_OK;
	return st;
}
