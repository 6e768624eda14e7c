#ifndef TRANSFER_IMPORT_PRIV_H
#define TRANSFER_IMPORT_PRIV_H

#include "auth/digest.h"
#include "codec/json_split.h"
#include "transfer/import.h"

/* The member of a file that holds its content. */
#define IMPORT_DATA	"data"

/* A content that came, and what it says of itself. */
struct import_content {
	struct upload	*upload;	/* NULL: it was only looked at */
	int64_t		 size;
	const char	*type;
	unsigned char	 digest[DIGEST_SIZE];
};

/*
 * Walks the text; the sink's `arg` is the caller's, its piece function is
 * import_piece with the import in front.  A problem is named.
 */
enum status import_walk(struct import *im, struct json_split_sink *sink);
/* What a sink does with a piece of a content: keeps its place. */
void import_piece(struct import *im, const char *text, size_t n);

/*
 * Reads the content that came before the record at hand, and forgets it.
 * `u` NULL: only looks at it.  ST_INVALID: no base64, or not that size.
 */
enum status import_content(struct import *im, struct upload *u,
    struct import_content *out);

/* ST_INVALID with im->problem for whatever is wrong; nothing was changed. */
enum status import_check(struct import *im);
/* Counts what came of it. */
enum status import_apply(struct import *im);

/* The problem of having no room for files. */
enum status import_full(struct import *im);

#endif
