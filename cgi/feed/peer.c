#include "feed/peer.h"

#include <stdio.h>

#include "auth/token.h"

enum status
peer_id(struct call *c, const char *secret, char out[ID_SIZE])
{
	char purpose[sizeof("peer ") + ID_SIZE];

	if (!str_is_id(secret))
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "peer: %d of A-Z, a-z, 0-9, - and _, at random", ID_LEN);
	/* on another board it is another one */
	(void)snprintf(purpose, sizeof(purpose), "peer %.22s", PATH_BOARD(c));
	return token_derive(purpose, secret, out);
}
