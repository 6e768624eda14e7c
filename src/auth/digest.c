#include "auth/digest.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/log.h"

enum status
digest_bytes(const void *bytes, size_t n, unsigned char out[DIGEST_SIZE])
{
	if (EVP_Digest(bytes, n, out, NULL, EVP_sha256(), NULL) == 1)
		return ST_OK;
	memset(out, 0, DIGEST_SIZE);
	log_error("auth", "digest-failed", "code=%lx", ERR_get_error());
	return ST_IO;
}

bool
digest_equal(const unsigned char a[DIGEST_SIZE],
    const unsigned char b[DIGEST_SIZE])
{
	return CRYPTO_memcmp(a, b, DIGEST_SIZE) == 0;
}
