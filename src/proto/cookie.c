#include "proto/cookie.h"

#include <string.h>

#include "proto/chars.h"

/* RFC 6265, 4.1.1. */
static bool
is_octet(unsigned char c)
{
	return c > 0x20 && c < 0x7f && strchr("\",;\\", c) == NULL;
}

/* The "=" after a name. */
static enum cookie_state
end_name(struct cookie *k)
{
	if (!k->same || k->name[k->len] != '\0')
		return COOKIE_OTHER;
	if (k->found)
		return COOKIE_FAILED;
	k->found = true;
	k->len = 0;
	return COOKIE_VALUE;
}

static enum cookie_state
name_byte(struct cookie *k, unsigned char c)
{
	if (c == '=')
		return end_name(k);
	k->same = k->same && k->name[k->len] == (char)c;
	if (k->same)
		k->len++;
	return COOKIE_NAME;
}

static enum cookie_state
value_byte(struct cookie *k, unsigned char c)
{
	if (chars_is_ows(c))
		return COOKIE_AFTER;
	if (!is_octet(c) || k->len == COOKIE_SIZE - 1)
		return COOKIE_FAILED;
	k->value[k->len++] = (char)c;
	return COOKIE_VALUE;
}

static enum cookie_state
step(struct cookie *k, unsigned char c)
{
	if (chars_is_control(c) && c != '\t')
		return COOKIE_FAILED;
	if (c == ';' && k->state != COOKIE_FAILED)
		return COOKIE_BEFORE;
	switch (k->state) {
	case COOKIE_BEFORE:
		if (chars_is_ows(c))
			return COOKIE_BEFORE;
		k->same = true;
		k->len = 0;
		return name_byte(k, c);
	case COOKIE_NAME:
		return name_byte(k, c);
	case COOKIE_VALUE:
		return value_byte(k, c);
	case COOKIE_AFTER:
		return chars_is_ows(c) ? COOKIE_AFTER : COOKIE_FAILED;
	case COOKIE_OTHER:
		return COOKIE_OTHER;
	case COOKIE_FAILED:
		break;
	}
	return COOKIE_FAILED;
}

void
cookie_init(struct cookie *k, const char *name)
{
	memset(k, 0, sizeof(*k));
	k->name = name;
}

void
cookie_feed(struct cookie *k, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		k->state = step(k, (unsigned char)bytes[i]);
}

enum status
cookie_end(struct cookie *k)
{
	if (k->state != COOKIE_FAILED)
		return k->found ? ST_OK : ST_NOTFOUND;
	memset(k->value, 0, sizeof(k->value));
	return ST_INVALID;
}

enum status
cookie_parse(const char *header, const char *name, struct cookie *k)
{
	cookie_init(k, name);
	cookie_feed(k, header, strlen(header));
	return cookie_end(k);
}
