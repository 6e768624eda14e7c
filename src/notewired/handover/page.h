#ifndef NOTEWIRED_HANDOVER_PAGE_H
#define NOTEWIRED_HANDOVER_PAGE_H

#include <sys/uio.h>

#include "base/buf.h"
#include "base/cursor.h"

/*
 * What a long-poll is answered with: {"results":[…],"last_seq":…,"pending":N},
 * and "signals" before them where there are any: also of who is there.
 */

/*
 * The page of what stands, a line each, in the pieces, up to `limit` changes;
 * after all of them the reader would be at `at`.  `head` is the newest
 * change's seq.  How many lines were left out.
 */
int64_t page_rows(struct buf *b, const struct iovec *piece, int n, int64_t limit,
    const struct cursor *at, int64_t head);
/* A page without any; `reset` says why the cursor was not served, or NULL. */
void page_empty(struct buf *b, const char *reset, const struct cursor *at);

#endif
