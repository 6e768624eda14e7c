#ifndef CGI_CALL_SIGN_H
#define CGI_CALL_SIGN_H

#include "call/access.h"
#include "call/call.h"

/* Signing in with a link, which trades it for a cookie, and signing out. */

/*
 * Fills c->access with what the link of that token allows on its own board.
 * ST_INVALID with c->problem: no token's form, or NULL; ST_NOTFOUND.
 */
enum status sign_find(struct call *c, const char *token);
/*
 * Joins the link of c->access to the session that asks, or to a new one where
 * it has none or one that is known no more; the answer brings the cookie then.
 * `digest` is that session's.
 */
enum status sign_in(struct call *c, const struct claim *claim,
    unsigned char digest[DIGEST_SIZE]);
/* Ends the session, if there is one, and takes the cookie away. */
enum status sign_out(struct call *c, const struct claim *claim);

#endif
