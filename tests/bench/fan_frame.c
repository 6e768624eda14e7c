#include "fan_frame.h"

#include <string.h>

#include "bench.h"

#define EPOCH		8	/* letters and digits of a cursor, then a dash */

size_t
frame_read(const char *bytes, size_t len, struct frame *out)
{
	const unsigned char *b = (const unsigned char *)bytes;
	size_t head = 2;

	memset(out, 0, sizeof(*out));
	if (len < head)
		return 0;
	if ((b[0] & 0xf0) != 0x80 || b[1] > 126)
		bench_die("a frame that begins %02x %02x", b[0], b[1]);
	out->op = b[0] & 0x0f;
	out->len = b[1];
	if (b[1] == 126) {
		head = 4;
		if (len < head)
			return 0;
		out->len = (size_t)b[2] << 8 | b[3];
	}
	if (head + out->len > FRAME_MOST)
		bench_die("a frame of %zu bytes", out->len);
	out->payload = bytes + head;
	return len < head + out->len ? 0 : head + out->len;
}

/* Digits up to something else; -1 when there are none. */
static int64_t
number(const char *p, const char *end)
{
	int64_t value = -1;

	for (; p < end && *p >= '0' && *p <= '9' && value < INT64_MAX / 10 - 1;
	    p++)
		value = (value < 0 ? 0 : value * 10) + (*p - '0');
	return value;
}

/* The number of the cursor that stands there; -1 when none does. */
static int64_t
cursor_number(const char *p, const char *end)
{
	size_t i;

	if (end - p <= EPOCH || p[EPOCH] != '-')
		return -1;
	for (i = 0; i < EPOCH; i++)
		if (!((p[i] >= 'a' && p[i] <= 'z') ||
		    (p[i] >= '0' && p[i] <= '9')))
			return -1;
	return number(p + EPOCH + 1, end);
}

/* Where some text ends the first time, from there on; or NULL. */
static const char *
after(const char *p, const char *end, const char *text)
{
	size_t len = strlen(text);
	const char *found = memmem(p, (size_t)(end - p), text, len);

	return found != NULL ? found + len : NULL;
}

int
fan_change_read(const char *payload, size_t len, struct fan_change *out)
{
	static const char *const names[] = { "\"id\":\"", "\"seq\":\"" };
	const char *end = payload + len, *p;
	size_t i;

	out->seq = -1;
	out->at = 0;
	if (after(payload, end, "\"event\":\"change\"") == NULL)
		return 0;
	for (i = 0; i < 2 && out->seq < 0; i++)
		for (p = payload; out->seq < 0 &&
		    (p = after(p, end, names[i])) != NULL; )
			out->seq = cursor_number(p, end);
	if (out->seq < 0)
		bench_die("a change without a number: %.*s", (int)len, payload);
	p = after(payload, end, "at=");
	if (p != NULL && number(p, end) > 0)
		out->at = number(p, end);
	return 1;
}
