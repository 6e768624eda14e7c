#ifndef CODEC_BASE64_H
#define CODEC_BASE64_H

#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * Base64 with padding, in one line (RFC 4648, 4).  Reading is strict: no other
 * character, no missing padding, no bits left over.
 */

/* Appends the text of `n` bytes; only a last piece may be no multiple of 3. */
void base64_put(struct buf *b, const void *bytes, size_t n);

struct base64 {
	unsigned	bits;
	unsigned	have;		/* characters of the group, with padding */
	unsigned	padding;
	enum status	st;		/* sticks */
};

void base64_init(struct base64 *d);
/* Appends what the next characters stand for.  ST_INVALID, or the buffer's. */
enum status base64_feed(struct base64 *d, const char *text, size_t n,
    struct buf *out);
/* The text is over: ST_INVALID also where a group is not whole. */
enum status base64_end(struct base64 *d);

#endif
