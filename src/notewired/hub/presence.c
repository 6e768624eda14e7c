#include "notewired/hub/presence.h"

#include <stdlib.h>

#include "base/clock.h"
#include "codec/json.h"
#include "notewired/hub/member.h"
#include "notewired/hub/publish.h"

/* Changes that come within it are told of together. */
#define PAUSE_MS	100
/* Those who leave within it; more, and the whole list is told. */
#define LEFT_MAX	((size_t)8 << 10)
#define LIST_MAX	((size_t)256 << 10)

static void
put_peer(const struct member *m, struct buf *out)
{
	buf_addc(out, '{');
	json_put_member(out, "peer", m->at.id);
	buf_adds(out, ",\"data\":");
	buf_adds(out, m->data != NULL ? m->data : "null");
	buf_addc(out, '}');
}

/* The members, without end: all who are there, or who have changed. */
static void
put_peers(const struct presence *p, bool changed, struct buf *out)
{
	const struct member *m;
	bool more = false;

	for (m = p->first; m != NULL; m = m->next) {
		if (m->hidden || (changed && !m->changed))
			continue;
		if (more)
			buf_addc(out, ',');
		put_peer(m, out);
		more = true;
	}
}

static void
put_all(const struct presence *p, struct buf *out)
{
	buf_addf(out, "\"count\":%u", (unsigned)p->count);
	if (p->count > PRESENCE_NAMED)
		return;
	buf_adds(out, ",\"peers\":[");
	put_peers(p, false, out);
	buf_addc(out, ']');
}

static void
put_changes(const struct presence *p, struct buf *out)
{
	buf_addf(out, "\"count\":%u,\"left\":[%s],\"changed\":[",
	    (unsigned)p->count, p->left.data);
	put_peers(p, true, out);
	buf_addc(out, ']');
}

void
presence_put_list(const struct presence *p, const char *you, struct buf *out)
{
	buf_addc(out, '{');
	json_put_member(out, "you", you);
	buf_addc(out, ',');
	put_all(p, out);
	buf_addc(out, '}');
}

static void
print(enum form form, struct buf *out, const void *arg)
{
	const struct buf *news = arg;

	form_event(form, out, "presence", news->data, news->len);
}

/*
 * Who has no list of names, since there were too many or too many left, gets
 * one again as soon as it would be short enough.
 */
static void
tell(struct timer *t, int64_t now)
{
	struct presence *p = (struct presence *)(void *)((char *)t -
	    offsetof(struct presence, timer));
	struct member *m;
	struct buf news;

	(void)now;
	buf_init(&news, LIST_MAX);
	buf_addc(&news, '{');
	if (p->told > PRESENCE_NAMED || p->count > PRESENCE_NAMED ||
	    buf_status(&p->left))
		put_all(p, &news);
	else
		put_changes(p, &news);
	buf_addc(&news, '}');
	p->told = p->count;
	buf_reset(&p->left);
	for (m = p->first; m != NULL; m = m->next)
		m->changed = false;
	if (buf_status(&news) == ST_OK)
		publish_event(p->hub, p->board, print, &news);
	buf_fini(&news);
}

struct presence *
presence_of(struct hub *h, struct watched *b)
{
	struct presence *p = b->presence;

	if (p != NULL || (p = calloc(1, sizeof(*p))) == NULL)
		return p;
	p->hub = h;
	p->board = b;
	p->timer.fire = tell;
	buf_init(&p->left, LEFT_MAX);
	b->presence = p;
	return p;
}

void
presence_free(struct presence *p)
{
	wheel_clear(&p->timer);
	buf_fini(&p->left);
	p->board->presence = NULL;
	p->hub->untidy = true;
	free(p);
}

void
presence_stir(struct presence *p)
{
	if (p->timer.link == NULL)
		wheel_set(p->hub->wheel, &p->timer,
		    clock_mono_ms() + PAUSE_MS);
}

void
presence_lose(struct presence *p, const char *id)
{
	buf_addf(&p->left, "%s\"%s\"", p->left.len > 0 ? "," : "", id);
	presence_stir(p);
}
