#ifndef PROTO_HTMLFILE_H
#define PROTO_HTMLFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Writes a forever frame: an HTML document without end, in an iframe of the
 * page that wants to know.  Each batch is a script that takes itself out of
 * the document and calls parent.notewire([VALUE,…]).  No script runs but with
 * the nonce that the document's policy names (Content Security Policy 3).
 */

/* Browsers look at so much of a document before they show any of it. */
#define HTMLFILE_PRELUDE	1024
/* A frame keeps what it was sent, so it ends past so many bytes. */
#define HTMLFILE_FULL		((size_t)128 << 10)

struct htmlfile {
	const char	*nonce;
	bool		 in_batch;
};

/*
 * `nonce` is new for each document, not to be guessed, of [A-Za-z0-9_-], else
 * the buffer will fail with ST_INVALID; it must outlive the encoder.
 */
void htmlfile_init(struct htmlfile *h, const char *nonce);

/* The value of the header Content-Security-Policy that goes with it. */
void htmlfile_policy(const struct htmlfile *h, struct buf *b);
/* The document's first bytes, more than HTMLFILE_PRELUDE. */
void htmlfile_begin(struct buf *b);
/*
 * One value of the batch, which it begins where none is: a JSON text (RFC
 * 8259) without a member named "__proto__", of which a script makes something
 * else.  When the buffer fails, nothing is appended.
 */
void htmlfile_put(struct htmlfile *h, struct buf *b, const char *json,
    size_t len);
/*
 * The same in parts, for values that many documents share: the batch begins,
 * escaped values follow with commas between them, and it ends.  In JSON what
 * is escaped stands only within strings, so it means the same there.
 */
void htmlfile_begin_batch(struct htmlfile *h, struct buf *b);
void htmlfile_escape(struct buf *b, const char *json, size_t len);
/* Ends the batch, if there is one: from here on the browser sees it. */
void htmlfile_end_batch(struct htmlfile *h, struct buf *b);

#endif
