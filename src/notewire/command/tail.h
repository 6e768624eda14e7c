#ifndef NOTEWIRE_COMMAND_TAIL_H
#define NOTEWIRE_COMMAND_TAIL_H

#include <stdbool.h>

#include "notewire/cli/cli.h"
#include "notewire/net/feed_read.h"
#include "notewire/net/link.h"

/* How a board is followed. */
struct tail_wish {
	const char		*since;		/* a cursor, "0" or "now" */
	bool			 once;		/* only what is there */
	enum feed_kind		 feed;		/* through a site */
	struct link_parts	 link;
};

/* Through the site that the link names, as a browser would. */
int tail_site(struct cli *c, const struct tail_wish *w);

#endif
