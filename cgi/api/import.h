#ifndef CGI_API_IMPORT_H
#define CGI_API_IMPORT_H

#include "act/file_doc.h"
#include "api/spool.h"
#include "call/call.h"
#include "codec/json_split.h"
#include "codec/transfer.h"

/*
 * A board on its way in.  Its text is spooled, then walked twice: the first
 * time everything is checked, so that a fault changes nothing; the second time
 * it is applied.  One that was cut short can be repeated: what is there is
 * skipped.
 */
struct import_count {
	int64_t	created;
	int64_t	skipped;
};

struct import {
	struct call		*c;
	struct spool		 text;
	struct transfer_rules	 rules;
	struct import_count	 notes;
	struct import_count	 files;

	/* while it is walked */
	const char		*chunk;		/* at hand … */
	int64_t			 chunk_at;	/* … and its place in the text */
	int64_t			 data_at;	/* the content of the next file */
	int64_t			 data_len;
};

/* The member of a file that holds its content. */
#define IMPORT_DATA	"data"

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
    struct file_body *out);

/* ST_INVALID with c->problem for whatever is wrong; nothing was changed. */
enum status import_check(struct import *im);
/* Counts what came of it. */
enum status import_apply(struct import *im);

/* The problem of having no room for files. */
enum status import_full(struct import *im);

#endif
