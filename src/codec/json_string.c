#include "codec/json_check_priv.h"

#include <string.h>

enum json_fault
json_string_begin(struct json_check *c, bool is_name)
{
	c->token = c->at;
	c->is_name = is_name;
	c->first_unit = 0;
	c->state = IN_STRING;
	if (is_name)
		names_begin(&c->names);
	return JSON_FINE;
}

static enum json_fault
end_string(struct json_check *c)
{
	enum status st;

	c->state = AFTER_VALUE;
	if (!c->is_name)
		return JSON_FINE;
	c->state = AT_COLON;
	st = names_commit(&c->names, &c->frames[c->depth - 1].names);
	if (st == ST_OK)
		return JSON_FINE;
	return json_check_fault(c, st == ST_CONFLICT ? JSON_FAULT_DUPLICATE :
	    st == ST_TOOBIG ? JSON_FAULT_NAMES : JSON_FAULT_MEMORY, c->token);
}

/* Notes a name's bytes; those of other strings are not kept. */
static void
keep(struct json_check *c, const void *bytes, size_t n)
{
	if (c->is_name)
		names_put(&c->names, bytes, n);
}

/* The first byte of a character of more than one (RFC 3629, section 4). */
static enum json_fault
begin_character(struct json_check *c, unsigned char ch)
{
	if (ch < 0xc2 || ch > 0xf4)
		return JSON_FAULT_UTF8;
	c->more = ch < 0xe0 ? 1 : ch < 0xf0 ? 2 : 3;
	c->low = ch == 0xe0 ? 0xa0 : ch == 0xf0 ? 0x90 : 0x80;
	c->high = ch == 0xed ? 0x9f : ch == 0xf4 ? 0x8f : 0xbf;
	c->state = IN_CHARACTER;
	keep(c, &ch, 1);
	return JSON_FINE;
}

enum json_fault
json_string_character(struct json_check *c, unsigned char ch)
{
	if (ch < c->low || ch > c->high)
		return JSON_FAULT_UTF8;
	c->low = 0x80;
	c->high = 0xbf;
	if (--c->more == 0)
		c->state = IN_STRING;
	keep(c, &ch, 1);
	return JSON_FINE;
}

enum json_fault
json_string_step(struct json_check *c, unsigned char ch)
{
	if (ch == '"')
		return end_string(c);
	if (ch < ' ')
		return JSON_FAULT_CONTROL;
	if (ch >= 0x80)
		return begin_character(c, ch);
	if (ch == '\\') {
		c->escape = c->at;
		c->state = AT_ESCAPE;
	} else
		keep(c, &ch, 1);
	return JSON_FINE;
}

enum json_fault
json_string_escape(struct json_check *c, unsigned char ch)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *which;

	if (ch == 'u') {
		c->more = 4;
		c->unit = 0;
		c->state = IN_HEX;
		return JSON_FINE;
	}
	which = memchr(letters, ch, sizeof(letters) - 1);
	if (which == NULL)
		return JSON_FAULT_ESCAPE;
	keep(c, meant + (which - letters), 1);
	c->state = IN_STRING;
	return JSON_FINE;
}

static void
keep_code_point(struct json_check *c, unsigned cp)
{
	unsigned char out[4];
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4, i;
	static const unsigned char lead[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };

	for (i = n - 1; i > 0; i--, cp >>= 6)
		out[i] = (unsigned char)(0x80 | (cp & 0x3f));
	out[0] = (unsigned char)(lead[n] | cp);
	keep(c, out, n);
	c->state = IN_STRING;
}

/* Four digits have been read. */
static enum json_fault
end_unit(struct json_check *c)
{
	bool low = c->unit >= 0xdc00 && c->unit <= 0xdfff;
	bool high = c->unit >= 0xd800 && c->unit <= 0xdbff;
	unsigned first = c->first_unit;

	if (c->unit == 0 && first == 0)
		return json_check_fault(c, JSON_FAULT_NUL, c->escape);
	if (low != (first != 0))
		return json_check_fault(c, JSON_FAULT_SURROGATE, c->escape);
	c->first_unit = high ? c->unit : 0;
	if (high)
		c->state = AT_PAIR;
	else if (low)
		keep_code_point(c, 0x10000 + ((first & 0x3ff) << 10 |
		    (c->unit & 0x3ff)));
	else
		keep_code_point(c, c->unit);
	return JSON_FINE;
}

enum json_fault
json_string_hex(struct json_check *c, unsigned char ch)
{
	unsigned digit;

	if (ch >= '0' && ch <= '9')
		digit = ch - (unsigned)'0';
	else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f')
		digit = (ch | 0x20U) - 'a' + 10;
	else
		return JSON_FAULT_ESCAPE;
	c->unit = c->unit << 4 | digit;
	return --c->more == 0 ? end_unit(c) : JSON_FINE;
}

enum json_fault
json_string_pair(struct json_check *c, unsigned char ch)
{
	if (ch != '\\')
		return json_check_fault(c, JSON_FAULT_SURROGATE, c->escape);
	c->state = AT_PAIR_U;
	return JSON_FINE;
}

enum json_fault
json_string_pair_u(struct json_check *c, unsigned char ch)
{
	if (ch != 'u')
		return json_check_fault(c, JSON_FAULT_SURROGATE, c->escape);
	return json_string_escape(c, ch);
}
