/*
 * Whatever a client sends, it means the same in one piece and byte for byte;
 * messages keep to their limit, text is UTF-8, control frames are short; and
 * each payload that was unmasked is the input under its mask.
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told whole, bytes;
	unsigned fault;

	listen_to(data, size, size, &whole);
	listen_to(data, size, 1, &bytes);
	/* a text's fault is found later in one piece, but nothing else changes */
	must(whole.story.len == bytes.story.len);
	must(memcmp(whole.story.data, bytes.story.data, whole.story.len) == 0);
	buf_fini(&whole.story);
	buf_fini(&whole.message);
	buf_fini(&bytes.story);
	buf_fini(&bytes.message);
	if (size <= WS_CONTROL_MAX)
		must((ws_close_code((const char *)data, size, &fault) == 0) ==
		    (fault != 0));
	return 0;
}
