#ifndef CGI_ROUTE_H
#define CGI_ROUTE_H

#include "call/chore.h"
#include "call/exchange.h"
#include "call/service.h"

/*
 * Takes one request from its first byte to the last of its answer, and says
 * what it left to be done.  ST_CLOSED or ST_TIMEOUT when the client did not
 * stay for it.
 */
enum status route(struct service *s, struct exchange *x, struct chore *left);

#endif
