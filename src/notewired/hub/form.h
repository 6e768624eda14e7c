#ifndef NOTEWIRED_HUB_FORM_H
#define NOTEWIRED_HUB_FORM_H

#include "base/buf.h"
#include "codec/notice.h"
#include "codec/signal.h"

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
/*
 * Appends something that is no change: `json` is an object, in one line and with
 * a member at least.
 */
void form_event(enum form form, struct buf *out, const char *name,
    const char *json, size_t len);
/* Appends a signal as it is heard; presence is none. */
void form_signal(enum form form, struct buf *out, const struct signal *s);
/* Whether a line of FORM_LINES is a change. */
bool form_is_change(const char *line, size_t len);

/*
 * A signal of bytes, as WebSockets have it both ways: whether it is for one
 * only, the length of the peer's id that follows or 0, that id (whom it is for,
 * or whom it is from), and the bytes.
 */
enum {
	FORM_BYTES_ALL = 1,
	FORM_BYTES_ONE = 2,
};

/* Appends a notice as its form has it; not for FORM_SCRIPTS. */
void form_notice(enum form form, struct buf *out, const struct notice *n);

#endif
