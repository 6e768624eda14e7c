#ifndef PROTO_ACCEPT_H
#define PROTO_ACCEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "proto/media_type.h"

/*
 * Whether an Accept header (RFC 9110, 12.5.1) names one media type itself,
 * not by a range such as "text/" followed by "*", with a weight above 0.  It is
 * for a type that a client must ask for; parameters but "q" do not matter, and
 * of several mentions one with a weight suffices.
 */
struct accept {
	const char		*type;
	bool			 named;
	unsigned		 weight;	/* thousandths, the best of them */
	bool			 failed;
	bool			 begun;	/* the element has a byte */
	struct media_type	 element;
};

/* `type`, "type/subtype" in lower case, must outlive the parser. */
void accept_init(struct accept *a, const char *type);
void accept_feed(struct accept *a, const char *bytes, size_t n);
/* ST_NOTFOUND: not named; ST_INVALID: malformed anywhere. */
enum status accept_end(struct accept *a);

/* All three for a whole header; malformed is not named. */
bool accept_names(const char *header, const char *type);
/*
 * The weight at which a whole header names the type itself, in thousandths; 0
 * where it does not.  Of two types the client prefers the one with more.
 */
unsigned accept_weight(const char *header, const char *type);

#endif
