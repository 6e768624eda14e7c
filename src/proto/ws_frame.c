#include "proto/ws_frame.h"

#include <string.h>

#include "base/str.h"

#define FIN		0x80
#define RESERVED	0x70
#define OPCODE		0x0f
#define MASKED		0x80
#define LEN		0x7f
/* What stands in the short length for the two longer ones. */
#define LEN_16		126
#define LEN_64		127

enum state {
	STATE_FIRST = 0,
	STATE_SECOND,
	STATE_LEN,		/* the rest of a longer length */
	STATE_MASK,
	STATE_PAYLOAD,
	STATE_FAILED,
};

void
ws_in_init(struct ws_in *in)
{
	memset(in, 0, sizeof(*in));
}

void
ws_in_init_client(struct ws_in *in)
{
	ws_in_init(in);
	in->client = true;
}

static bool
is_control(const struct ws_in *in)
{
	return (in->first & 0x08) != 0;
}

static void
fail(struct ws_in *in, struct ws_event *e, unsigned code)
{
	in->state = STATE_FAILED;
	e->kind = WS_FAIL;
	e->code = code;
}

/* FIN, reserved bits and opcode, all of which must fit what came before. */
static bool
first_fits(const struct ws_in *in, unsigned char c)
{
	if (c & RESERVED)
		return false;
	switch (c & OPCODE) {
	case WS_CONTINUATION:
		return in->message != 0;
	case WS_TEXT:
	case WS_BINARY:
		return in->message == 0;
	case WS_CLOSE:
	case WS_PING:
	case WS_PONG:
		return (c & FIN) != 0;
	default:
		return false;
	}
}

static void
take_first(struct ws_in *in, unsigned char c, struct ws_event *e)
{
	if (!first_fits(in, c)) {
		fail(in, e, WS_CODE_PROTOCOL);
		return;
	}
	in->first = c;
	in->state = STATE_SECOND;
	if ((c & OPCODE) == WS_TEXT || (c & OPCODE) == WS_BINARY) {
		in->message = c & OPCODE;
		in->total = 0;
		memset(&in->utf8, 0, sizeof(in->utf8));
	}
}

/* The length is known: is there room for it?  The frame can be read anyway. */
static void
end_length(struct ws_in *in, size_t max, struct ws_event *e)
{
	in->have = 0;
	in->state = in->client ? STATE_PAYLOAD : STATE_MASK;
	if (is_control(in))
		return;
	if (in->left > max || in->total > max - in->left) {
		e->kind = WS_FAIL;
		e->code = WS_CODE_SIZE;
	}
}

static void
take_second(struct ws_in *in, unsigned char c, size_t max, struct ws_event *e)
{
	unsigned char len = c & LEN;

	if (!(c & MASKED) != in->client || (is_control(in) && len > WS_CONTROL_MAX)) {
		fail(in, e, WS_CODE_PROTOCOL);
		return;
	}
	in->left = 0;
	in->have = len == LEN_16 ? 2 : len == LEN_64 ? 8 : 0;
	in->state = STATE_LEN;
	if (in->have > 0)
		return;			/* that many bytes of it are to come */
	in->left = len;
	end_length(in, max, e);
}

/* `left` collects the length; while none of it is there, its size is in `have`. */
static void
take_length(struct ws_in *in, unsigned char c, size_t max, struct ws_event *e)
{
	const bool wide = (in->have & 0x0f) == 8;
	const unsigned size = wide ? 8 : 2;
	unsigned got = (unsigned)in->have >> 4;

	in->left = in->left << 8 | c;
	in->have = (uint8_t)(++got << 4 | size);
	/* the highest bit must be 0, and the shortest form is the only one */
	if (wide && got == 1 && c & 0x80) {
		fail(in, e, WS_CODE_PROTOCOL);
		return;
	}
	if (got < size)
		return;
	if (in->left < (wide ? UINT64_C(0x10000) : LEN_16)) {
		fail(in, e, WS_CODE_PROTOCOL);
		return;
	}
	end_length(in, max, e);
}

/* One byte of a frame's header. */
static void
take_header(struct ws_in *in, unsigned char c, size_t max, struct ws_event *e)
{
	switch ((enum state)in->state) {
	case STATE_FIRST:
		take_first(in, c, e);
		break;
	case STATE_SECOND:
		take_second(in, c, max, e);
		break;
	case STATE_LEN:
		take_length(in, c, max, e);
		break;
	case STATE_MASK:
		in->mask[in->have++] = c;
		if (in->have < sizeof(in->mask))
			break;
		in->have = 0;
		in->state = STATE_PAYLOAD;
		break;
	case STATE_PAYLOAD:
	case STATE_FAILED:
		break;
	}
}

/* Unmasks in place (5.3), eight bytes at a time; `have` is where in the mask. */
static void
unmask(struct ws_in *in, char *bytes, size_t n)
{
	unsigned char turned[8];
	uint64_t mask, eight;
	size_t i;

	for (i = 0; i < sizeof(turned); i++)
		turned[i] = in->mask[(in->have + i) & 3];
	memcpy(&mask, turned, sizeof(mask));
	for (i = 0; n - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, bytes + i, sizeof(eight));
		eight ^= mask;
		memcpy(bytes + i, &eight, sizeof(eight));
	}
	for (; i < n; i++)
		bytes[i] = (char)(bytes[i] ^ (char)turned[i & 7]);
	in->have = (uint8_t)((in->have + n) & 3);
}

static size_t
take_payload(struct ws_in *in, char *bytes, size_t n, struct ws_event *e)
{
	if (n > in->left)
		n = (size_t)in->left;
	unmask(in, bytes, n);
	in->left -= n;
	e->data = bytes;
	e->len = n;
	if (is_control(in)) {
		e->kind = WS_CONTROL_DATA;
		e->opcode = in->first & OPCODE;
		return n;
	}
	e->kind = WS_DATA;
	e->opcode = in->message;
	in->total += (uint32_t)n;
	if (in->message == WS_TEXT && !utf8_feed(&in->utf8, bytes, n))
		fail(in, e, WS_CODE_DATA);
	return n;
}

/* The frame's payload is over; needs no byte. */
static void
end_frame(struct ws_in *in, struct ws_event *e)
{
	in->state = STATE_FIRST;
	in->have = 0;
	if (is_control(in)) {
		e->kind = WS_CONTROL;
		e->opcode = in->first & OPCODE;
		return;
	}
	if (!(in->first & FIN))
		return;
	e->opcode = in->message;
	if (in->message == WS_TEXT && !utf8_complete(&in->utf8)) {
		fail(in, e, WS_CODE_DATA);
		return;
	}
	in->message = 0;
	e->kind = WS_MESSAGE;
}

size_t
ws_in_step(struct ws_in *in, char *bytes, size_t n, size_t max,
    struct ws_event *e)
{
	size_t at = 0;

	if (max > UINT32_MAX)
		max = UINT32_MAX;
	*e = (struct ws_event){ .kind = WS_MORE };
	while (e->kind == WS_MORE && in->state != STATE_FAILED) {
		if (in->state == STATE_PAYLOAD && in->left == 0)
			end_frame(in, e);
		else if (at == n)
			break;
		else if (in->state == STATE_PAYLOAD)
			at += take_payload(in, bytes + at, n - at, e);
		else
			take_header(in, (unsigned char)bytes[at++], max, e);
	}
	return at;
}

size_t
ws_head(unsigned char out[WS_HEAD_MAX], enum ws_opcode opcode, uint64_t len)
{
	size_t bytes = len < LEN_16 ? 0 : len <= UINT16_MAX ? 2 : 8, i;

	out[0] = (unsigned char)(FIN | opcode);
	out[1] = (unsigned char)(bytes == 0 ? len : bytes == 2 ? LEN_16 :
	    LEN_64);
	for (i = 0; i < bytes; i++)
		out[2 + i] = (unsigned char)(len >> 8 * (bytes - 1 - i));
	return 2 + bytes;
}

size_t
ws_masked_head(unsigned char out[WS_MASKED_HEAD_MAX], enum ws_opcode opcode,
    char *payload, uint64_t len, const unsigned char mask[4])
{
	size_t n = ws_head(out, opcode, len), i;

	out[1] |= MASKED;
	memcpy(out + n, mask, 4);
	for (i = 0; i < len; i++)
		payload[i] = (char)(payload[i] ^ (char)mask[i & 3]);
	return n + 4;
}

/* So much of the text as fits without cutting a character. */
static size_t
cut(const char *text, size_t max)
{
	size_t len = strlen(text);

	if (len <= max)
		return len;
	while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

size_t
ws_close(unsigned char out[2 + WS_CONTROL_MAX], unsigned code,
    const char *reason)
{
	size_t len = cut(reason, WS_CONTROL_MAX - 2);

	(void)ws_head(out, WS_CLOSE, 2 + len);
	out[2] = (unsigned char)(code >> 8);
	out[3] = (unsigned char)code;
	memcpy(out + 4, reason, len);
	return 4 + len;
}

/* Codes that may stand on the wire: of the protocol, or registered (7.4.2). */
static bool
code_may_be(unsigned code)
{
	return (code >= 1000 && code <= 1003) ||
	    (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

unsigned
ws_close_code(const char *payload, size_t len, unsigned *fault)
{
	unsigned code;

	*fault = 0;
	if (len == 0)
		return WS_CODE_NONE;
	*fault = WS_CODE_PROTOCOL;
	if (len == 1)
		return 0;
	code = (unsigned)(unsigned char)payload[0] << 8 |
	    (unsigned char)payload[1];
	if (!code_may_be(code))
		return 0;
	*fault = WS_CODE_DATA;
	if (!str_is_utf8(payload + 2, len - 2))
		return 0;
	*fault = 0;
	return code;
}
