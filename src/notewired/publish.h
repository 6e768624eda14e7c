#ifndef NOTEWIRED_PUBLISH_H
#define NOTEWIRED_PUBLISH_H

#include "notewired/hub.h"

/*
 * Takes an answer of the follower's, or its news, to those whom it concerns.
 * The letter is freed.
 */
void publish(struct hub *h, struct letter *l);

#endif
