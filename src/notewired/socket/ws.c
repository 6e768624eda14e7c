#include "notewired/socket/ws.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "notewired/socket/opening.h"

/* The other side has so long to answer a close, and then to hang up. */
#define CLOSE_MS	2000
/*
 * So often one is read from in a turn.  Who sends faster than that has to wait
 * until the others had theirs, else he would keep the thread for himself.
 */
#define READS_MAX	4
/* Pongs of one turn, all together. */
#define PONGS_MAX	((size_t)16 << 10)

enum status
ws_house_init(struct ws_house *h, const struct ws_kind *kind)
{
	h->kind = kind;
	buf_init(&h->pongs, PONGS_MAX);
	h->input = malloc(WS_INPUT);
	return h->input == NULL ? ST_NOMEM : ST_OK;
}

void
ws_house_fini(struct ws_house *h)
{
	free(h->input);
	h->input = NULL;
	buf_fini(&h->pongs);
}

static void
forget_message(struct ws *w)
{
	if (w->message != NULL)
		buf_fini(w->message);
	free(w->message);
	w->message = NULL;
}

static void
ws_close_now(struct ws *w)
{
	wheel_clear(&w->timer);
	forget_message(w);
	free(w->control);
	w->control = NULL;
	peer_close(w->house->peers, w->peer);
	w->house->kind->closed(w);
}

/*
 * Asks whether it still lives (5.5.2).  One whose connection takes nothing has
 * others to judge it.
 */
static void
ping(struct ws *w, int64_t now)
{
	unsigned char head[WS_HEAD_MAX];

	w->asked = !w->peer->full;
	if (w->asked)
		(void)peer_send_bytes(w->peer, head,
		    ws_head(head, WS_PING, 0));
	wheel_set(w->house->wheel, &w->timer, now +
	    (w->asked ? w->house->pong_ms : w->house->ping_ms));
}

static void
fire(struct timer *t, int64_t now)
{
	struct ws *w = (struct ws *)(void *)((char *)t -
	    offsetof(struct ws, timer));

	if (w->state != WS_OPEN || w->asked)
		ws_close_now(w);
	else
		ping(w, now);
}

/* Whatever it sends shows that it lives. */
static void
lives(struct ws *w)
{
	if (!w->asked)
		return;
	w->asked = false;
	if (w->state == WS_OPEN)
		wheel_set(w->house->wheel, &w->timer,
		    clock_mono_ms() + w->house->ping_ms);
}

void
ws_begin(struct ws *w)
{
	ws_in_init(&w->in);
	w->message = NULL;
	w->control = NULL;
	w->control_len = 0;
	w->state = WS_OPEN;
	w->paused = w->asked = w->farewell = false;
	w->timer = (struct timer){ .fire = fire };
	if (w->house->ping_ms > 0)
		wheel_set(w->house->wheel, &w->timer,
		    clock_mono_ms() + w->house->ping_ms);
}

enum status
ws_send(struct ws *w, enum ws_opcode opcode, const char *bytes, size_t len)
{
	unsigned char head[WS_HEAD_MAX];
	struct iovec piece[2] = {
		{ head, ws_head(head, opcode, len) },
		{ (void *)(uintptr_t)bytes, len },
	};

	if (w->state != WS_OPEN)
		return ST_CLOSED;
	return peer_send(w->peer, piece, len > 0 ? 2 : 1);
}

void
ws_end(struct ws *w, unsigned code, const char *reason)
{
	unsigned char frame[2 + WS_CONTROL_MAX];
	size_t len;

	if (w->state != WS_OPEN)
		return;
	len = code == WS_CODE_NONE ? ws_head(frame, WS_CLOSE, 0) :
	    ws_close(frame, code, reason);
	w->state = WS_CLOSING;
	forget_message(w);
	(void)peer_send_bytes(w->peer, frame, len);
	wheel_set(w->house->wheel, &w->timer, clock_mono_ms() + CLOSE_MS);
}

/* Both have said their last: the server hangs up first (7.1.1). */
static void
hang_up(struct ws *w)
{
	w->state = WS_ENDED;
	if (w->peer->kept == NULL)
		peer_shut(w->peer);
	wheel_set(w->house->wheel, &w->timer, clock_mono_ms() + CLOSE_MS);
}

static void
on_close(struct ws *w)
{
	unsigned fault, code;

	code = ws_close_code(w->control, w->control_len, &fault);
	if (w->state == WS_OPEN) {
		w->farewell = code == WS_CODE_NORMAL || code == WS_CODE_AWAY;
		ws_end(w, code != 0 ? code : fault, "");
	}
	hang_up(w);
}

/*
 * A pong goes out with the others of this turn.  Who does not read them gets
 * none: a newer ping is answered once he does (5.5.3).
 */
static void
on_ping(struct ws *w)
{
	unsigned char head[WS_HEAD_MAX];
	struct buf *pongs = &w->house->pongs;
	size_t n = ws_head(head, WS_PONG, w->control_len);

	if (w->state != WS_OPEN || w->peer->full ||
	    pongs->len + n + w->control_len > PONGS_MAX)
		return;
	buf_add(pongs, head, n);
	buf_add(pongs, w->control, w->control_len);
}

/* In the order in which they came, also among messages. */
static void
send_pongs(struct ws *w)
{
	struct buf *pongs = &w->house->pongs;

	if (pongs->len > 0 && w->state == WS_OPEN)
		(void)peer_send_bytes(w->peer, pongs->data, pongs->len);
	buf_reset(pongs);
}

static void
on_control(struct ws *w, enum ws_opcode opcode)
{
	if (opcode == WS_CLOSE) {
		send_pongs(w);
		on_close(w);
	} else if (opcode == WS_PING)
		on_ping(w);
	free(w->control);
	w->control = NULL;
	w->control_len = 0;
}

static enum status
add_data(struct ws *w, const struct ws_event *e)
{
	if (w->message == NULL) {
		w->message = malloc(sizeof(*w->message));
		if (w->message == NULL)
			return ST_NOMEM;
		buf_init(w->message, w->house->max_message);
	}
	buf_add(w->message, e->data, e->len);
	return buf_status(w->message);
}

static enum status
add_control(struct ws *w, const struct ws_event *e)
{
	if (w->control == NULL)
		w->control = malloc(WS_CONTROL_MAX);
	if (w->control == NULL)
		return ST_NOMEM;
	memcpy(w->control + w->control_len, e->data, e->len);
	w->control_len = (uint8_t)(w->control_len + e->len);
	return ST_OK;
}

static void
on_message(struct ws *w, enum ws_opcode opcode)
{
	struct buf *message = w->message;

	send_pongs(w);
	w->message = NULL;
	w->house->kind->message(w, opcode, message != NULL ? message->data : "",
	    message != NULL ? message->len : 0);
	if (message != NULL)
		buf_fini(message);
	free(message);
}

/*
 * What follows one that is too long has a meaning still, so its end is waited
 * for as in any other close: a browser that sends on would else find itself cut
 * off.
 */
static void
on_fail(struct ws *w, unsigned code)
{
	send_pongs(w);
	ws_end(w, code, "");
	if (code != WS_CODE_SIZE)
		hang_up(w);
}

static void
hear(struct ws *w, const struct ws_event *e)
{
	enum status st = ST_OK;

	switch (e->kind) {
	case WS_DATA:
		if (w->state == WS_OPEN)
			st = add_data(w, e);
		break;
	case WS_MESSAGE:
		if (w->state == WS_OPEN)
			on_message(w, e->opcode);
		break;
	case WS_CONTROL_DATA:
		st = add_control(w, e);
		break;
	case WS_CONTROL:
		on_control(w, e->opcode);
		break;
	case WS_FAIL:
		on_fail(w, e->code);
		break;
	case WS_MORE:
		break;
	}
	if (st)
		ws_end(w, WS_CODE_LATER, "no memory");
}

static void
take_bytes(struct ws *w, char *bytes, size_t n)
{
	struct ws_event e = { .kind = WS_DATA };
	size_t at = 0, max;

	while (e.kind != WS_MORE && w->state != WS_ENDED) {
		max = w->state == WS_OPEN ? w->house->max_message : SIZE_MAX;
		at += ws_in_step(&w->in, bytes + at, n - at, max, &e);
		hear(w, &e);
	}
	send_pongs(w);
}

/* Reads as long as what that leads to goes out as well. */
void
ws_look(struct ws *w)
{
	struct ws_house *h = w->house;
	enum status st = ST_OK;
	size_t got = 1;
	int reads;

	for (reads = 0; reads < READS_MAX && got > 0; reads++) {
		w->paused = w->peer->full && w->state == WS_OPEN;
		if (w->paused)
			return;
		st = peer_read(w->peer, h->input, WS_INPUT, &got);
		if (got > 0)
			lives(w);
		if (st == ST_OK && w->state != WS_ENDED)
			take_bytes(w, h->input, got);
	}
	if (st == ST_OK && got > 0)
		st = peer_again(h->peers, w->peer);
	if (st)
		ws_close_now(w);
}

void
ws_go_on(struct ws *w, struct opening_rest *rest)
{
	enum status st = peer_flush(w->peer);

	if (st == ST_OK && rest->early.len > 0)
		take_bytes(w, rest->early.data, rest->early.len);
	buf_fini(&rest->early);
	if (st)
		ws_close_now(w);
	else if (rest->more)
		ws_look(w);
}

void
ws_room(struct ws *w)
{
	if (w->state == WS_ENDED)
		peer_shut(w->peer);
	else if (w->paused)
		ws_look(w);
}

void
ws_gone(struct ws *w)
{
	ws_close_now(w);
}
