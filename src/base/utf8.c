#include "base/utf8.h"

#include <string.h>

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
utf8_feed(struct utf8 *u, const char *bytes, size_t n)
{
	uint64_t eight;
	size_t i = 0;

	while (i < n) {
		if (u->need == 0 && n - i >= sizeof(eight)) {
			memcpy(&eight, bytes + i, sizeof(eight));
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof(eight);
				continue;
			}
		}
		if (!utf8_step(u, (unsigned char)bytes[i++]))
			return false;
	}
	return true;
}

bool
utf8_complete(const struct utf8 *u)
{
	return u->need == 0;
}

size_t
utf8_decode(const char *s, size_t n, uint32_t *c)
{
	struct utf8 u = { .need = 0 };
	unsigned char byte;
	size_t i;

	*c = 0;
	for (i = 0; i < n; i++) {
		byte = (unsigned char)s[i];
		if (!utf8_step(&u, byte))
			break;
		if (i > 0)
			*c = *c << 6 | (byte & 0x3f);
		else	/* what the marks of its length leave */
			*c = byte & (u.need == 0 ? 0x7fu : 0x3fu >> u.need);
		if (utf8_complete(&u))
			return i + 1;
	}
	*c = 0;
	return 0;
}

size_t
utf8_encode(uint32_t c, char out[UTF8_MAX])
{
	static const unsigned char marks[] = { 0x00, 0xc0, 0xe0, 0xf0 };
	size_t tail = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3, i;

	out[0] = (char)(marks[tail] | c >> 6 * tail);
	for (i = 1; i <= tail; i++)
		out[i] = (char)(0x80 | (c >> 6 * (tail - i) & 0x3f));
	return tail + 1;
}
