#include "proto/etag.h"

#include <string.h>

#include "proto/chars.h"

/* RFC 9110, 8.8.3: any visible byte but the quote, and obs-text. */
static bool
is_etagc(unsigned char c)
{
	return c > 0x20 && c != '"' && c != 0x7f;
}

static enum etag_state
open_tag(struct etag_list *l, bool weak)
{
	if (l->count == ETAG_TAGS)
		return ETAG_FAILED;
	l->tag[l->count].weak = weak;
	l->len = 0;
	return weak ? ETAG_WEAK : ETAG_TEXT;
}

static enum etag_state
item_byte(struct etag_list *l, unsigned char c)
{
	if (chars_is_ows(c))
		return l->state;
	if (c == ',')
		return ETAG_ITEM;
	if (c == '"')
		return open_tag(l, false);
	if (c == 'W')
		return open_tag(l, true);
	return ETAG_FAILED;
}

static enum etag_state
text_byte(struct etag_list *l, unsigned char c)
{
	if (c == '"') {
		l->count++;
		return ETAG_AFTER;
	}
	if (!is_etagc(c) || l->len == ETAG_SIZE - 1)
		return ETAG_FAILED;
	l->tag[l->count].text[l->len++] = (char)c;
	return ETAG_TEXT;
}

static enum etag_state
step(struct etag_list *l, unsigned char c)
{
	switch (l->state) {
	case ETAG_START:
		return c == '*' ? ETAG_STAR : item_byte(l, c);
	case ETAG_ITEM:
		return item_byte(l, c);
	case ETAG_WEAK:
		return c == '/' ? ETAG_QUOTE : ETAG_FAILED;
	case ETAG_QUOTE:
		return c == '"' ? ETAG_TEXT : ETAG_FAILED;
	case ETAG_TEXT:
		return text_byte(l, c);
	case ETAG_AFTER:
		if (chars_is_ows(c))
			return ETAG_AFTER;
		return c == ',' ? ETAG_ITEM : ETAG_FAILED;
	case ETAG_STAR:
		return chars_is_ows(c) ? ETAG_STAR : ETAG_FAILED;
	case ETAG_FAILED:
		break;
	}
	return ETAG_FAILED;
}

void
etag_init(struct etag_list *l)
{
	memset(l, 0, sizeof(*l));
}

void
etag_feed(struct etag_list *l, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		l->state = step(l, (unsigned char)bytes[i]);
}

enum status
etag_end(struct etag_list *l)
{
	l->star = l->state == ETAG_STAR;
	if (l->star)
		return ST_OK;
	if (l->count > 0 && (l->state == ETAG_AFTER || l->state == ETAG_ITEM))
		return ST_OK;
	etag_init(l);
	l->state = ETAG_FAILED;
	return ST_INVALID;
}

enum status
etag_parse(const char *header, struct etag_list *l)
{
	etag_init(l);
	etag_feed(l, header, strlen(header));
	return etag_end(l);
}

bool
etag_match(const struct etag_list *l, const char *opaque, bool weak_ok)
{
	size_t i;

	if (l->star)
		return true;
	for (i = 0; i < l->count; i++)
		if ((weak_ok || !l->tag[i].weak) &&
		    strcmp(l->tag[i].text, opaque) == 0)
			return true;
	return false;
}
