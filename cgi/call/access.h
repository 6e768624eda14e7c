#ifndef CGI_CALL_ACCESS_H
#define CGI_CALL_ACCESS_H

#include "auth/digest.h"
#include "auth/session.h"
#include "call/call.h"
#include "proto/cookie.h"

/*
 * Who asks, and may they: the link or the session that came with a request.
 */

struct claim {
	struct credential	who;		/* points into this struct */
	unsigned char		digest[DIGEST_SIZE];
	bool			held;	/* by a WebSocket: its origin has been
					   checked when it was opened */
};

/*
 * What the request claims; who.link and who.session NULL where it claims
 * nothing.  ST_INVALID with c->problem: a malformed header.
 */
enum status claim_read(struct call *c, struct claim *out);

/*
 * The first of the names that the request brings a cookie by; its value is ""
 * where there is none.  ST_INVALID with c->problem: malformed.
 */
enum status access_cookie(struct call *c,
    char names[SESSION_NAMES][SESSION_NAME_SIZE], struct cookie *out);

/*
 * Refuses what another site could make a browser send: an Origin that is not
 * allowed, and a cookie without any Origin on a request that changes
 * something.  ST_INVALID with c->problem.
 */
enum status access_check_origin(struct call *c, const struct claim *claim);

/*
 * Fills c->access: what the claim allows on the board.  ST_NOTFOUND,
 * ST_EXPIRED, and ST_DENIED where the role does not reach `need`.
 */
enum status access_check(struct call *c, const struct claim *claim,
    const char *board, enum role need);

#endif
