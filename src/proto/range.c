#include "proto/range.h"

#include <string.h>

#include "proto/chars.h"

static const char unit[] = "bytes=";

static enum range_state
unit_byte(struct range *r, unsigned char c)
{
	if (chars_lower(c) != (unsigned char)unit[r->len])
		return RANGE_FAILED;
	return unit[++r->len] == '\0' ? RANGE_ITEM : RANGE_UNIT;
}

static void
add_digit(struct range *r, unsigned char c)
{
	int digit = c - '0';

	if (r->number > (INT64_MAX - digit) / 10)
		r->number = INT64_MAX;
	else
		r->number = r->number * 10 + digit;
	r->len = 1;
}

static enum range_state
start(struct range *r, enum range_state next)
{
	r->number = 0;
	r->len = 0;
	return next;
}

static enum range_state
item_byte(struct range *r, unsigned char c)
{
	if (chars_is_ows(c) || c == ',')
		return RANGE_ITEM;
	if (c == '-')
		return start(r, RANGE_SUFFIX);
	if (!chars_is_digit(c))
		return RANGE_FAILED;
	(void)start(r, RANGE_FIRST);
	add_digit(r, c);
	return RANGE_FIRST;
}

/* An element is whole; only the first of them is remembered. */
static enum range_state
finish(struct range *r, enum range_state next)
{
	bool suffix = r->state == RANGE_SUFFIX;
	int64_t last = r->len > 0 ? r->number : INT64_MAX;

	if ((suffix && r->len == 0) || (!suffix && last < r->from))
		return RANGE_FAILED;
	if (r->count == 0) {
		r->suffix = suffix;
		r->first = suffix ? 0 : r->from;
		r->last = last;
	}
	if (r->count < 2)
		r->count++;
	return next;
}

static enum range_state
number_byte(struct range *r, unsigned char c)
{
	if (chars_is_digit(c)) {
		add_digit(r, c);
		return r->state;
	}
	if (r->state == RANGE_FIRST) {
		if (c != '-')
			return RANGE_FAILED;
		r->from = r->number;
		return start(r, RANGE_LAST);
	}
	if (c == ',')
		return finish(r, RANGE_ITEM);
	return chars_is_ows(c) ? finish(r, RANGE_AFTER) : RANGE_FAILED;
}

static enum range_state
step(struct range *r, unsigned char c)
{
	switch (r->state) {
	case RANGE_UNIT:
		return unit_byte(r, c);
	case RANGE_ITEM:
		return item_byte(r, c);
	case RANGE_FIRST:
	case RANGE_LAST:
	case RANGE_SUFFIX:
		return number_byte(r, c);
	case RANGE_AFTER:
		if (chars_is_ows(c))
			return RANGE_AFTER;
		return c == ',' ? RANGE_ITEM : RANGE_FAILED;
	case RANGE_FAILED:
		break;
	}
	return RANGE_FAILED;
}

void
range_init(struct range *r)
{
	memset(r, 0, sizeof(*r));
}

void
range_feed(struct range *r, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		r->state = step(r, (unsigned char)bytes[i]);
}

enum status
range_end(struct range *r)
{
	if (r->state == RANGE_LAST || r->state == RANGE_SUFFIX)
		r->state = finish(r, RANGE_AFTER);
	if (r->count > 0 &&
	    (r->state == RANGE_AFTER || r->state == RANGE_ITEM))
		return ST_OK;
	range_init(r);
	r->state = RANGE_FAILED;
	return ST_INVALID;
}

enum status
range_parse(const char *header, struct range *r)
{
	range_init(r);
	range_feed(r, header, strlen(header));
	return range_end(r);
}

enum range_part
range_of(const struct range *r, int64_t size, int64_t *from, int64_t *to)
{
	*from = 0;
	*to = size - 1;
	if (r->count != 1)
		return RANGE_WHOLE;
	if (r->suffix) {
		if (r->last == 0)
			return RANGE_NOTHING;
		if (size == 0)
			return RANGE_WHOLE;	/* it has no last byte to name */
		if (r->last < size)
			*from = size - r->last;
		return RANGE_PART;
	}
	if (r->first >= size)
		return RANGE_NOTHING;
	*from = r->first;
	if (r->last < size)
		*to = r->last;
	return RANGE_PART;
}
