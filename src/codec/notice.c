#include "codec/notice.h"

#include "codec/json.h"

const char *
notice_name(enum notice_kind kind)
{
	switch (kind) {
	case NOTICE_OPEN:	return "open";
	case NOTICE_UP_TO_DATE:	return "up-to-date";
	case NOTICE_HEARTBEAT:	return "heartbeat";
	case NOTICE_RESET:	return "reset";
	case NOTICE_END:	return "end";
	}
	return "";
}

/* A member after those that follow `start`, the place of the brace. */
static void
put_member(struct buf *b, size_t start, const char *name, const char *value)
{
	if (b->len > start + 1)
		buf_addc(b, ',');
	json_put_member(b, name, value);
}

static void
put_data(struct buf *b, size_t start, const struct notice *n)
{
	char at[CURSOR_TEXT];

	if (n->reason != NULL)
		put_member(b, start, "reason", n->reason);
	if (n->at == NULL)
		return;
	cursor_format(n->at, at);
	put_member(b, start, "last_seq", at);
}

void
notice_print_data(struct buf *b, const struct notice *n)
{
	size_t start = b->len;

	buf_addc(b, '{');
	put_data(b, start, n);
	buf_addc(b, '}');
}

void
notice_print(struct buf *b, const struct notice *n)
{
	size_t start = b->len;

	buf_addc(b, '{');
	if (n->kind != NOTICE_HEARTBEAT) {
		put_member(b, start, "event", notice_name(n->kind));
		put_data(b, start, n);
		if (n->retry_ms > 0) {
			buf_adds(b, ",\"retry\":");
			json_put_int(b, n->retry_ms);
		}
	}
	buf_addc(b, '}');
}
