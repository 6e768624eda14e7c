#ifndef PROTO_WS_UPGRADE_H
#define PROTO_WS_UPGRADE_H

#include <stdbool.h>

#include "base/buf.h"
#include "proto/http_head.h"

/* The opening handshake of the WebSocket protocol (RFC 6455, 4), server's side. */

/* What follows the client's key in what is hashed (1.3). */
#define WS_GUID		"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
/* Characters of a key: 16 bytes in base64. */
#define WS_KEY_LEN	24

/* What is wrong with a request that was to be an upgrade. */
enum ws_refusal {
	WS_ACCEPTED = 0,
	WS_NO_UPGRADE,		/* an ordinary request: 426 */
	WS_WRONG_VERSION,	/* another version of the protocol: 426 */
	WS_MALFORMED,		/* 400 */
	WS_TOO_LONG,		/* a head past its limits: 431 */
	WS_TOO_SLOW,		/* its time is over: 408 */
};

/*
 * Whether the request is a proper upgrade (4.2.1); `*key` is its
 * Sec-WebSocket-Key, of WS_KEY_LEN, and points into the head; else "".
 */
enum ws_refusal ws_upgrade_check(const struct http_head *h, const char **key);

/*
 * Whether the client offers that subprotocol (1.9): letters count as they are,
 * since it drops a connection whose answer names none of its own.
 */
bool ws_upgrade_offers(const struct http_head *h, const char *protocol);

/* Appends 101; `accept` is made of the key, `protocol` is NULL for none. */
void ws_upgrade_accept(struct buf *b, const char *accept,
    const char *protocol);
/* Appends a whole answer that says why not. */
void ws_upgrade_refuse(struct buf *b, enum ws_refusal why);

#endif
