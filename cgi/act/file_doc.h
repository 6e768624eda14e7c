#ifndef CGI_ACT_FILE_DOC_H
#define CGI_ACT_FILE_DOC_H

#include "auth/digest.h"
#include "call/call.h"
#include "proto/etag.h"

/* Bytes of a file's name with its NUL. */
#define FILE_NAME_SIZE	256

/* A file as it was shown, kept. */
struct file_doc {
	char	name[FILE_NAME_SIZE];
	char	type[64];
	char	tag[ETAG_SIZE];		/* its entity tag: strong, of the content */
	int64_t	size;
	struct buf *json;		/* where it is printed too, or NULL */
};

/* For store_file; `arg` is a struct file_doc. */
void file_doc_fill(void *arg, const struct file *f);

/*
 * The body of an upload and what it says of itself, whatever its sender says:
 * read in pieces and handed on.
 */
struct file_body {
	struct upload	*upload;
	int64_t		 size;
	const char	*type;
	unsigned char	 digest[DIGEST_SIZE];
};

/* Reads it to its end; b->upload is open.  A problem is named. */
enum status file_body_read(struct call *c, struct file_body *b);

#endif
