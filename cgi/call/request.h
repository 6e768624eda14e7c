#ifndef CGI_CALL_REQUEST_H
#define CGI_CALL_REQUEST_H

#include <stdbool.h>

#include "base/problem.h"
#include "call/exchange.h"
#include "config/config.h"
#include "proto/etag.h"
#include "proto/key.h"
#include "proto/path.h"

enum method {
	METHOD_GET = 0,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE,
	METHOD_OTHER,
};

/*
 * What a request says, checked: everything a handler needs but its query and
 * its body.  Strings belong to the exchange.
 */
struct request {
	enum method	 method;
	struct path	 path;
	const char	*query;
	const char	*host;
	const char	*address;	/* of the client */
	bool		 https;
	bool		 socket;	/* the daemon asks, for a WebSocket */
	char		 media_type[64];	/* "" for none */
	bool		 other_charset;	/* of a text: not UTF-8 */
	struct etag_list if_match;
	struct etag_list if_none_match;
	struct key	 key;		/* Idempotency-Key; its text "" for none */
};

/* ST_INVALID with `*why`. */
enum status request_read(const struct exchange *x, const struct config *config,
    struct request *r, struct problem *why);

/* Whether the method promises to change nothing (RFC 9110, 9.2.1). */
bool method_is_safe(enum method m);
/* "GET"; "" for METHOD_OTHER.  Static. */
const char *method_name(enum method m);

#endif
