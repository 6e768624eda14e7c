#include "auth/token.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/log.h"

#define RANDOM_BYTES	16

/* Base64url without the padding. */
static void
encode(const unsigned char bytes[RANDOM_BYTES], char out[ID_SIZE])
{
	unsigned char text[4 * ((RANDOM_BYTES + 2) / 3) + 1];
	size_t i;

	(void)EVP_EncodeBlock(text, bytes, RANDOM_BYTES);
	for (i = 0; i < ID_LEN; i++)
		out[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' :
		    (char)text[i];
	out[ID_LEN] = '\0';
	OPENSSL_cleanse(text, sizeof(text));
}

enum status
token_new_id(char out[ID_SIZE])
{
	unsigned char bytes[RANDOM_BYTES];

	out[0] = '\0';
	if (RAND_priv_bytes(bytes, sizeof(bytes)) != 1) {
		log_error("auth", "random-failed", "code=%lx", ERR_get_error());
		return ST_IO;
	}
	encode(bytes, out);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return ST_OK;
}

enum status
token_new_handle(char out[ID_SIZE])
{
	return token_new_id(out);
}

/* A letter, a dot and an id. */
static enum status
new_token(char letter, char out[TOKEN_SIZE])
{
	enum status st;

	out[0] = '\0';
	st = token_new_id(out + 2);
	if (st)
		return st;
	out[0] = letter;
	out[1] = '.';
	return ST_OK;
}

enum status
token_new_ticket(char out[TOKEN_SIZE])
{
	return new_token('t', out);
}

/* The letter that begins a token; NUL for no role. */
static char
role_letter(enum role role)
{
	switch (role) {
	case ROLE_READ:
		return 'r';
	case ROLE_WRITE:
		return 'w';
	case ROLE_ADMIN:
		return 'a';
	case ROLE_NONE:
		break;
	}
	return '\0';
}

enum status
token_new(enum role role, char out[TOKEN_SIZE])
{
	char letter = role_letter(role);

	out[0] = '\0';
	return letter == '\0' ? ST_INVALID : new_token(letter, out);
}

enum status
token_make(enum role role, struct token_made *out)
{
	enum status st;

	st = token_new_id(out->id);
	if (st == ST_OK)
		st = token_new(role, out->token);
	return st ? st : token_hash(out->token, out->digest);
}

enum status
token_parse(const char *text, enum role *role)
{
	enum role r;

	*role = ROLE_NONE;
	for (r = ROLE_READ; r <= ROLE_ADMIN; r++)
		if (text[0] == role_letter(r))
			break;
	if (r > ROLE_ADMIN || text[1] != '.' || !str_is_id(text + 2))
		return ST_INVALID;
	*role = r;
	return ST_OK;
}

void
token_from_link(const char *text, char out[TOKEN_SIZE])
{
	static const char space[] = " \t\r\n";
	const char *hash = strrchr(text, '#');
	size_t n;

	out[0] = '\0';
	text = hash != NULL ? hash + 1 : text + strspn(text, space);
	n = strcspn(text, space);
	if (n >= TOKEN_SIZE || text[n + strspn(text + n, space)] != '\0')
		return;
	memcpy(out, text, n);
	out[n] = '\0';
}

enum status
token_hash(const char *text, unsigned char out[DIGEST_SIZE])
{
	return digest_bytes(text, strlen(text), out);
}

enum status
token_derive(const char *purpose, const char *secret, char out[ID_SIZE])
{
	unsigned char digest[DIGEST_SIZE];
	char text[TOKEN_DERIVE_MAX + 2];
	enum status st = ST_TOOBIG;
	int n;

	out[0] = '\0';
	n = snprintf(text, sizeof(text), "%s:%s", purpose, secret);
	if (n > 0 && (size_t)n < sizeof(text))
		st = digest_bytes(text, (size_t)n, digest);
	if (st == ST_OK)
		encode(digest, out);	/* its first RANDOM_BYTES */
	OPENSSL_cleanse(text, sizeof(text));
	return st;
}

bool
token_equal(const char *a, const char *b)
{
	return str_is_id(a) && str_is_id(b) && CRYPTO_memcmp(a, b, ID_LEN) == 0;
}
