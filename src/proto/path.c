#include "proto/path.h"

#include <string.h>

#include "proto/chars.h"

/* The first byte of a segment. */
static enum path_state
open_segment(struct path *p, unsigned char c)
{
	if (!chars_is_word(c) || p->count == PATH_SEGS)
		return PATH_FAILED;
	p->seg[p->count][0] = (char)c;
	p->len = 1;
	p->count++;
	return PATH_SEG;
}

static enum path_state
step(struct path *p, unsigned char c)
{
	switch (p->state) {
	case PATH_START:
		return c == '/' ? PATH_SLASH : PATH_FAILED;
	case PATH_SLASH:
		return open_segment(p, c);
	case PATH_SEG:
		if (c == '/')
			return PATH_SLASH;
		if (!chars_is_word(c) || p->len == PATH_SEG_SIZE - 1)
			return PATH_FAILED;
		p->seg[p->count - 1][p->len++] = (char)c;
		return PATH_SEG;
	case PATH_FAILED:
		break;
	}
	return PATH_FAILED;
}

void
path_init(struct path *p)
{
	memset(p, 0, sizeof(*p));
}

void
path_feed(struct path *p, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		p->state = step(p, (unsigned char)bytes[i]);
}

enum status
path_end(struct path *p)
{
	if (p->state == PATH_SLASH && p->count > 0)
		p->state = PATH_FAILED;
	if (p->state != PATH_FAILED)
		return ST_OK;
	path_init(p);
	p->state = PATH_FAILED;
	return ST_INVALID;
}

enum status
path_parse(const char *text, struct path *p)
{
	path_init(p);
	path_feed(p, text, strlen(text));
	return path_end(p);
}
