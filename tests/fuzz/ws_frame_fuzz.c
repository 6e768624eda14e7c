/*
 * Whatever a client sends, it means the same in one piece and byte for byte,
 * and what RFC 6455 (5) says it means, read here frame by frame where all of it
 * is at hand; messages keep to their limit and control frames are short.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "feed.h"
#include "proto/ws_frame.h"

#define MAX	300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
	struct buf	story;
	struct buf	message;
	size_t		control;	/* bytes of the control frame */
};

static void
hear(struct told *t, const struct ws_event *e)
{
	switch (e->kind) {
	case WS_DATA:
		must(e->opcode == WS_TEXT || e->opcode == WS_BINARY);
		buf_add(&t->message, e->data, e->len);
		break;
	case WS_MESSAGE:
		must(buf_status(&t->message) == ST_OK);
		must(e->opcode != WS_TEXT ||
		    str_is_utf8(t->message.data, t->message.len));
		buf_addf(&t->story, "m%u:", (unsigned)e->opcode);
		buf_add(&t->story, t->message.data, t->message.len);
		buf_reset(&t->message);
		break;
	case WS_CONTROL_DATA:
		t->control += e->len;
		buf_add(&t->story, e->data, e->len);
		break;
	case WS_CONTROL:
		must(t->control <= WS_CONTROL_MAX);
		buf_addf(&t->story, "c%u.", (unsigned)e->opcode);
		t->control = 0;
		break;
	case WS_FAIL:
		buf_addf(&t->story, "!%u", e->code);
		break;
	case WS_MORE:
		break;
	}
}

static void
listen_to(const uint8_t *data, size_t size, size_t piece, struct told *t)
{
	char *own = malloc(size + 1);
	struct ws_event e = { .kind = WS_MORE };
	struct ws_in in;
	size_t part;

	must(own != NULL);
	if (size > 0)
		memcpy(own, data, size);
	ws_in_init(&in);
	buf_init(&t->story, 20 * size + 100);
	buf_init(&t->message, MAX);
	t->control = 0;
	EACH_PIECE(at, n, size, piece) {
		part = 0;
		do {
			part += ws_in_step(&in, own + at + part, n - part, MAX,
			    &e);
			must(part <= n);
			hear(t, &e);
		} while (e.kind != WS_MORE && e.kind != WS_FAIL);
		if (e.kind == WS_FAIL)
			break;
		must(part == n);
	}
	free(own);
}

/* What is left of the input, and the message that is under way. */
struct reading {
	const uint8_t	*at;
	size_t		 left;
	unsigned	 opcode;	/* 0: none */
	struct buf	 message;
};

struct header {
	unsigned	 opcode;
	bool		 fin;
	size_t		 bytes;
	uint64_t	 len;
};

/* Whether the first two bytes, or the one that is there, may be. */
static bool
may_begin(const struct reading *r, const uint8_t *p)
{
	const unsigned opcode = p[0] & 15, len = r->left > 1 ? p[1] & 127 : 0;

	if ((p[0] & 0x70) != 0 || (r->left > 1 && p[1] < 0x80))
		return false;
	if (opcode == 0)
		return r->opcode != 0;
	if (opcode == 1 || opcode == 2)
		return r->opcode == 0;
	return opcode >= 8 && opcode <= 10 && p[0] >= 0x80 && len < 126;
}

/* The close code of a header that may not be; 0 for one that may, or half of it. */
static unsigned
read_header(const struct reading *r, struct header *h)
{
	const uint8_t *p = r->at;
	unsigned extra, i;

	*h = (struct header){ .opcode = p[0] & 15, .fin = p[0] >> 7 };
	if (!may_begin(r, p))
		return WS_CODE_PROTOCOL;
	if (r->left < 2)
		return 0;
	extra = p[1] == 0xff ? 8 : p[1] == 0xfe ? 2 : 0;
	if (extra == 8 && r->left > 2 && p[2] > 127)
		return WS_CODE_PROTOCOL;
	if (r->left < 2 + extra)
		return 0;
	h->len = extra > 0 ? 0 : p[1] & 127;
	for (i = 0; i < extra; i++)
		h->len = h->len * 256 + p[2 + i];
	if ((extra == 2 && h->len < 126) || (extra == 8 && h->len >> 16 == 0))
		return WS_CODE_PROTOCOL;
	if (h->opcode < 8 && h->len > MAX - (h->opcode == 0 ?
	    r->message.len : 0))
		return WS_CODE_SIZE;
	if (r->left >= 2 + extra + 4)
		h->bytes = 2 + extra + 4;
	return 0;
}

/* Whether it is text, or may become it. */
static bool
may_be_text(const struct buf *b)
{
	struct utf8 u = { 0 };
	size_t i;

	for (i = 0; i < b->len; i++)
		if (!utf8_step(&u, (unsigned char)b->data[i]))
			return false;
	return true;
}

static unsigned
read_data(struct reading *r, const struct header *h, bool whole,
    struct buf *story)
{
	if (r->opcode == WS_TEXT && (!may_be_text(&r->message) || (whole &&
	    h->fin && !str_is_utf8(r->message.data, r->message.len))))
		return WS_CODE_DATA;
	if (!whole || !h->fin)
		return 0;
	buf_addf(story, "m%u:", r->opcode);
	buf_add(story, r->message.data, r->message.len);
	buf_reset(&r->message);
	r->opcode = 0;
	return 0;
}

/* One frame or what there is of it; a close code where it may not be. */
static unsigned
read_frame(struct reading *r, struct buf *story)
{
	const uint8_t *mask;
	struct header h;
	unsigned code = read_header(r, &h);
	size_t i, n;

	if (code != 0 || h.bytes == 0) {
		r->left = 0;
		return code;
	}
	if (h.opcode == WS_TEXT || h.opcode == WS_BINARY)
		r->opcode = h.opcode;
	mask = r->at + h.bytes - 4;
	n = r->left - h.bytes < h.len ? r->left - h.bytes : (size_t)h.len;
	for (i = 0; i < n; i++)
		buf_addc(h.opcode < 8 ? &r->message : story,
		    (char)(r->at[h.bytes + i] ^ mask[i % 4]));
	r->at += h.bytes + n;
	r->left -= h.bytes + n;
	if (h.opcode < 8)
		return read_data(r, &h, n == h.len, story);
	if (n == h.len)
		buf_addf(story, "c%u.", h.opcode);
	return 0;
}

static void
read_it(const uint8_t *data, size_t size, struct buf *story)
{
	struct reading r = { .at = data, .left = size };
	unsigned code = 0;

	buf_init(&r.message, MAX);
	buf_init(story, 20 * size + 100);
	while (r.left > 0 && code == 0)
		code = read_frame(&r, story);
	must(buf_status(&r.message) == ST_OK);
	if (code != 0)
		buf_addf(story, "!%u", code);
	buf_fini(&r.message);
}

static void
is_same(const struct buf *a, const struct buf *b)
{
	must(buf_status(a) == ST_OK && buf_status(b) == ST_OK);
	must(a->len == b->len && memcmp(a->data, b->data, a->len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told whole, bytes;
	struct buf read;
	unsigned fault;

	listen_to(data, size, size, &whole);
	listen_to(data, size, 1, &bytes);
	read_it(data, size, &read);
	is_same(&whole.story, &bytes.story);
	is_same(&whole.story, &read);
	buf_fini(&read);
	buf_fini(&whole.story);
	buf_fini(&whole.message);
	buf_fini(&bytes.story);
	buf_fini(&bytes.message);
	if (size <= WS_CONTROL_MAX)
		must((ws_close_code((const char *)data, size, &fault) == 0) ==
		    (fault != 0));
	return 0;
}
