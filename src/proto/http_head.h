#ifndef PROTO_HTTP_HEAD_H
#define PROTO_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Bytes of a request's head, and lines of fields in it, at most. */
#define HTTP_HEAD_MAX	8192
#define HTTP_LINES_MAX	64

enum http_state {
	HTTP_METHOD = 0,
	HTTP_TARGET,
	HTTP_VERSION,
	HTTP_NAME_FIRST,	/* a field, or the end */
	HTTP_NAME,
	HTTP_VALUE_FIRST,	/* spaces before a value */
	HTTP_VALUE,
	HTTP_LF,		/* after CR: of a line … */
	HTTP_LAST_LF,		/* … or of the head */
	HTTP_DONE,
	HTTP_FAILED,
};

/* Where a field stands in `bytes`, both ended by NUL. */
struct http_field {
	uint16_t	name;
	uint16_t	value;
};

/*
 * The head of a request (RFC 9112, 2 to 5), read as strictly as the grammar:
 * nothing that two parsers might take for two things is taken at all, such as
 * a bare CR or LF, a folded line, or a space before the colon.
 */
struct http_head {
	const char		*method;
	const char		*target;
	bool			 http11;	/* or 1.0 */
	bool			 toolong;	/* why it failed; else: malformed */
	size_t			 lines;
	struct http_field	 line[HTTP_LINES_MAX];
	/* the parser's own */
	enum http_state		 state;
	size_t			 taken;		/* bytes so far … */
	size_t			 len;		/* … and kept, never more */
	size_t			 version;	/* where it begins */
	char			 bytes[HTTP_HEAD_MAX + 1];
};

void http_head_init(struct http_head *h);
/* Takes bytes up to the end of the head; how many it took. */
size_t http_head_feed(struct http_head *h, const char *bytes, size_t n);
/*
 * ST_OK: whole.  ST_BUSY: not yet; ST_TOOBIG, ST_INVALID.  Only after ST_OK do
 * the rest and the functions below mean anything.
 */
enum status http_head_end(const struct http_head *h);

/*
 * The value of the one field of that name (in any case); "" where there is
 * none.  ST_INVALID: there are several.
 */
enum status http_head_value(const struct http_head *h, const char *name,
    const char **value);
/*
 * Whether a list of tokens (RFC 9110, 5.6.1), over all fields of that name, has
 * that one, in any case.
 */
bool http_head_lists(const struct http_head *h, const char *name,
    const char *token);
/* The same, where tokens are what their letters are. */
bool http_head_lists_exactly(const struct http_head *h, const char *name,
    const char *token);

#endif
