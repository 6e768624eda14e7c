#ifndef NOTEWIRED_SOCKET_UPSIGNAL_H
#define NOTEWIRED_SOCKET_UPSIGNAL_H

#include "notewired/socket/websock.h"

/*
 * What a WebSocket tells the others on its board: a text message that is an
 * object with "event" (codec/signal.h), or bytes (form.h).  It is passed on as
 * from the peer that opened the socket.  Only what is wrong with it is answered,
 * by {"event":"signal-problem","data":PROBLEM}.  {"event":"ping"} is answered
 * by a heartbeat, so that a page learns whether the way is still there.
 */

/* Takes the message; false: it is something else. */
bool upsignal_take(struct websock *s, enum ws_opcode opcode,
    const char *bytes, size_t len);

#endif
