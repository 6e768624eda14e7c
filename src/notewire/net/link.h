#ifndef NOTEWIRE_NET_LINK_H
#define NOTEWIRE_NET_LINK_H

#include <stdbool.h>

#include "auth/token.h"
#include "base/buf.h"
#include "base/status.h"

#define LINK_BASE_MAX	2000

/* What people share, "https://host/notewire/#w.<token>", taken apart. */
struct link_parts {
	char	base[LINK_BASE_MAX + 1];	/* of the app, with its last "/" */
	char	token[TOKEN_SIZE];
};

/* Whether the text is the address of something, good or not. */
bool link_is_address(const char *text);
/* ST_INVALID: no http or https address with a link's token behind "#". */
enum status link_read(const char *text, struct link_parts *out);

#endif
