#ifndef NOTEWIRED_HANDOVER_HELD_H
#define NOTEWIRED_HANDOVER_HELD_H

#include "notewired/hub/holder.h"

/*
 * A response that the responder began and handed over: the web server's
 * FastCGI connection, or a CGI run's standard output, whose other ends belong
 * to the web server.
 */
struct held;

/*
 * Takes the connection, but writes nothing yet: the responder has still to let
 * go.  ST_LIMIT, ST_BUSY: no room; ST_INVALID: not a connection; ST_NOMEM.  On
 * failure the descriptor is still the caller's.
 */
enum status held_new(struct holder *ho, const struct handover *m, int fd,
    struct held **out);
/* The responder has let go. */
void held_begin(struct held *h);
/* The responder has kept it: lets go without a trace. */
void held_drop(struct held *h);

#endif
