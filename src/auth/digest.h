#ifndef AUTH_DIGEST_H
#define AUTH_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Bytes of a SHA-256. */
#define DIGEST_SIZE	32

/* SHA-256 of `n` bytes.  ST_IO when libcrypto fails; then `out` is zero. */
enum status digest_bytes(const void *bytes, size_t n,
    unsigned char out[DIGEST_SIZE]);

/* Has libcrypto read its configuration, while files may still be read. */
void digest_prepare(void);

/* Bytes of a SHA-1, which only protocols ask for that have it so. */
#define DIGEST_SHA1_SIZE	20

enum status digest_sha1(const void *bytes, size_t n,
    unsigned char out[DIGEST_SHA1_SIZE]);

/*
 * SHA-256 of bytes that come in pieces.  A failure (ST_NOMEM, ST_IO) sticks
 * and shows at the end, where `out` is zero then.
 */
struct digest {
	void		*context;	/* libcrypto's */
	enum status	 st;
};

void digest_init(struct digest *d);
void digest_add(struct digest *d, const void *bytes, size_t n);
/* To be called once, in any case. */
enum status digest_end(struct digest *d, unsigned char out[DIGEST_SIZE]);

/* Compares in a time that does not depend on where they differ. */
bool digest_equal(const unsigned char a[DIGEST_SIZE],
    const unsigned char b[DIGEST_SIZE]);

#endif
