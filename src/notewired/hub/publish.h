#ifndef NOTEWIRED_HUB_PUBLISH_H
#define NOTEWIRED_HUB_PUBLISH_H

#include "notewired/hub/hub.h"

/*
 * Takes an answer of the follower's, or its news, to those whom it concerns.
 * The letter is freed.
 */
void publish(struct hub *h, struct letter *l);

/* Appends something in that form. */
typedef void publish_print(enum form form, struct buf *out, const void *arg);
/* Takes what no log keeps to all readers of the board that hear signals. */
void publish_event(struct hub *h, struct watched *b, publish_print *print,
    const void *arg);

#endif
