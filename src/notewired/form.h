#ifndef NOTEWIRED_FORM_H
#define NOTEWIRED_FORM_H

#include "base/buf.h"
#include "codec/notice.h"

/*
 * What a change looks like to those who read it in one way: the frame that all
 * of them share.
 */
enum form {
	FORM_EVENTS = 0,	/* an event stream's block */
	FORM_LINES,		/* a line of JSON */
	FORM_SCRIPTS,		/* a value of a forever frame's batch, after a
				   comma */
	FORM_MESSAGES,		/* a WebSocket's frame, header and all */
	FORMS
};

/* Appends the frame of one change; `json` as print_change made it. */
void form_change(enum form form, struct buf *out, const struct cursor *at,
    const char *json, size_t len);
/* Appends a notice as its form has it; not for FORM_SCRIPTS. */
void form_notice(enum form form, struct buf *out, const struct notice *n);

#endif
