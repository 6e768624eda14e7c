#include "codec/json_check_priv.h"

#include <math.h>
#include <stdlib.h>

/* The grammar of RFC 8259, section 6. */
enum class {
	ZERO,
	DIGIT,			/* another one */
	POINT,
	E,
	PLUS,
	MINUS,
	OTHER,
	CLASSES,
};

#define BAD	(-1)		/* no number goes on like this */
#define OVER	(-2)		/* the number ended before this byte */
#define FIRST	AFTER_MINUS
#define ROW(state)	[(state) - FIRST]

/* The next state, by class. */
static const signed char next[][CLASSES] = {
	/*		   ZERO, DIGIT, POINT, E, PLUS, MINUS, OTHER */
	ROW(AFTER_MINUS) = { AFTER_ZERO, IN_INTEGER, BAD, BAD, BAD, BAD, BAD },
	ROW(AFTER_ZERO) = { BAD, BAD, AFTER_POINT, AFTER_E, OVER, OVER, OVER },
	ROW(IN_INTEGER) = { IN_INTEGER, IN_INTEGER, AFTER_POINT, AFTER_E,
	    OVER, OVER, OVER },
	ROW(AFTER_POINT) = { IN_FRACTION, IN_FRACTION, BAD, BAD, BAD, BAD, BAD },
	ROW(IN_FRACTION) = { IN_FRACTION, IN_FRACTION, OVER, AFTER_E,
	    OVER, OVER, OVER },
	ROW(AFTER_E) = { IN_EXPONENT, IN_EXPONENT, BAD, BAD,
	    AFTER_E_SIGN, AFTER_E_SIGN, BAD },
	ROW(AFTER_E_SIGN) = { IN_EXPONENT, IN_EXPONENT, BAD, BAD, BAD, BAD, BAD },
	ROW(IN_EXPONENT) = { IN_EXPONENT, IN_EXPONENT, OVER, OVER,
	    OVER, OVER, OVER },
};

static enum class
class_of(unsigned char ch)
{
	if (ch >= '1' && ch <= '9')
		return DIGIT;
	switch (ch) {
	case '0':	return ZERO;
	case '.':	return POINT;
	case 'e':
	case 'E':	return E;
	case '+':	return PLUS;
	case '-':	return MINUS;
	default:	return OTHER;
	}
}

/* `ch` is a digit or a minus. */
enum json_fault
json_number_begin(struct json_check *c, unsigned char ch)
{
	c->token = c->at;
	c->number[0] = (char)ch;
	c->number_len = 1;
	c->state = ch == '-' ? AFTER_MINUS :
	    ch == '0' ? AFTER_ZERO : IN_INTEGER;
	return JSON_FINE;
}

enum json_fault
json_number_end(struct json_check *c)
{
	c->number[c->number_len] = '\0';
	if (!isfinite(strtod(c->number, NULL)))
		return json_check_fault(c, JSON_FAULT_NUMBER_RANGE, c->token);
	c->state = AFTER_VALUE;
	return JSON_FINE;
}

enum json_fault
json_number_step(struct json_check *c, unsigned char ch)
{
	int state = next[c->state - FIRST][class_of(ch)];
	enum json_fault f;

	if (state == BAD)
		return JSON_FAULT_NUMBER;
	if (state == OVER) {
		f = json_number_end(c);
		return f ? f : json_check_after_value(c, ch);
	}
	if (c->number_len == JSON_NUMBER_MAX)
		return json_check_fault(c, JSON_FAULT_NUMBER_LENGTH, c->token);
	c->number[c->number_len++] = (char)ch;
	c->state = state;
	return JSON_FINE;
}

bool
json_number_may_end(const struct json_check *c)
{
	return c->state >= FIRST && next[c->state - FIRST][OTHER] == OVER;
}
