#ifndef NOTEWIRED_SOCKET_UPLINK_H
#define NOTEWIRED_SOCKET_UPLINK_H

#include "notewired/socket/websock.h"

/*
 * What a WebSocket says.  Each text message is one operation, an element of the
 * `ops` that POST …/ops takes; they are played there with the socket's own
 * credential, in order, all that wait as one batch.  Each is answered, in order
 * too: by an entry of {"event":"results","data":{"results":[…],…}}, which has
 * its key, or by {"event":"problem","data":PROBLEM}, which counts for one.
 */

/* Takes a message; what is wrong with it is said when its turn comes. */
void uplink_take(struct websock *s, const char *bytes, size_t len);
/* Forgets what waits; what is being played is played.  Accepts NULL. */
void uplink_free(struct uplink *u);

#endif
