#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdbool.h>

#include "auth/digest.h"
#include "base/record.h"
#include "base/status.h"
#include "base/str.h"

/*
 * What nobody can guess: 128 bits of the system's randomness as ID_LEN
 * characters of base64url (RFC 4648, 5).  Where there is no randomness the
 * functions that make one return ST_IO and set "", never something weaker.
 */

/* Bytes of a token with its NUL: role letter, dot, an id. */
#define TOKEN_SIZE	(2 + ID_SIZE)

/* An id for a board, a note, a link. */
enum status token_new_id(char out[ID_SIZE]);
/* The value of a session's cookie. */
enum status token_new_handle(char out[ID_SIZE]);

/* "r.…", "w.…" or "a.…"; ST_INVALID for ROLE_NONE. */
enum status token_new(enum role role, char out[TOKEN_SIZE]);
/*
 * The role that the text claims: whether there is such a link, and its role,
 * is for the store to say.  ST_INVALID unless the text has a token's form;
 * then `*role` is ROLE_NONE.
 */
enum status token_parse(const char *text, enum role *role);
/* A link's secret, with the name of the link and what the store keeps. */
struct token_made {
	char		id[ID_SIZE];	/* of the link */
	char		token[TOKEN_SIZE];
	unsigned char	digest[DIGEST_SIZE];
};

/* All three, new.  ST_INVALID for ROLE_NONE; ST_IO. */
enum status token_make(enum role role, struct token_made *out);
/* "t.…": a ticket, which stands for a link once.  No role's letter begins it. */
enum status token_new_ticket(char out[TOKEN_SIZE]);
/*
 * The token in what a person pasted: a whole link, which ends in "#" and the
 * token, or the token alone; white space around it is dropped.  "" where what
 * is left is too long or has white space in it; else token_parse tells.
 */
void token_from_link(const char *text, char out[TOKEN_SIZE]);
/* What the store keeps instead of a token or handle: SHA-256 of the text. */
enum status token_hash(const char *text, unsigned char out[DIGEST_SIZE]);

/* Bytes of purpose and secret together that token_derive takes. */
#define TOKEN_DERIVE_MAX	255

/*
 * An id that follows from a secret, one for each purpose: the same for the
 * same two, and nothing of the secret can be learnt from it.  The purpose
 * holds no ":".  ST_TOOBIG, ST_IO; then `out` is "".
 */
enum status token_derive(const char *purpose, const char *secret,
    char out[ID_SIZE]);
/* Compares two ids in a time that does not depend on where they differ. */
bool token_equal(const char *a, const char *b);

#endif
