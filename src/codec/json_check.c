#include "codec/json_check_priv.h"

#include <string.h>

enum json_fault
json_check_fault(struct json_check *c, enum json_fault f, uint64_t at)
{
	c->at = at;
	return f;
}

static bool
is_space(unsigned char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

/* A byte between tokens that belongs to none that may come. */
static enum json_fault
unexpected(const struct json_check *c, unsigned char ch)
{
	if (c->at == 0 && ch == 0xef)
		return JSON_FAULT_BOM;
	return ch < ' ' ? JSON_FAULT_CONTROL : JSON_FAULT_SYNTAX;
}

/* Containers. */

static enum json_fault
open_container(struct json_check *c, bool object)
{
	struct json_frame *f;

	if ((int64_t)c->depth >= c->limits.depth)
		return JSON_FAULT_DEPTH;
	f = &c->frames[c->depth++];
	f->object = object;
	names_open(&c->names, &f->names);
	c->state = object ? AT_FIRST_NAME : AT_FIRST_VALUE;
	return JSON_FINE;
}

static enum json_fault
close_container(struct json_check *c, bool object)
{
	const struct json_frame *f = &c->frames[c->depth - 1];

	if (f->object != object)
		return JSON_FAULT_SYNTAX;
	names_close(&c->names, &f->names);
	c->depth--;
	c->state = AFTER_VALUE;
	return JSON_FINE;
}

enum json_fault
json_check_after_value(struct json_check *c, unsigned char ch)
{
	if (is_space(ch))
		return JSON_FINE;
	if (c->depth == 0)
		return ch < ' ' ? JSON_FAULT_CONTROL : JSON_FAULT_TRAILING;
	if (ch == ']' || ch == '}')
		return close_container(c, ch == '}');
	if (ch != ',')
		return unexpected(c, ch);
	c->state = c->frames[c->depth - 1].object ? AT_NAME : AT_VALUE;
	return JSON_FINE;
}

/* Values. */

static enum json_fault
begin_literal(struct json_check *c, const char *rest)
{
	c->literal = rest;
	c->state = IN_LITERAL;
	return JSON_FINE;
}

static enum json_fault
step_literal(struct json_check *c, unsigned char ch)
{
	if (ch != (unsigned char)*c->literal)
		return unexpected(c, ch);
	if (*++c->literal == '\0')
		c->state = AFTER_VALUE;
	return JSON_FINE;
}

static enum json_fault
step_value(struct json_check *c, unsigned char ch)
{
	if (is_space(ch))
		return JSON_FINE;
	if (ch == '\0' || strchr("{[\"-0123456789tfn", ch) == NULL)
		return unexpected(c, ch);
	if (c->values >= c->limits.values)
		return JSON_FAULT_VALUES;
	c->values++;
	switch (ch) {
	case '{':	return open_container(c, true);
	case '[':	return open_container(c, false);
	case '"':	return json_string_begin(c, false);
	case 't':	return begin_literal(c, "rue");
	case 'f':	return begin_literal(c, "alse");
	case 'n':	return begin_literal(c, "ull");
	default:	return json_number_begin(c, ch);
	}
}

static enum json_fault
step_first_value(struct json_check *c, unsigned char ch)
{
	return ch == ']' ? close_container(c, false) : step_value(c, ch);
}

static enum json_fault
step_name(struct json_check *c, unsigned char ch)
{
	if (is_space(ch))
		return JSON_FINE;
	return ch == '"' ? json_string_begin(c, true) : unexpected(c, ch);
}

static enum json_fault
step_first_name(struct json_check *c, unsigned char ch)
{
	return ch == '}' ? close_container(c, true) : step_name(c, ch);
}

static enum json_fault
step_colon(struct json_check *c, unsigned char ch)
{
	if (is_space(ch))
		return JSON_FINE;
	if (ch != ':')
		return unexpected(c, ch);
	c->state = AT_VALUE;
	return JSON_FINE;
}

static json_step *const steps[] = {
	[AT_VALUE] = step_value,
	[AT_FIRST_VALUE] = step_first_value,
	[AT_FIRST_NAME] = step_first_name,
	[AT_NAME] = step_name,
	[AT_COLON] = step_colon,
	[AFTER_VALUE] = json_check_after_value,
	[IN_LITERAL] = step_literal,
	[IN_STRING] = json_string_step,
	[IN_CHARACTER] = json_string_character,
	[AT_ESCAPE] = json_string_escape,
	[IN_HEX] = json_string_hex,
	[AT_PAIR] = json_string_pair,
	[AT_PAIR_U] = json_string_pair_u,
	[AFTER_MINUS] = json_number_step,
	[AFTER_ZERO] = json_number_step,
	[IN_INTEGER] = json_number_step,
	[AFTER_POINT] = json_number_step,
	[IN_FRACTION] = json_number_step,
	[AFTER_E] = json_number_step,
	[AFTER_E_SIGN] = json_number_step,
	[IN_EXPONENT] = json_number_step,
};

/* The whole. */

void
json_check_init(struct json_check *c, const struct json_limits *limits)
{
	size_t count;

	c->fault = JSON_FINE;
	c->at = 0;
	c->limits = *limits;
	if (c->limits.depth > JSON_DEPTH_MAX)
		c->limits.depth = JSON_DEPTH_MAX;
	count = limits->values > 0 ? (size_t)limits->values : 0;
	names_init(&c->names, JSON_NAMES_MAX, count);
	c->depth = 0;
	c->values = 0;
	c->state = AT_VALUE;
}

void
json_check_fini(struct json_check *c)
{
	names_fini(&c->names);
}

static enum status
settle(struct json_check *c, enum json_fault f)
{
	c->fault = f;
	return f == JSON_FINE ? ST_OK :
	    f == JSON_FAULT_MEMORY ? ST_NOMEM : ST_INVALID;
}

/* Bytes at the start that change nothing but the place: most of all text. */
static size_t
plain(const struct json_check *c, const unsigned char *p, size_t n)
{
	size_t i;

	if (c->state != IN_STRING || c->is_name)
		return 0;
	for (i = 0; i < n; i++)
		if (p[i] < ' ' || p[i] >= 0x80 || p[i] == '"' || p[i] == '\\')
			break;
	return i;
}

enum status
json_check_feed(struct json_check *c, const void *bytes, size_t n)
{
	const unsigned char *p = bytes, *end = p + n;
	enum json_fault f;
	size_t run;

	if (c->fault)
		return settle(c, c->fault);
	while (p < end) {
		run = plain(c, p, (size_t)(end - p));
		p += run;
		c->at += run;
		if (p == end)
			break;
		f = steps[c->state](c, *p++);
		if (f)
			return settle(c, f);
		c->at++;
	}
	return ST_OK;
}

enum status
json_check_end(struct json_check *c)
{
	enum json_fault f = c->fault;

	if (f == JSON_FINE && json_number_may_end(c))
		f = json_number_end(c);
	if (f == JSON_FINE && (c->state != AFTER_VALUE || c->depth > 0))
		f = JSON_FAULT_TRUNCATED;
	return settle(c, f);
}

static const char *const fault_names[] = {
	[JSON_FINE] = "",
#define X(name, slug, text)	[JSON_FAULT_##name] = slug,
	JSON_FAULT_LIST(X)
#undef X
};

static const char *const fault_texts[] = {
	[JSON_FINE] = "",
#define X(name, slug, text)	[JSON_FAULT_##name] = text,
	JSON_FAULT_LIST(X)
#undef X
};

const char *
json_fault_name(enum json_fault f)
{
	return fault_names[f];
}

const char *
json_fault_text(enum json_fault f)
{
	return fault_texts[f];
}
