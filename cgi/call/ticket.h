#ifndef CGI_CALL_TICKET_H
#define CGI_CALL_TICKET_H

#include "call/access.h"
#include "call/call.h"

/*
 * A ticket: a credential for one feed, in the query, for a client that can
 * send neither a header nor a cookie.
 */

/*
 * Reads `?ticket=` into a claim that holds nothing else.  ST_INVALID with
 * c->problem: a ticket beside another credential, which would leave open whose
 * request it is.
 */
enum status ticket_read(struct call *c, struct claim *claim);

/*
 * Uses up the ticket of the claim for the board of the path; `*by_link` claims
 * the link that it stood for, whose end is the end of what is held by it.
 * ST_NOTFOUND: somebody was faster, or its time is over.
 */
enum status ticket_use(struct call *c, const struct claim *claim,
    struct claim *by_link);

#endif
