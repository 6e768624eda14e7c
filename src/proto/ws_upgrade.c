#include "proto/ws_upgrade.h"

#include <string.h>

#include "proto/chars.h"

/* Sixteen bytes in base64 (RFC 4648, 4), no bits left over. */
static bool
is_key(const char *key)
{
	size_t i;

	if (strlen(key) != WS_KEY_LEN || strcmp(key + 22, "==") != 0)
		return false;
	for (i = 0; i < 22; i++)
		if (!chars_is_alnum((unsigned char)key[i]) && key[i] != '+' &&
		    key[i] != '/')
			return false;
	return strchr("AQgw", key[21]) != NULL;
}

/* An upgrade has no body. */
static bool
has_body(const struct http_head *h)
{
	const char *length, *coding;

	return http_head_value(h, "content-length", &length) ||
	    http_head_value(h, "transfer-encoding", &coding) ||
	    (length[0] != '\0' && strcmp(length, "0") != 0) ||
	    coding[0] != '\0';
}

enum ws_refusal
ws_upgrade_check(const struct http_head *h, const char **key)
{
	const char *host, *version, *value;

	*key = "";
	if (http_head_value(h, "host", &host) || host[0] == '\0' ||
	    has_body(h))
		return WS_MALFORMED;
	if (!http_head_lists(h, "upgrade", "websocket"))
		return WS_NO_UPGRADE;
	if (!http_head_lists(h, "connection", "upgrade") || !h->http11 ||
	    strcmp(h->method, "GET") != 0 ||
	    http_head_value(h, "sec-websocket-version", &version))
		return WS_MALFORMED;
	if (strcmp(version, "13") != 0)
		return WS_WRONG_VERSION;
	if (http_head_value(h, "sec-websocket-key", &value) || !is_key(value))
		return WS_MALFORMED;
	*key = value;
	return WS_ACCEPTED;
}

bool
ws_upgrade_offers(const struct http_head *h, const char *protocol)
{
	return http_head_lists_exactly(h, "sec-websocket-protocol", protocol);
}

void
ws_upgrade_accept(struct buf *b, const char *accept, const char *protocol)
{
	buf_addf(b, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n", accept);
	if (protocol != NULL)
		buf_addf(b, "Sec-WebSocket-Protocol: %s\r\n", protocol);
	buf_adds(b, "\r\n");
}

struct refusal {
	const char	*status;
	const char	*fields;
	const char	*connection;
	const char	*text;
};

/* What is asked for in vain names what would have been right (RFC 9110, 15.5.22). */
static const struct refusal *
refusal_of(enum ws_refusal why)
{
	static const struct refusal upgrade = {
		"426 Upgrade Required",
		"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
		"Upgrade, close",
		"Only WebSockets are here, version 13 of the protocol.\n",
	};
	static const struct refusal malformed = {
		"400 Bad Request", "", "close",
		"This is no WebSocket handshake.\n",
	};
	static const struct refusal too_long = {
		"431 Request Header Fields Too Large", "", "close",
		"The head of this request is too long.\n",
	};

	static const struct refusal too_slow = {
		"408 Request Timeout", "", "close",
		"The head of this request came too slowly.\n",
	};

	switch (why) {
	case WS_TOO_SLOW:
		return &too_slow;
	case WS_NO_UPGRADE:
	case WS_WRONG_VERSION:
		return &upgrade;
	case WS_TOO_LONG:
		return &too_long;
	case WS_ACCEPTED:
	case WS_MALFORMED:
		break;
	}
	return &malformed;
}

void
ws_upgrade_refuse(struct buf *b, enum ws_refusal why)
{
	const struct refusal *r = refusal_of(why);

	buf_addf(b, "HTTP/1.1 %s\r\n%sConnection: %s\r\n"
	    "Content-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s",
	    r->status, r->fields, r->connection, strlen(r->text), r->text);
}
