#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Bytes of an id of 128 bits in base64url without padding, and with its NUL. */
#define ID_LEN	22
#define ID_SIZE	(ID_LEN + 1)

/*
 * Copies the string into `dst` of `size` bytes, NUL included.
 * ST_TOOBIG when it does not fit; then `dst` is "".
 */
enum status str_copy(char *dst, size_t size, const char *src);

/*
 * A decimal number: digits only, no sign, no space, no leading zero but "0"
 * itself, at most `max`.  ST_INVALID otherwise; then `*out` is 0.
 */
enum status str_uint(const char *s, uint64_t max, uint64_t *out);

/* Whether `s` is an id: exactly ID_LEN of [A-Za-z0-9_-]. */
bool str_is_id(const char *s);

/* Whether the bytes are UTF-8 by RFC 3629: shortest forms, no surrogates. */
bool str_is_utf8(const char *s, size_t n);

#endif
