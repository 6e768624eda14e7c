#ifndef PROTO_COOKIE_H
#define PROTO_COOKIE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Bytes of a value with its NUL. */
#define COOKIE_SIZE	129

enum cookie_state {
	COOKIE_BEFORE = 0,
	COOKIE_NAME,
	COOKIE_VALUE,
	COOKIE_AFTER,
	COOKIE_OTHER,
	COOKIE_FAILED,
};

/*
 * Finds one cookie in a Cookie header (RFC 6265, 4.2.1).  The header is shared
 * with everything else on the host, so other cookies may look as they like;
 * ";" ends one in any case.  Names are compared exactly.  The value that is
 * asked for is strict: cookie-octets (4.1.1) without quotes, or it is refused.
 */
struct cookie {
	char			 value[COOKIE_SIZE];
	/* the parser's own */
	const char		*name;
	enum cookie_state	 state;
	bool			 found;
	bool			 same;	/* so far the name is the one asked for */
	size_t			 len;	/* of the name, then of the value */
};

/* `name` must outlive the parser. */
void cookie_init(struct cookie *k, const char *name);
void cookie_feed(struct cookie *k, const char *bytes, size_t n);
/*
 * ST_NOTFOUND.  ST_INVALID: a control byte but tab anywhere, the name twice
 * (one of them is somebody else's, and nothing says which), or a value that is
 * malformed or too long.  After both the value is "".
 */
enum status cookie_end(struct cookie *k);

/* All three for a whole header. */
enum status cookie_parse(const char *header, const char *name,
    struct cookie *k);

#endif
