#include "auth/digest.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/log.h"

static enum status
digest_with(const EVP_MD *kind, const void *bytes, size_t n,
    unsigned char *out)
{
	if (EVP_Digest(bytes, n, out, NULL, kind, NULL) == 1)
		return ST_OK;
	memset(out, 0, (size_t)EVP_MD_get_size(kind));
	log_error("auth", "digest-failed", "code=%lx", ERR_get_error());
	return ST_IO;
}

void
digest_prepare(void)
{
	unsigned char none[DIGEST_SIZE];

	(void)OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
	(void)digest_bytes("", 0, none);	/* and its providers */
}

enum status
digest_bytes(const void *bytes, size_t n, unsigned char out[DIGEST_SIZE])
{
	return digest_with(EVP_sha256(), bytes, n, out);
}

enum status
digest_sha1(const void *bytes, size_t n, unsigned char out[DIGEST_SHA1_SIZE])
{
	return digest_with(EVP_sha1(), bytes, n, out);
}

void
digest_init(struct digest *d)
{
	d->st = ST_OK;
	d->context = EVP_MD_CTX_new();
	if (d->context == NULL)
		d->st = ST_NOMEM;
	else if (EVP_DigestInit_ex(d->context, EVP_sha256(), NULL) != 1)
		d->st = ST_IO;
}

void
digest_add(struct digest *d, const void *bytes, size_t n)
{
	if (d->st == ST_OK && EVP_DigestUpdate(d->context, bytes, n) != 1)
		d->st = ST_IO;
}

enum status
digest_end(struct digest *d, unsigned char out[DIGEST_SIZE])
{
	if (d->st == ST_OK && EVP_DigestFinal_ex(d->context, out, NULL) != 1)
		d->st = ST_IO;
	EVP_MD_CTX_free(d->context);
	d->context = NULL;
	if (d->st)
		memset(out, 0, DIGEST_SIZE);
	if (d->st == ST_IO)
		log_error("auth", "digest-failed", "code=%lx", ERR_get_error());
	return d->st;
}

bool
digest_equal(const unsigned char a[DIGEST_SIZE],
    const unsigned char b[DIGEST_SIZE])
{
	return CRYPTO_memcmp(a, b, DIGEST_SIZE) == 0;
}
