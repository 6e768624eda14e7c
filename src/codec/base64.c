#include "codec/base64.h"

#include <string.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* One group: 1 to 3 bytes. */
static void
put_group(struct buf *b, const unsigned char *p, size_t n)
{
	unsigned bits = (unsigned)p[0] << 16;
	char text[4];

	if (n > 1)
		bits |= (unsigned)p[1] << 8;
	if (n > 2)
		bits |= p[2];
	text[0] = alphabet[bits >> 18];
	text[1] = alphabet[bits >> 12 & 63];
	text[2] = n > 1 ? alphabet[bits >> 6 & 63] : '=';
	text[3] = n > 2 ? alphabet[bits & 63] : '=';
	buf_add(b, text, sizeof(text));
}

void
base64_put(struct buf *b, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (; n >= 3; p += 3, n -= 3)
		put_group(b, p, 3);
	if (n > 0)
		put_group(b, p, n);
}

void
base64_init(struct base64 *d)
{
	memset(d, 0, sizeof(*d));
}

/* What a character stands for; -1: nothing. */
static int
value_of(char ch)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch - 'A';
	if (ch >= 'a' && ch <= 'z')
		return ch - 'a' + 26;
	if (ch >= '0' && ch <= '9')
		return ch - '0' + 52;
	return ch == '+' ? 62 : ch == '/' ? 63 : -1;
}

/* The group has its four characters. */
static enum status
end_group(struct base64 *d, struct buf *out)
{
	const char bytes[3] = { (char)(d->bits >> 16), (char)(d->bits >> 8),
	    (char)d->bits };

	if ((d->padding == 2 && (d->bits & 0xffff) != 0) ||
	    (d->padding == 1 && (d->bits & 0xff) != 0))
		return ST_INVALID;
	buf_add(out, bytes, 3 - d->padding);
	d->have = 0;
	d->bits = 0;
	return buf_status(out);
}

static enum status
take(struct base64 *d, char ch, struct buf *out)
{
	int v = value_of(ch);

	if (ch == '=' && d->have >= 2) {
		d->padding++;
		v = 0;
	} else if (v == -1 || d->padding > 0)
		return ST_INVALID;
	d->bits = d->bits << 6 | (unsigned)v;
	return ++d->have == 4 ? end_group(d, out) : ST_OK;
}

enum status
base64_feed(struct base64 *d, const char *text, size_t n, struct buf *out)
{
	size_t i;

	for (i = 0; i < n && d->st == ST_OK; i++)
		d->st = take(d, text[i], out);
	return d->st;
}

enum status
base64_end(struct base64 *d)
{
	if (d->st == ST_OK && d->have != 0)
		d->st = ST_INVALID;
	return d->st;
}
