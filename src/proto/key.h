#ifndef PROTO_KEY_H
#define PROTO_KEY_H

#include <stddef.h>

#include "base/status.h"

/* Bytes of a key with its NUL. */
#define KEY_SIZE	65

enum key_state {
	KEY_START = 0,
	KEY_BARE,
	KEY_QUOTED,
	KEY_AFTER,
	KEY_FAILED,
};

/*
 * Idempotency-Key: 1 to 64 of [A-Za-z0-9_-], as a structured-field string
 * (RFC 8941, 3.3.3: in quotes) or bare.  Nothing in that alphabet can be
 * escaped, so an escape is malformed; so are parameters, as none are defined.
 * Spaces around it are passed over (RFC 8941, 4.2).
 */
struct key {
	char		text[KEY_SIZE];
	/* the parser's own */
	enum key_state	state;
	size_t		len;
};

void key_init(struct key *k);
void key_feed(struct key *k, const char *bytes, size_t n);
/* ST_INVALID; the text then is "". */
enum status key_end(struct key *k);

/* All three for a whole header. */
enum status key_parse(const char *header, struct key *k);

#endif
