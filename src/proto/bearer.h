#ifndef PROTO_BEARER_H
#define PROTO_BEARER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Bytes of a token with its NUL. */
#define BEARER_SIZE	129

enum bearer_state {
	BEARER_SCHEME = 0,
	BEARER_SPACE,
	BEARER_TOKEN,
	BEARER_PAD,
	BEARER_OTHER,
	BEARER_FAILED,
};

/*
 * "Authorization: Bearer <token68>" (RFC 6750, 2.1; RFC 9110, 11.4).  The
 * scheme's name is matched in any case.
 */
struct bearer {
	char			token[BEARER_SIZE];
	/* the parser's own */
	enum bearer_state	state;
	bool			same;	/* so far the scheme is this one */
	size_t			len;	/* of the scheme, then of the token */
};

void bearer_init(struct bearer *b);
void bearer_feed(struct bearer *b, const char *bytes, size_t n);
/*
 * ST_NOTFOUND: another scheme, or an empty header.  ST_INVALID: no scheme at
 * all, no token, one that is malformed or too long.  The token then is "".
 */
enum status bearer_end(struct bearer *b);

/* All three for a whole header. */
enum status bearer_parse(const char *header, struct bearer *b);

#endif
