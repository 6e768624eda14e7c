#ifndef SIM_ATTACHMENT_H
#define SIM_ATTACHMENT_H

#include "script.h"
#include "store/file.h"

/*
 * The contents of a STEP_FILE: as many bytes as its size says, and the same
 * ones for the same version and size, whoever brings them.
 */

/* Uploads it in pieces; the digest is its SHA-256.  `*out` is the caller's. */
enum status attachment_upload(struct store *s, const struct step *step,
    unsigned char digest[32], struct upload **out);

/* ST_OK when the store has the whole of it; ST_CONFLICT: something else. */
enum status attachment_check(struct store *s, const struct step *step);

#endif
