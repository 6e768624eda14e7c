#include "notewired/hub/member.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* Something that waits for a member. */
struct parcel {
	struct parcel	*next;
	size_t		 len;
	char		 packed[];
};

/* ---- coming and going ---- */

static void
drop_mail(struct member *m)
{
	struct parcel *p = m->mail;

	m->mail = p->next;
	m->mail_bytes -= p->len;
	m->hub->mail_bytes -= p->len;
	free(p);
}

/* Its place is not kept any more. */
static void
forget_place(struct member *m)
{
	if (m->group == NULL)
		return;
	m->group->leases--;
	m->group = NULL;
	m->hub->untidy = true;
}

static void
set_hidden(struct member *m, bool hidden)
{
	if (m->hidden == hidden)
		return;
	m->hidden = hidden;
	m->changed = !hidden;
	if (hidden) {
		m->presence->count--;
		presence_lose(m->presence, m->at.id);
	} else {
		m->presence->count++;
		presence_stir(m->presence);
	}
}

static void
end_lease(struct member *m)
{
	m->hub->leases -= m->lease.link != NULL;
	wheel_clear(&m->lease);
}

static void
member_free(struct member *m)
{
	struct presence *p = m->presence;
	struct member **at = &p->first;

	set_hidden(m, true);
	while (*at != m)
		at = &(*at)->next;
	*at = m->next;
	end_lease(m);
	forget_place(m);
	table_drop(&m->hub->members, &m->at);
	m->hub->tally->members--;
	while (m->mail != NULL)
		drop_mail(m);
	free(m->data);
	free(m);
	if (p->first == NULL)
		presence_free(p);
}

static void
fire(struct timer *t, int64_t now)
{
	struct member *m = (struct member *)(void *)((char *)t -
	    offsetof(struct member, lease));

	(void)now;
	m->hub->leases--;		/* it is out of the wheel already */
	member_free(m);
}

static struct member *
member_new(struct hub *h, struct watched *b, const char *id)
{
	struct member *m = calloc(1, sizeof(*m));
	struct presence *p = presence_of(h, b);

	if (m == NULL || p == NULL) {
		free(m);
		if (p != NULL && p->first == NULL)
			presence_free(p);
		return NULL;
	}
	(void)str_copy(m->at.id, sizeof(m->at.id), id);
	m->hub = h;
	m->presence = p;
	m->lease.fire = fire;
	m->hidden = true;		/* until set_hidden counts it */
	m->next = p->first;
	p->first = m;
	table_add(&h->members, &m->at);
	h->tally->members++;
	set_hidden(m, false);
	return m;
}

struct member *
member_find(const struct hub *h, const char *board, const char *id)
{
	struct member *m = (struct member *)(void *)
	    table_find(&h->members, id);

	return m != NULL && strcmp(m->presence->board->at.id, board) == 0 ?
	    m : NULL;
}

/*
 * Who comes again has given up what it asked before: a poll that nobody reads
 * any more would take what is meant for the new one.  The member may be gone
 * then.
 */
static void
end_polls(struct member *m)
{
	struct reader *r, *elder;

	for (r = m->readers; r != NULL; r = elder) {
		elder = r->elder;
		if (r->polls)
			reader_end(r, "followed", true);
		else
			r->followed = true;
	}
}

enum status
member_join(struct reader *r, struct watched *b, const char *id)
{
	struct member *m = member_find(r->hub, b->at.id, id);

	if (m != NULL)
		end_polls(m);
	m = member_find(r->hub, b->at.id, id);
	if (m == NULL && (m = member_new(r->hub, b, id)) == NULL)
		return ST_NOMEM;
	end_lease(m);
	r->member = m;
	r->elder = m->readers;
	m->readers = r;
	return ST_OK;
}

/*
 * It may come back and go on from there; not from before `heard`, where a lost
 * poll with an old cursor may have begun again.
 */
static void
keep_place(struct member *m, const struct reader *r, uint64_t heard)
{
	const struct hot *hot = reader_hot(r);

	/*
	 * Those who came later may have heard more; and who was answered from
	 * the store has not heard yet what he missed before.
	 */
	if (r->followed || (hot->flags & HOT_BEHIND && m->group != NULL))
		return;
	forget_place(m);
	m->group = r->group;
	m->group->leases++;
	m->place = hot->next > heard ? hot->next : heard;
}

void
member_leave(struct reader *r)
{
	struct member *m = r->member;
	struct reader **at = &m->readers;
	uint64_t heard = 0;

	if (m->resumed == r) {
		m->resumed = NULL;
		heard = m->heard;
	}
	while (*at != r)
		at = &(*at)->elder;
	*at = r->elder;
	r->member = NULL;
	if (m->readers != NULL)
		return;
	if (r->farewell || m->hub->leases >= MEMBER_LEASES_MAX) {
		member_free(m);
		return;
	}
	keep_place(m, r, heard);
	m->hub->leases++;
	wheel_set(m->hub->wheel, &m->lease,
	    clock_mono_ms() + MEMBER_LEASE_MS);
}

void
members_drop(struct hub *h)
{
	struct table_entry *e;
	size_t i;

	for (i = 0; i < h->members.slots_n; i++)
		while ((e = h->members.slots[i]) != NULL)
			member_free((struct member *)(void *)e);
}

/* ---- what is said of it and to it ---- */

enum status
member_describe(struct member *m, const char *json, size_t len)
{
	const bool here = len != strlen("null") ||
	    memcmp(json, "null", len) != 0;
	char *data = here ? malloc(len + 1) : NULL;

	if (here && data == NULL)
		return ST_NOMEM;
	if (here) {
		memcpy(data, json, len);
		data[len] = '\0';
	}
	free(m->data);
	m->data = data;
	m->changed = here;
	set_hidden(m, !here);
	presence_stir(m->presence);
	return ST_OK;
}

enum status
member_post(struct member *m, const struct signal *s)
{
	struct parcel *p, **last = &m->mail;
	struct buf packed;
	enum status st;

	buf_init(&packed, SIGNAL_PACKED_MAX);
	signal_pack(&packed, s);
	st = buf_status(&packed);
	if (st == ST_OK && (m->mail_bytes + packed.len > MEMBER_MAIL_MAX ||
	    m->hub->mail_bytes + packed.len > MEMBER_MAIL_ALL))
		st = ST_LIMIT;
	p = st == ST_OK ? malloc(sizeof(*p) + packed.len) : NULL;
	if (p != NULL) {
		p->next = NULL;
		p->len = packed.len;
		memcpy(p->packed, packed.data, packed.len);
		while (*last != NULL)
			last = &(*last)->next;
		*last = p;
		m->mail_bytes += p->len;
		m->hub->mail_bytes += p->len;
	} else if (st == ST_OK)
		st = ST_NOMEM;
	buf_fini(&packed);
	if (st == ST_OK && m->readers != NULL)
		reader_feed(m->readers);
	return st;
}

/* ---- what it hears besides ---- */

void
member_put_missed(struct reader *r, uint64_t next, struct buf *out)
{
	struct member *m = r->member;
	const struct ring *ring = &r->group->ring;
	const char *frame;
	uint64_t i;
	size_t len;

	if (m->group == r->group) {
		m->resumed = r;
		m->heard = m->place;
	}
	if (m->group == r->group && m->place >= ring->first) {
		for (i = m->place; i < next; i++) {
			if (ring_is_change(ring, i))
				continue;
			frame = ring_frame(ring, i, &len);
			buf_add(out, frame, len);
		}
		/* of who is there too, so a poll need not be told anew */
		r->listed = r->polls && m->listed;
	}
	forget_place(m);
}

static void
put_list(const struct reader *r, struct buf *out)
{
	struct buf list;

	buf_init(&list, out->max);
	presence_put_list(r->member->presence, r->member->at.id, &list);
	form_event(r->group->audience.form, out, "presence", list.data,
	    list.len);
	if (buf_status(&list))
		buf_fail(out, buf_status(&list));
	buf_fini(&list);
}

void
member_put_waiting(struct reader *r, struct buf *out)
{
	struct member *m = r->member;
	struct signal s;

	if (!r->listed)
		put_list(r, out);
	r->listed = m->listed = true;
	if (m->readers != r)
		return;			/* the newest reader gets the mail */
	while (m->mail != NULL) {
		if (signal_unpack(m->mail->packed, m->mail->len, &s) == ST_OK)
			form_signal(r->group->audience.form, out, &s);
		drop_mail(m);
	}
}
