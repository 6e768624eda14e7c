#include "proto/chars.h"

#include <string.h>

bool
chars_is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

bool
chars_is_alnum(unsigned char c)
{
	unsigned char low = chars_lower(c);

	return chars_is_digit(c) || (low >= 'a' && low <= 'z');
}

bool
chars_is_word(unsigned char c)
{
	return chars_is_alnum(c) || c == '_' || c == '-';
}

bool
chars_is_tchar(unsigned char c)
{
	return chars_is_alnum(c) ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool
chars_is_ows(unsigned char c)
{
	return c == ' ' || c == '\t';
}

bool
chars_is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

unsigned char
chars_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
}

int
chars_hex(unsigned char c)
{
	unsigned char low = chars_lower(c);

	if (chars_is_digit(c))
		return c - '0';
	if (low >= 'a' && low <= 'f')
		return low - 'a' + 10;
	return -1;
}
