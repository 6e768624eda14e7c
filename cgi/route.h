#ifndef CGI_ROUTE_H
#define CGI_ROUTE_H

#include "exchange.h"
#include "service.h"

/*
 * Takes one request from its first byte to the last of its answer.  ST_CLOSED
 * or ST_TIMEOUT when the client did not stay for it.
 */
enum status route(struct service *s, struct exchange *x);

#endif
