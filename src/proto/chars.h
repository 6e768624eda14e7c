#ifndef PROTO_CHARS_H
#define PROTO_CHARS_H

#include <stdbool.h>

/* The sets of bytes that header grammars speak of, without any locale. */

bool chars_is_digit(unsigned char c);
bool chars_is_alnum(unsigned char c);
/* What ids, keys and path segments are made of: [A-Za-z0-9_-]. */
bool chars_is_word(unsigned char c);
/* A byte of a token (RFC 9110, 5.6.2). */
bool chars_is_tchar(unsigned char c);
/* Optional white space (RFC 9110, 5.6.3): space and tab. */
bool chars_is_ows(unsigned char c);
/* 0x00 to 0x1f, and DEL. */
bool chars_is_control(unsigned char c);
/* ASCII letters to lower case, all else as it is. */
unsigned char chars_lower(unsigned char c);
/* The value of a hexadecimal digit, -1 for anything else. */
int chars_hex(unsigned char c);

#endif
