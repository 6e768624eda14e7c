#include "notewire/net/websocket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "auth/digest.h"
#include "codec/base64.h"
#include "proto/ws_upgrade.h"

#define HEAD_MAX	((size_t)8 << 10)
#define MESSAGE_MAX	((size_t)64 << 20)
#define ANSWER_MS	10000

static enum status
put_random(struct buf *b, size_t n)
{
	unsigned char bytes[16];

	if (getrandom(bytes, n, 0) != (ssize_t)n)
		return ST_IO;
	base64_put(b, bytes, n);
	return buf_status(b);
}

/* What the answer must hold for that key (RFC 6455, 4.1). */
static enum status
make_accept(const char *key, struct buf *out)
{
	unsigned char digest[DIGEST_SHA1_SIZE];
	char text[WS_KEY_LEN + sizeof(WS_GUID)];
	enum status st;

	(void)snprintf(text, sizeof(text), "%s" WS_GUID, key);
	st = digest_sha1(text, strlen(text), digest);
	base64_put(out, digest, sizeof(digest));
	return st ? st : buf_status(out);
}

/* "https://host:8443/path" is "host:8443" and "/path". */
static void
put_request(struct buf *b, const char *url, const char *const *lines,
    const char *key)
{
	const char *host = strstr(url, "://") + 3;
	size_t n = strcspn(host, "/");

	buf_addf(b, "GET %s HTTP/1.1\r\nHost: %.*s\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Protocol: " WEBSOCKET_PROTOCOL "\r\n",
	    host[n] ? host + n : "/", (int)n, host, key);
	for (; *lines != NULL; lines++)
		buf_addf(b, "%s\r\n", *lines);
	buf_adds(b, "\r\n");
}

/* The value of a header in an answer's head, up to the end of its line. */
static bool
header_is(const char *head, const char *name, const char *value)
{
	const char *line = head;
	size_t n = strlen(name), len = strlen(value);

	while ((line = strstr(line, "\r\n")) != NULL) {
		line += 2;
		if (strncasecmp(line, name, n) != 0 || line[n] != ':')
			continue;
		line += n + 1;
		line += strspn(line, " \t");
		return strncasecmp(line, value, len) == 0 &&
		    strspn(line + len, " \t") == strcspn(line + len, "\r");
	}
	return false;
}

/* Reads the head; what came behind it belongs to the frames. */
static enum status
read_head(struct websocket *w, struct buf *head)
{
	enum status st = ST_OK;
	char *end = NULL;

	while (st == ST_OK && end == NULL) {
		st = http_recv(w->http, w->piece, sizeof(w->piece), ANSWER_MS,
		    &w->have);
		buf_add(head, w->piece, w->have);
		if (st == ST_OK)
			st = buf_status(head) ? ST_INVALID : ST_OK;
		end = strstr(head->data, "\r\n\r\n");
	}
	if (st)
		return st;
	w->at = w->have - (head->len - (size_t)(end + 4 - head->data));
	buf_truncate(head, (size_t)(end + 2 - head->data));
	return ST_OK;
}

static enum status
check_head(struct websocket *w, const char *head, const char *key)
{
	struct buf accept;
	enum status st;
	int status;

	if (sscanf(head, "HTTP/1.%*1d %3d", &status) != 1)
		return ST_INVALID;
	if (status != 101) {
		w->refused = status;
		return ST_DENIED;
	}
	buf_init(&accept, 64);
	st = make_accept(key, &accept);
	if (st == ST_OK && (!header_is(head, "Sec-WebSocket-Accept",
	    accept.data) || !header_is(head, "Upgrade", "websocket") ||
	    !header_is(head, "Sec-WebSocket-Protocol", WEBSOCKET_PROTOCOL)))
		st = ST_INVALID;
	buf_fini(&accept);
	return st;
}

enum status
websocket_open(struct websocket *w, struct http *http, const char *url,
    const char *token)
{
	char bearer[256];
	const char *const lines[] = { bearer, NULL };

	(void)snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s",
	    token);
	return websocket_open_as(w, http, url, lines);
}

enum status
websocket_open_as(struct websocket *w, struct http *http, const char *url,
    const char *const *lines)
{
	struct buf key, text;
	enum status st;

	memset(w, 0, sizeof(*w));
	w->http = http;
	ws_in_init_client(&w->in);
	buf_init(&w->message, MESSAGE_MAX);
	buf_init(&w->control, WS_CONTROL_MAX);
	buf_init(&key, WS_KEY_LEN);
	/* frames may come in the same piece as the end of the head */
	buf_init(&text, HEAD_MAX + WEBSOCKET_PIECE);
	st = http_connect(http, url);
	if (st == ST_OK)
		st = put_random(&key, 16);
	put_request(&text, url, lines, key.data);
	if (st == ST_OK)
		st = buf_status(&text);
	if (st == ST_OK)
		st = http_send(http, text.data, text.len);
	buf_reset(&text);
	if (st == ST_OK)
		st = read_head(w, &text);
	if (st == ST_OK)
		st = check_head(w, text.data, key.data);
	buf_fini(&key);
	buf_fini(&text);
	return st;
}

void
websocket_fini(struct websocket *w)
{
	buf_fini(&w->message);
	buf_fini(&w->control);
}

/* Sends a frame, whose payload it masks in place. */
static enum status
put_frame(struct websocket *w, enum ws_opcode opcode, struct buf *payload)
{
	unsigned char head[WS_MASKED_HEAD_MAX], mask[4];
	size_t n;
	enum status st;

	if (getrandom(mask, sizeof(mask), 0) != (ssize_t)sizeof(mask))
		return ST_IO;
	n = ws_masked_head(head, opcode, payload->data, payload->len, mask);
	st = http_send(w->http, head, n);
	return st ? st : http_send(w->http, payload->data, payload->len);
}

enum status
websocket_say(struct websocket *w, const char *text)
{
	struct buf payload;
	enum status st;

	buf_init(&payload, MESSAGE_MAX);
	buf_adds(&payload, text);
	st = buf_status(&payload);
	if (st == ST_OK)
		st = put_frame(w, WS_TEXT, &payload);
	buf_fini(&payload);
	return st;
}

static enum status
take_control(struct websocket *w, enum ws_opcode opcode)
{
	unsigned fault;
	enum status st = ST_OK;

	if (opcode == WS_PING)
		st = put_frame(w, WS_PONG, &w->control);
	else if (opcode == WS_CLOSE) {
		w->code = ws_close_code(w->control.data, w->control.len,
		    &fault);
		if (w->control.len > 2)
			(void)snprintf(w->reason, sizeof(w->reason), "%s",
			    w->control.data + 2);
		(void)put_frame(w, WS_CLOSE, &w->control);
		st = ST_CLOSED;
	}
	buf_reset(&w->control);
	return st;
}

/* Goes on in what has come; `*whole` where a message is. */
static enum status
step(struct websocket *w, bool *whole)
{
	struct ws_event e;

	w->at += ws_in_step(&w->in, w->piece + w->at, w->have - w->at,
	    MESSAGE_MAX, &e);
	switch (e.kind) {
	case WS_DATA:
		if (e.opcode != WS_TEXT)
			return ST_INVALID;
		buf_add(&w->message, e.data, e.len);
		return buf_status(&w->message);
	case WS_CONTROL_DATA:
		buf_add(&w->control, e.data, e.len);
		return buf_status(&w->control);
	case WS_CONTROL:
		return take_control(w, e.opcode);
	case WS_MESSAGE:
		*whole = true;
		return ST_OK;
	case WS_FAIL:
		return ST_INVALID;
	case WS_MORE:
		break;
	}
	return ST_TIMEOUT;		/* all was taken */
}

enum status
websocket_next(struct websocket *w, int timeout_ms,
    const struct buf **message)
{
	enum status st = ST_OK;
	bool whole = false;

	*message = &w->message;
	buf_reset(&w->message);
	while (st == ST_OK && !whole) {
		st = step(w, &whole);
		if (st != ST_TIMEOUT)
			continue;
		w->at = 0;
		st = http_recv(w->http, w->piece, sizeof(w->piece), timeout_ms,
		    &w->have);
	}
	return st;
}
