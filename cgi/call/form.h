#ifndef CGI_CALL_FORM_H
#define CGI_CALL_FORM_H

#include "call/access.h"
#include "call/call.h"
#include "codec/op.h"

/*
 * Forms of the pages without scripts (URL-encoded, HTML Living Standard,
 * 4.10.22.7).  No script can add an Origin that text browsers do not send, so
 * each form carries a token that follows from a cookie's secret: the session's,
 * or where there is none yet, one that the page brought for this purpose.
 */
enum form_name {
	FORM_TOKEN = 0,		/* proves that the form is ours */
	FORM_KEY,		/* what its operations' keys follow from */
	FORM_DO,		/* the verb */
	FORM_NOTE,
	FORM_ITEM,
	FORM_REV,		/* the note's, that the page showed */
	FORM_KIND,
	FORM_COLOR,
	FORM_TITLE,		/* this and the next two may be long */
	FORM_TEXT,
	FORM_LINK,
	FORM_NAMES
};

struct form;

/*
 * Reads the body as a form into c->form and checks that it is one of ours: a
 * foreign Origin is refused, and so is a token that is missing or another
 * session's.  ST_INVALID with c->problem, ST_NOMEM.
 */
enum status form_take(struct call *c, const struct claim *claim);
/* Accepts NULL. */
void form_free(struct form *f);

/* The name of the field, and its value; "" where it was not sent.  Line ends are LF. */
const char *form_field(enum form_name name);
const char *form_value(const struct form *f, enum form_name name);
/* Whether it was sent, be it empty. */
bool form_has(const struct form *f, enum form_name name);

/*
 * The key of the operation that this form asks for: the same for the same
 * form, with the same words, of the same page.  Sent twice it is done once.
 */
enum status form_op_key(struct call *c, char key[KEY_SIZE]);
/* A page's new FORM_KEY.  ST_IO. */
enum status form_new_key(char key[KEY_SIZE]);

/*
 * The FORM_TOKEN for pages that answer this call; where the request brought no
 * cookie the answer brings one.  ST_INVALID with c->problem: a bad cookie.
 */
enum status form_token(struct call *c, char token[ID_SIZE]);

#endif
