#include "proto/bearer.h"

#include <string.h>

#include "proto/chars.h"

static const char scheme[] = "bearer";

/* A byte of token68 that is no padding (RFC 9110, 11.2). */
static bool
is_token68(unsigned char c)
{
	return chars_is_alnum(c) || (c != '\0' && strchr("-._~+/", c) != NULL);
}

static bool
is_ours(const struct bearer *b)
{
	return b->same && b->len == strlen(scheme);
}

static enum bearer_state
scheme_byte(struct bearer *b, unsigned char c)
{
	if (c == ' ' && is_ours(b)) {
		b->len = 0;
		return BEARER_SPACE;
	}
	if (c == ' ' && b->len > 0)
		return BEARER_OTHER;
	if (!chars_is_tchar(c))
		return BEARER_FAILED;
	b->same = b->same && b->len < strlen(scheme) &&
	    scheme[b->len] == (char)chars_lower(c);
	b->len++;
	return BEARER_SCHEME;
}

static enum bearer_state
put(struct bearer *b, unsigned char c, enum bearer_state next)
{
	if (b->len == BEARER_SIZE - 1)
		return BEARER_FAILED;
	b->token[b->len++] = (char)c;
	return next;
}

static enum bearer_state
step(struct bearer *b, unsigned char c)
{
	switch (b->state) {
	case BEARER_SCHEME:
		return scheme_byte(b, c);
	case BEARER_SPACE:
		if (c == ' ')
			return BEARER_SPACE;
		return is_token68(c) ? put(b, c, BEARER_TOKEN) : BEARER_FAILED;
	case BEARER_TOKEN:
		if (is_token68(c))
			return put(b, c, BEARER_TOKEN);
		return c == '=' ? put(b, c, BEARER_PAD) : BEARER_FAILED;
	case BEARER_PAD:
		return c == '=' ? put(b, c, BEARER_PAD) : BEARER_FAILED;
	case BEARER_OTHER:
		return BEARER_OTHER;
	case BEARER_FAILED:
		break;
	}
	return BEARER_FAILED;
}

void
bearer_init(struct bearer *b)
{
	memset(b, 0, sizeof(*b));
	b->same = true;
}

void
bearer_feed(struct bearer *b, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		b->state = step(b, (unsigned char)bytes[i]);
}

enum status
bearer_end(struct bearer *b)
{
	if (b->state == BEARER_TOKEN || b->state == BEARER_PAD)
		return ST_OK;
	memset(b->token, 0, sizeof(b->token));
	if (b->state == BEARER_OTHER ||
	    (b->state == BEARER_SCHEME && !is_ours(b)))
		return ST_NOTFOUND;
	return ST_INVALID;
}

enum status
bearer_parse(const char *header, struct bearer *b)
{
	bearer_init(b);
	bearer_feed(b, header, strlen(header));
	return bearer_end(b);
}
