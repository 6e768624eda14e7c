#include "base/str.h"

#include <string.h>

#include "base/utf8.h"

enum status
str_copy(char *dst, size_t size, const char *src)
{
	size_t n = strlen(src);

	if (n >= size) {
		dst[0] = '\0';
		return ST_TOOBIG;
	}
	memcpy(dst, src, n + 1);
	return ST_OK;
}

enum status
str_uint(const char *s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0, digit;
	const char *p;

	*out = 0;
	if (*s == '\0' || (s[0] == '0' && s[1] != '\0'))
		return ST_INVALID;
	for (p = s; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return ST_INVALID;
		digit = (uint64_t)(*p - '0');
		if (digit > max || v > (max - digit) / 10)
			return ST_INVALID;
		v = v * 10 + digit;
	}
	*out = v;
	return ST_OK;
}

bool
str_is_id(const char *s)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

	return strspn(s, alphabet) == ID_LEN && s[ID_LEN] == '\0';
}

bool
str_is_utf8(const char *s, size_t n)
{
	struct utf8 u = { .need = 0 };

	return utf8_feed(&u, s, n) && utf8_complete(&u);
}
