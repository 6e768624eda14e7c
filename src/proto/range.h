#ifndef PROTO_RANGE_H
#define PROTO_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum range_state {
	RANGE_UNIT = 0,
	RANGE_ITEM,
	RANGE_FIRST,
	RANGE_LAST,
	RANGE_SUFFIX,
	RANGE_AFTER,
	RANGE_FAILED,
};

/*
 * Range (RFC 9110, 14.2): "bytes=", then a list of `first-last`, `first-` and
 * `-suffix` (14.1.2); empty list elements are passed over.  Of a list only the
 * number is kept: several ranges are answered with the whole.  A number beyond
 * INT64_MAX stands for that.
 */
struct range {
	unsigned		count;	/* stays at 2 for more */
	bool			suffix;	/* `last` counts from the end */
	int64_t			first;
	int64_t			last;	/* INT64_MAX where it is open */
	/* the parser's own */
	enum range_state	state;
	size_t			len;	/* of the unit, or digits of a number */
	int64_t			number;
	int64_t			from;	/* the element's first */
};

void range_init(struct range *r);
void range_feed(struct range *r, const char *bytes, size_t n);
/*
 * ST_INVALID: another unit, malformed, or a last before its first; then the
 * count is 0.  Such a header is to be ignored (14.2).
 */
enum status range_end(struct range *r);

/* All three for a whole header. */
enum status range_parse(const char *header, struct range *r);

/* What a range is of something of `size` bytes. */
enum range_part {
	RANGE_WHOLE,	/* none, several, or what cannot be said as a part */
	RANGE_PART,	/* *from … *to, both included */
	RANGE_NOTHING,	/* it begins past the end: 416 (15.5.17) */
};

/* Without RANGE_PART `*from` and `*to` are those of the whole. */
enum range_part range_of(const struct range *r, int64_t size, int64_t *from,
    int64_t *to);

#endif
