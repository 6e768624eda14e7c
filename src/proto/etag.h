#ifndef PROTO_ETAG_H
#define PROTO_ETAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Tags in one header, and bytes of one's opaque text with its NUL. */
#define ETAG_TAGS	8
#define ETAG_SIZE	64

enum etag_state {
	ETAG_START = 0,
	ETAG_ITEM,
	ETAG_WEAK,
	ETAG_QUOTE,
	ETAG_TEXT,
	ETAG_AFTER,
	ETAG_STAR,
	ETAG_FAILED,
};

struct etag {
	char	text[ETAG_SIZE];	/* what stands between the quotes */
	bool	weak;
};

/*
 * If-Match and If-None-Match (RFC 9110, 13.1.1 and 13.1.2): "*", or a list of
 * entity tags (8.8.3).  Empty list elements are passed over (5.6.1.2), but a
 * header without any tag is malformed: it says nothing that could be met.
 */
struct etag_list {
	bool		star;
	size_t		count;
	struct etag	tag[ETAG_TAGS];
	/* the parser's own */
	enum etag_state	state;
	size_t		len;	/* of the last tag's text */
};

void etag_init(struct etag_list *l);
void etag_feed(struct etag_list *l, const char *bytes, size_t n);
/*
 * ST_INVALID: malformed, more than ETAG_TAGS, or one too long.  Then the list
 * matches nothing.
 */
enum status etag_end(struct etag_list *l);

/* All three for a whole header. */
enum status etag_parse(const char *header, struct etag_list *l);

/*
 * Whether the list names the current representation, whose own tag is strong.
 * "*" names any.  `weak_ok` compares weakly, as If-None-Match does; If-Match
 * compares strongly: a weak tag never matches (8.8.3.2).
 */
bool etag_match(const struct etag_list *l, const char *opaque, bool weak_ok);

#endif
