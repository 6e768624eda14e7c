#ifndef CODEC_JSON_CHECK_PRIV_H
#define CODEC_JSON_CHECK_PRIV_H

#include "codec/json_check.h"

/* What may come next. */
enum state {
	AT_VALUE,
	AT_FIRST_VALUE,		/* or the array's end */
	AT_FIRST_NAME,		/* or the object's end */
	AT_NAME,
	AT_COLON,
	AFTER_VALUE,
	IN_LITERAL,
	IN_STRING,
	IN_CHARACTER,		/* its second byte or a later one */
	AT_ESCAPE,
	IN_HEX,
	AT_PAIR,		/* the backslash of a low surrogate */
	AT_PAIR_U,
	AFTER_MINUS,
	AFTER_ZERO,
	IN_INTEGER,
	AFTER_POINT,
	IN_FRACTION,
	AFTER_E,
	AFTER_E_SIGN,
	IN_EXPONENT,
};

/*
 * One byte in one state.  A fault is at c->at, which is where the byte stands
 * unless json_check_fault moved it to where its token began.
 */
typedef enum json_fault json_step(struct json_check *, unsigned char);

enum json_fault json_check_fault(struct json_check *c, enum json_fault f,
    uint64_t at);
json_step json_check_after_value;

/* json_string.c: strings, whose first and last byte is the quote. */
enum json_fault json_string_begin(struct json_check *c, bool is_name);
json_step json_string_step, json_string_character, json_string_escape,
    json_string_hex, json_string_pair, json_string_pair_u;

/* json_number.c: numbers; the end of the text may end one as well. */
json_step json_number_begin, json_number_step;
enum json_fault json_number_end(struct json_check *c);
bool json_number_may_end(const struct json_check *c);

#endif
