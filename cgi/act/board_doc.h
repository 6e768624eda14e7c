#ifndef CGI_ACT_BOARD_DOC_H
#define CGI_ACT_BOARD_DOC_H

#include "call/call.h"

/* Bytes. */
#define BOARD_SETTINGS_MAX	4096
#define BOARD_TITLE_MAX		200

/* A board's fields from a client; strings belong to the JSON. */
struct board_doc {
	const char	*id;		/* NULL: not given */
	const char	*title;		/* NULL: not given */
	struct buf	 settings;	/* empty: not given */
};

/*
 * Reads the body: {"id"?,"title"?,"settings"?}; an empty one is fine where
 * `need` says so.  The caller calls board_doc_fini, and json_free on `*json`,
 * in any case.  A problem is named.
 */
enum status board_doc_read(struct call *c, enum body_need need,
    struct board_doc *d, struct cJSON **json);
void board_doc_fini(struct board_doc *d);

#endif
