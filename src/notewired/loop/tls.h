#ifndef NOTEWIRED_LOOP_TLS_H
#define NOTEWIRED_LOOP_TLS_H

#include <stddef.h>
#include <sys/uio.h>

#include "base/status.h"

/*
 * TLS 1.2 and 1.3 (RFC 5246, RFC 8446) as a server: the records of a connection
 * whose descriptor is somebody else's and does not block.
 */
struct tls_house;	/* the certificate, and keys for session tickets */
struct ssl_st;		/* one connection, OpenSSL's */

/* Reads both PEM files.  ST_INVALID, with what is wrong logged; ST_NOMEM. */
enum status tls_house_new(const char *certificate, const char *key,
    struct tls_house **out);
void tls_house_free(struct tls_house *h);
/*
 * Reads them anew, for connections that come from now on; tickets stay good.
 * On failure all stays as it was.
 */
enum status tls_house_reread(struct tls_house *h, const char *certificate,
    const char *key);

/* A connection that begins with its handshake; NULL: no memory. */
struct ssl_st *tls_new(struct tls_house *h, int fd);
/* The descriptor stays open. */
void tls_free(struct ssl_st *t);

/*
 * Reads what is there, going on with the handshake first.  `*got` 0 with ST_OK:
 * nothing now.  ST_CLOSED: the end, or broken.
 */
enum status tls_read(struct ssl_st *t, char *to, size_t room, size_t *got);
/*
 * Writes as much as the connection takes now, `*sent` bytes.  Where that is not
 * all, the next call must begin with the rest.  ST_CLOSED: broken.
 */
enum status tls_write(struct ssl_st *t, const struct iovec *piece, int n,
    size_t *sent);
/* Says that nothing more comes (close_notify). */
void tls_shut(struct ssl_st *t);

#endif
