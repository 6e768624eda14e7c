#include "base/utf8.h"

static bool
first_byte(struct utf8 *u, unsigned char c)
{
	u->low = 0x80;
	u->high = 0xbf;
	if (c < 0x80)
		return true;
	if (c < 0xc2 || c > 0xf4)
		return false;
	u->need = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	if (c == 0xe0)
		u->low = 0xa0;
	else if (c == 0xed)
		u->high = 0x9f;
	else if (c == 0xf0)
		u->low = 0x90;
	else if (c == 0xf4)
		u->high = 0x8f;
	return true;
}

bool
utf8_step(struct utf8 *u, unsigned char c)
{
	if (u->need == 0)
		return first_byte(u, c);
	if (c < u->low || c > u->high)
		return false;
	u->need--;
	u->low = 0x80;
	u->high = 0xbf;
	return true;
}

bool
utf8_complete(const struct utf8 *u)
{
	return u->need == 0;
}
