#include "notewired/socket/opening.h"

#include <netdb.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "auth/digest.h"
#include "base/clock.h"
#include "codec/base64.h"

#define INPUT_BYTES	2048
/* As many as come at once in quiet times: half a megabyte. */
#define SPARES		64
#define ANSWER_MAX	((size_t)64 << 10)
/* To read a refusal that came while it was still sending. */
#define LINGER_MS	1000

struct opening {
	struct openings		*all;
	struct opening		*spare;	/* the next that is not in use */
	struct peer		*peer;
	struct timer		 timer;
	const char		*key;	/* of a whole, proper head */
	void			*waiter;
	bool			 over;	/* refused; what it sends is dropped */
	struct opening_rest	 rest;
	struct http_head	 head;
};

/* The connection stays. */
static void
opening_free(struct opening *o)
{
	struct openings *all = o->all;

	wheel_clear(&o->timer);
	buf_fini(&o->rest.early);
	all->n--;
	if (all->spares == SPARES) {
		free(o);
		return;
	}
	o->spare = all->spare;
	all->spare = o;
	all->spares++;
}

static struct opening *
opening_new(struct openings *all)
{
	struct opening *o = all->spare;

	if (o == NULL)
		return malloc(sizeof(*o));
	all->spare = o->spare;
	all->spares--;
	return o;
}

static void
drop(struct opening *o)
{
	peer_close(o->all->listener.peers, o->peer);
	opening_free(o);
}

/*
 * The last word.  Closed with input unread, a TCP connection is reset, and the
 * client may never see what it was told; so the rest is read first.
 */
static void
say_last(struct opening *o, struct buf *answer)
{
	/* so little fits into any socket; who did not read enough gets none */
	if (buf_status(answer) == ST_OK)
		(void)peer_send_bytes(o->peer, answer->data, answer->len);
	peer_shut(o->peer);
	o->over = true;
	wheel_set(o->all->listener.wheel, &o->timer,
	    clock_mono_ms() + LINGER_MS);
}

static void
refuse(struct opening *o, enum ws_refusal why)
{
	struct buf b;

	buf_init(&b, ANSWER_MAX);
	ws_upgrade_refuse(&b, why);
	say_last(o, &b);
	buf_fini(&b);
}

void
opening_refuse(struct opening *o, int status, const char *json, size_t len)
{
	struct buf b;

	buf_init(&b, ANSWER_MAX);
	buf_addf(&b, "HTTP/1.1 %d Refused\r\nConnection: close\r\n"
	    "Content-Type: application/problem+json\r\n"
	    "Content-Length: %zu\r\n\r\n", status, len);
	buf_add(&b, json, len);
	o->waiter = NULL;
	say_last(o, &b);
	buf_fini(&b);
}

/* What one still sends who has been refused. */
static void
drop_input(struct opening *o)
{
	char bytes[INPUT_BYTES];
	enum status st;
	size_t got;

	do
		st = peer_read(o->peer, bytes, sizeof(bytes), &got);
	while (st == ST_OK && got > 0);
	if (st)
		drop(o);
}

/* The head as far as it is there; what came with its end is kept. */
static enum status
read_head(struct opening *o)
{
	char bytes[INPUT_BYTES];
	size_t took, got;

	while (http_head_end(&o->head) == ST_BUSY) {
		if (peer_read(o->peer, bytes, sizeof(bytes), &got))
			return ST_CLOSED;
		if (got == 0)
			return ST_BUSY;
		took = http_head_feed(&o->head, bytes, got);
		o->rest.more |= got == sizeof(bytes);
		buf_add(&o->rest.early, bytes + took, got - took);
	}
	return buf_status(&o->rest.early) ? ST_CLOSED :
	    http_head_end(&o->head);
}

static void
on_input(struct peer *c, bool ended)
{
	struct opening *o = c->owner;
	enum ws_refusal why;
	enum status st;

	if (o->over) {
		drop_input(o);
		return;
	}
	o->rest.more |= ended;
	if (o->key != NULL) {
		o->rest.more = true;	/* it is being decided about */
		return;
	}
	st = read_head(o);
	if (st == ST_BUSY)
		return;
	if (st == ST_CLOSED) {
		drop(o);
		return;
	}
	why = st == ST_TOOBIG ? WS_TOO_LONG : st ? WS_MALFORMED :
	    ws_upgrade_check(&o->head, &o->key);
	if (why != WS_ACCEPTED)
		refuse(o, why);
	else
		o->all->ready(o->all->arg, o);
}

static void
nothing(struct peer *c)
{
	(void)c;
}

static void
on_gone(struct peer *c)
{
	struct opening *o = c->owner;

	if (o->waiter != NULL)
		o->all->left(o->waiter);
	drop(o);
}

static void
fire(struct timer *t, int64_t now)
{
	struct opening *o = (struct opening *)(void *)((char *)t -
	    offsetof(struct opening, timer));

	(void)now;
	if (o->over)
		drop(o);
	else
		refuse(o, WS_TOO_SLOW);
}

/* Begins its handshake, where it needs one. */
static enum status
secure(struct openings *all, struct peer *c)
{
	struct ssl_st *tls;

	if (all->tls == NULL)
		return ST_OK;
	tls = tls_new(all->tls, c->fd);
	if (tls == NULL)
		return ST_NOMEM;
	peer_secure(all->listener.peers, c, tls);
	return ST_OK;
}

static bool
is_full(const struct openings *all)
{
	return all->n >= all->max || (all->tls != NULL &&
	    all->listener.peers->secured >= all->tls_max);
}

static bool
let_in(void *arg, int fd)
{
	static const struct peer_kind kind = {
		.name = "opening",
		.input = on_input,
		.room = nothing,
		.gone = on_gone,
	};
	struct openings *all = arg;
	struct opening *o;

	if (is_full(all))
		return false;
	o = opening_new(all);
	if (o == NULL)
		return false;
	o->all = all;
	o->key = NULL;
	o->waiter = NULL;
	o->over = o->rest.more = false;
	buf_init(&o->rest.early, INPUT_BYTES);
	o->timer = (struct timer){ .fire = fire };
	http_head_init(&o->head);
	if (peer_take(all->listener.peers, fd, &kind, o, &o->peer)) {
		free(o);
		return false;
	}
	all->n++;
	if (secure(all, o->peer)) {
		drop(o);
		return true;		/* closed already */
	}
	wheel_set(all->listener.wheel, &o->timer,
	    clock_mono_ms() + all->timeout_ms);
	return true;
}

enum status
openings_open(struct openings *all, int fd)
{
	enum status st;

	all->listener.name = all->tls != NULL ? "tls" :
	    all->direct ? "tcp" : "http";
	all->listener.let_in = let_in;
	all->listener.arg = all;
	st = listener_open(&all->listener, fd);
	if (st == ST_OK && all->direct)
		peer_narrow(all->listener.peer);
	return st;
}

void
openings_close(struct openings *all)
{
	listener_close(&all->listener);
}

void
openings_fini(struct openings *all)
{
	struct opening *o;

	while ((o = all->spare) != NULL) {
		all->spare = o->spare;
		free(o);
	}
}

const struct http_head *
opening_head(const struct opening *o)
{
	return &o->head;
}

const struct openings *
opening_from(const struct opening *o)
{
	return o->all;
}

void
opening_address(const struct opening *o, char out[OPENING_ADDRESS])
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);

	if (getpeername(o->peer->fd, (struct sockaddr *)&at, &len) == -1 ||
	    getnameinfo((const struct sockaddr *)&at, len, out,
	    OPENING_ADDRESS, NULL, 0, NI_NUMERICHOST) != 0)
		out[0] = '\0';
}

void
opening_wait(struct opening *o, void *waiter)
{
	o->waiter = waiter;
	wheel_clear(&o->timer);		/* whoever decides has one of its own */
}

/* SHA-1 of the key and the GUID, in base64 (RFC 6455, 4.2.2). */
static enum status
put_answer(struct buf *b, const char *key, const char *protocol)
{
	char text[WS_KEY_LEN + sizeof(WS_GUID)];
	unsigned char digest[DIGEST_SHA1_SIZE];
	struct buf accept;
	enum status st;

	memcpy(text, key, WS_KEY_LEN);
	memcpy(text + WS_KEY_LEN, WS_GUID, sizeof(WS_GUID));
	st = digest_sha1(text, strlen(text), digest);
	if (st)
		return st;
	buf_init(&accept, 64);
	base64_put(&accept, digest, sizeof(digest));
	ws_upgrade_accept(b, accept.data, protocol);
	st = buf_status(&accept);
	buf_fini(&accept);
	return st ? st : buf_status(b);
}

struct peer *
opening_accept(struct opening *o, const char *protocol,
    const struct peer_kind *kind, void *owner, struct opening_rest *rest)
{
	struct peer *c = o->peer;
	struct buf answer;
	enum status st;

	buf_init(&answer, ANSWER_MAX);
	st = put_answer(&answer, o->key, protocol);
	if (st == ST_OK)
		st = peer_send_first(c, answer.data, answer.len);
	buf_fini(&answer);
	if (st) {
		drop(o);
		return NULL;
	}
	if (!o->all->direct)
		peer_narrow_unix(c);	/* as the others are by their listener */
	c->kind = kind;
	c->owner = owner;
	*rest = o->rest;
	buf_init(&o->rest.early, 0);
	/* what TLS has read of the socket is told of by nobody else */
	rest->more |= c->tls != NULL;
	opening_free(o);
	return c;
}
