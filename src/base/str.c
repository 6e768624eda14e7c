#include "base/str.h"

#include <string.h>

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

/* Length of the sequence that starts at `s`, 0 when it is no UTF-8. */
static size_t
utf8_length(const unsigned char *s, size_t n)
{
	size_t i, len;
	unsigned low = 0x80, high = 0xbf;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (len > n)
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (i = 2; i < len; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return len;
}

bool
str_is_utf8(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len;

	for (; n > 0; p += len, n -= len) {
		len = utf8_length(p, n);
		if (len == 0)
			return false;
	}
	return true;
}
