#include "proto/key.h"

#include <string.h>

#include "proto/chars.h"

static enum key_state
put(struct key *k, unsigned char c, enum key_state next)
{
	if (!chars_is_word(c) || k->len == KEY_SIZE - 1)
		return KEY_FAILED;
	k->text[k->len++] = (char)c;
	return next;
}

static enum key_state
step(struct key *k, unsigned char c)
{
	switch (k->state) {
	case KEY_START:
		if (c == ' ')
			return KEY_START;
		return c == '"' ? KEY_QUOTED : put(k, c, KEY_BARE);
	case KEY_BARE:
		return c == ' ' ? KEY_AFTER : put(k, c, KEY_BARE);
	case KEY_QUOTED:
		return c == '"' ? KEY_AFTER : put(k, c, KEY_QUOTED);
	case KEY_AFTER:
		return c == ' ' ? KEY_AFTER : KEY_FAILED;
	case KEY_FAILED:
		break;
	}
	return KEY_FAILED;
}

void
key_init(struct key *k)
{
	memset(k, 0, sizeof(*k));
}

void
key_feed(struct key *k, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		k->state = step(k, (unsigned char)bytes[i]);
}

enum status
key_end(struct key *k)
{
	if (k->len > 0 && (k->state == KEY_BARE || k->state == KEY_AFTER))
		return ST_OK;
	key_init(k);
	k->state = KEY_FAILED;
	return ST_INVALID;
}

enum status
key_parse(const char *header, struct key *k)
{
	key_init(k);
	key_feed(k, header, strlen(header));
	return key_end(k);
}
