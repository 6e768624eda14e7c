#include "notewired/socket/websock.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "codec/print.h"
#include "notewired/socket/uplink.h"
#include "notewired/socket/upsignal.h"

#define PROBLEM_SIZE	((size_t)4 << 10)
/* Of the responder's threads one in so many may be asked at the same time. */
#define LINES_OF	5
/* An unused connection to it stays so long, and keeps a thread. */
#define IDLE_MS		1000

static struct websock *
of_reader(struct reader *r)
{
	return (struct websock *)(void *)((char *)r -
	    offsetof(struct websock, reader));
}

static struct websock *
of_ws(struct ws *w)
{
	return (struct websock *)(void *)((char *)w -
	    offsetof(struct websock, ws));
}

/* The connection is closed, and it has left the hub. */
static void
websock_free(struct websock *s)
{
	wheel_clear(&s->reader.timer);
	uplink_free(s->uplink);
	holder_give(websock_all(s)->holder, HANDOVER_WEBSOCKET, &s->share);
	free(s);
}

/* ---- as a reader ---- */

/* One that is ending takes nothing more; as it ended it leaves the board. */
static bool
is_ending(struct websock *s)
{
	s->reader.farewell = s->ws.farewell;
	return s->ws.state != WS_OPEN;
}

static enum status
frames(struct reader *r, struct iovec *piece, int n, const struct cursor *at)
{
	struct websock *s = of_reader(r);

	(void)at;
	return is_ending(s) ? ST_GONE : peer_send(r->peer, piece, n);
}

/* The code that tells a client whether it may come back, and when. */
static unsigned
code_of(const char *reason)
{
	static const struct {
		const char	*reason;
		unsigned	 code;
	} all[] = {
		{ "shutdown", WS_CODE_RESTART },
		{ "busy", WS_CODE_LATER },
		{ "expired", WEBSOCK_EXPIRED },
		{ "revoked", WEBSOCK_REVOKED },
		{ "gone", WEBSOCK_BOARD_GONE },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(reason, all[i].reason) == 0)
			return all[i].code;
	return WS_CODE_NORMAL;
}

static enum status
notice(struct reader *r, const struct notice *n)
{
	struct websock *s = of_reader(r);
	struct buf *b = &websock_all(s)->holder->scratch;
	enum status st;

	if (is_ending(s))
		return ST_GONE;
	buf_reset(b);
	form_notice(FORM_MESSAGES, b, n);
	st = buf_status(b);
	if (st == ST_OK)
		st = peer_send_bytes(r->peer, b->data, b->len);
	if (n->kind == NOTICE_RESET)
		ws_end(&s->ws, WS_CODE_NORMAL, "reset");
	else if (n->kind == NOTICE_END)
		ws_end(&s->ws, code_of(n->reason), n->reason);
	return st;
}

/* Out of the hub; the connection says its last, unless it has. */
static void
leave(struct reader *r, bool broken)
{
	struct websock *s = of_reader(r);

	(void)broken;
	if (s->over)
		websock_free(s);
	else
		ws_end(&s->ws, WEBSOCK_SLOW, "slow");
}

/* ---- as a WebSocket ---- */

/*
 * Paces messages: each is paid for by the time it takes at the lasting rate,
 * and a burst may be owed (the generic cell rate algorithm, ITU-T I.371).
 */
static bool
is_too_fast(struct websock *s)
{
	const struct config *config = websock_all(s)->holder->config;
	int64_t now = clock_mono_ms() * 1000, each, owed;

	each = INT64_C(1000000) / config->messages_per_second;
	if (s->paced_at < now)
		s->paced_at = now;
	owed = s->paced_at + each - now;
	if (owed > each * config->messages_burst)
		return true;
	s->paced_at += each;
	return false;
}

static void
message(struct ws *w, enum ws_opcode opcode, const char *bytes, size_t len)
{
	struct websock *s = of_ws(w);

	if (s->reader.group == NULL)
		return;			/* it is ending */
	if (is_too_fast(s))
		ws_end(w, WS_CODE_POLICY, "too many messages");
	else if (!upsignal_take(s, opcode, bytes, len))
		uplink_take(s, bytes, len);
}

static void
closed(struct ws *w)
{
	struct websock *s = of_ws(w);

	s->over = true;
	s->reader.farewell = w->farewell;
	if (s->reader.group != NULL)
		reader_gone(&s->reader);	/* comes to leave() */
	else
		websock_free(s);
}

/* ---- as a connection ---- */

static struct ws *
ws_of(const struct peer *c)
{
	return &of_reader(c->owner)->ws;
}

static void
on_input(struct peer *c, bool ended)
{
	(void)ended;			/* reading comes to the end */
	ws_look(ws_of(c));
}

static void
on_room(struct peer *c)
{
	struct websocks *all = websock_all(of_reader(c->owner));
	struct reader *r = c->owner;
	struct poller_key key = peer_key(c);

	if (r->group != NULL)
		reader_room(r);
	/* which may have been the end of it */
	if (peer_find(all->holder->peers, key) == c)
		ws_room(ws_of(c));
}

static void
on_gone(struct peer *c)
{
	ws_gone(ws_of(c));
}

static void
on_sent(struct peer *c, enum status st)
{
	struct reader *r = c->owner;

	if (st != ST_OK && st != ST_BUSY)
		on_gone(c);
	else if (st == ST_BUSY && r->group != NULL)
		reader_full(r);
}

/* ---- from the beginning to the end ---- */

static enum status
make(struct websocks *all, const struct handover *m, struct websock **out)
{
	static const struct reader_kind reader_kind = { frames, notice, leave };
	struct websock *s = calloc(1, sizeof(*s));
	enum status st;

	*out = s;
	if (s == NULL)
		return ST_NOMEM;
	s->role = m->role;
	s->share = (struct share){ m->owner_address, m->owner_session };
	st = holder_take(all->holder, m->board, HANDOVER_WEBSOCKET, &s->share);
	if (st) {
		free(s);
		return st;
	}
	s->reader.kind = &reader_kind;
	holder_describe(&s->reader, m);
	s->ws.house = &all->house;
	return ST_OK;
}

static void
refuse(struct opening *o, enum status st)
{
	static const char limit[] = "{\"type\":\"urn:notewire:rate-limited\","
	    "\"title\":\"Too many; come back later\",\"status\":429}";
	static const char busy[] = "{\"type\":\"urn:notewire:busy\","
	    "\"title\":\"No room at the moment\",\"status\":503}";

	if (st == ST_LIMIT)
		opening_refuse(o, 429, limit, strlen(limit));
	else
		opening_refuse(o, 503, busy, strlen(busy));
}

/* It reads from now on. */
static void
begin(struct websock *s, const struct handover *m, struct opening_rest *rest)
{
	const struct audience audience = { FORM_MESSAGES, m->docs,
	    m->peer[0] != '\0' };
	struct holder *ho = websock_all(s)->holder;
	struct poller_key key = peer_key(s->reader.peer);

	ws_begin(&s->ws);
	if (hub_join(ho->hub, &s->reader, m->board, audience, m->peer))
		ws_end(&s->ws, WS_CODE_LATER, "no memory");
	else if (ho->draining)
		reader_end(&s->reader, "shutdown", true);
	else
		reader_begin(&s->reader, clock_mono_ms());
	if (peer_find(ho->peers, key) != NULL)
		ws_go_on(&s->ws, rest);
	else
		buf_fini(&rest->early);
}

void
websock_new(struct websocks *all, struct opening *o, const struct handover *m)
{
	static const struct peer_kind peer_kind = {
		.name = "websock",
		.input = on_input,
		.room = on_room,
		.gone = on_gone,
		.sent = on_sent,
	};
	const char *protocol = ws_upgrade_offers(opening_head(o),
	    WEBSOCK_PROTOCOL) ? WEBSOCK_PROTOCOL : NULL;
	struct websock *s;
	struct opening_rest rest;
	enum status st;

	st = make(all, m, &s);
	if (st) {
		refuse(o, st);
		return;
	}
	s->reader.peer = opening_accept(o, protocol, &peer_kind, &s->reader,
	    &rest);
	if (s->reader.peer == NULL) {
		websock_free(s);
		return;
	}
	s->ws.peer = s->reader.peer;
	all->holder->tally->handshakes++;
	begin(s, m, &rest);
}

void
websock_tell(struct websock *s, const char *name, const char *json, size_t len)
{
	struct buf *b = &websock_all(s)->holder->scratch;

	buf_reset(b);
	buf_addf(b, "{\"event\":\"%s\",\"data\":", name);
	buf_add(b, json, len);
	buf_addc(b, '}');
	if (buf_status(b) == ST_OK)
		(void)ws_send(&s->ws, WS_TEXT, b->data, b->len);
	else
		ws_end(&s->ws, WS_CODE_LATER, "no memory");
}

void
websock_tell_problem(struct websock *s, const char *name,
    const struct problem *p)
{
	struct buf b;

	buf_init(&b, PROBLEM_SIZE);
	print_problem(&b, p);
	websock_tell(s, name, b.data, b.len);
	buf_fini(&b);
}

enum status
websocks_init(struct websocks *all, struct holder *holder)
{
	static const struct ws_kind kind = { message, closed };
	const struct config *config = holder->config;

	all->holder = holder;
	all->asks.peers = all->house.peers = holder->peers;
	all->asks.wheel = all->house.wheel = holder->hub->wheel;
	/* the responder's other threads are for everybody else */
	all->asks.lines_max = config->threads < LINES_OF ? 1 :
	    config->threads / LINES_OF;
	all->asks.idle_ms = config->io_timeout_ms / 2 < IDLE_MS ?
	    config->io_timeout_ms / 2 : IDLE_MS;
	/* with what goes around it, it is a request's body */
	all->house.max_message = (size_t)config->body_bytes -
	    strlen("{\"ops\":[]}");
	websocks_reread(all);
	return ws_house_init(&all->house, &kind);
}

void
websocks_reread(struct websocks *all)
{
	const struct config *config = all->holder->config;

	all->house.ping_ms = config->ping_ms;
	all->house.pong_ms = config->pong_ms;
	websocks_prepare(all, &all->openings);
}

void
websocks_prepare(struct websocks *all, struct openings *o)
{
	const struct config *config = all->holder->config;

	o->listener.peers = all->holder->peers;
	o->listener.wheel = all->holder->hub->wheel;
	o->timeout_ms = config->header_timeout_ms;
	o->max = config->connections;
	o->tls_max = config->connections_tls;
	o->ready = upgrade_ready;
	o->left = upgrade_left;
	o->arg = all;
}

enum status
websocks_open(struct websocks *all, int fd)
{
	return openings_open(&all->openings, fd);
}

void
websocks_close(struct websocks *all)
{
	openings_close(&all->openings);
}

void
websocks_fini(struct websocks *all)
{
	ws_house_fini(&all->house);
	asks_fini(&all->asks);
	openings_fini(&all->openings);
}
