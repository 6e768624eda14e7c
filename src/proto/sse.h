#ifndef PROTO_SSE_H
#define PROTO_SSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Writes an event stream (HTML Living Standard, 9.2): each call appends one
 * block with the empty line that ends it, or, when the buffer fails, nothing.
 */

/* How long a client waits before it connects again; not below 0. */
void sse_retry(struct buf *b, int64_t ms);

/*
 * One event.  `name` and `id` may be NULL: an unnamed event is a "message", an
 * event without id leaves the client's last one as it was.  They hold no
 * control byte, else the buffer fails with ST_INVALID.  `data` is `len` bytes
 * of UTF-8, split over as many lines as CR, LF and CRLF cut it into; the
 * client sees each of these as LF.
 */
void sse_event(struct buf *b, const char *name, const char *id,
    const char *data, size_t len);

/* What no client shows: it keeps a silent connection alive. */
void sse_comment(struct buf *b, const char *text);

#endif
