#ifndef PROTO_PATH_H
#define PROTO_PATH_H

#include <stddef.h>

#include "base/status.h"

/* Segments of a path, and bytes of one with its NUL. */
#define PATH_SEGS	8
#define PATH_SEG_SIZE	65

enum path_state {
	PATH_START = 0,
	PATH_SLASH,
	PATH_SEG,
	PATH_FAILED,
};

/*
 * PATH_INFO, as the web server has decoded it (RFC 3875, 4.1.5), cut into
 * segments: "/boards/ID/notes/ID".  "" and "/" have none; otherwise each
 * segment is 1 to 64 of [A-Za-z0-9_-] after one slash, and no slash ends the
 * path, so that every resource has one path only.
 */
struct path {
	size_t		count;
	char		seg[PATH_SEGS][PATH_SEG_SIZE];
	/* the parser's own */
	enum path_state	state;
	size_t		len;	/* of the last segment */
};

void path_init(struct path *p);
void path_feed(struct path *p, const char *bytes, size_t n);
/* ST_INVALID for anything else; then there are no segments. */
enum status path_end(struct path *p);

/* All three for a whole string. */
enum status path_parse(const char *text, struct path *p);

#endif
