#ifndef CGI_FEED_PEER_H
#define CGI_FEED_PEER_H

#include "call/call.h"

/*
 * The id by which the others on a board know the peer that has this secret.
 * The secret is an id of the client's own making, and never told to anybody:
 * so who hears of a peer cannot speak or listen in its name.
 */

/* For the board of the path.  ST_INVALID with c->problem: that is no id. */
enum status peer_id(struct call *c, const char *secret, char out[ID_SIZE]);

#endif
