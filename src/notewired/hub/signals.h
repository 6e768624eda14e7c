#ifndef NOTEWIRED_HUB_SIGNALS_H
#define NOTEWIRED_HUB_SIGNALS_H

#include "notewired/hub/member.h"

/*
 * Passes a signal on, that may be: to one member of its board, or to all.  What
 * a member says of itself is remembered as long as it is there.  ST_NOTFOUND:
 * there is no such member; ST_LIMIT: too much waits for it; ST_NOMEM.
 */
enum status signals_play(struct hub *h, const struct signal *s);

#endif
