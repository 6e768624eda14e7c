#include "notewired/form.h"

#include <stdio.h>

#include "proto/htmlfile.h"
#include "proto/sse.h"
#include "proto/ws_frame.h"

/* {"event":"change","id":CURSOR,"data":CHANGE} */
static void
put_message(struct buf *out, const char *id, const char *json, size_t len)
{
	unsigned char head[WS_HEAD_MAX];
	char start[64];
	int n = snprintf(start, sizeof(start),
	    "{\"event\":\"change\",\"id\":\"%s\",\"data\":", id);

	buf_add(out, head, ws_head(head, WS_TEXT, (size_t)n + len + 1));
	buf_add(out, start, (size_t)n);
	buf_add(out, json, len);
	buf_addc(out, '}');
}

/* {"event":NAME,"data":{…}} */
static void
put_message_notice(struct buf *out, const struct notice *n)
{
	unsigned char head[WS_HEAD_MAX];
	struct buf text;

	buf_init(&text, out->max);
	buf_addf(&text, "{\"event\":\"%s\",\"data\":", notice_name(n->kind));
	notice_print_data(&text, n);
	if (n->retry_ms > 0)
		buf_addf(&text, ",\"retry\":%lld", (long long)n->retry_ms);
	buf_addc(&text, '}');
	buf_add(out, head, ws_head(head, WS_TEXT, text.len));
	buf_add(out, text.data, text.len);
	if (buf_status(&text))
		buf_fail(out, buf_status(&text));
	buf_fini(&text);
}

void
form_change(enum form form, struct buf *out, const struct cursor *at,
    const char *json, size_t len)
{
	char id[CURSOR_TEXT];

	switch (form) {
	case FORM_EVENTS:
		cursor_format(at, id);
		sse_event(out, NULL, id, json, len);
		break;
	case FORM_LINES:
		buf_add(out, json, len);
		buf_addc(out, '\n');
		break;
	case FORM_SCRIPTS:
		buf_addc(out, ',');
		htmlfile_escape(out, json, len);
		break;
	case FORM_MESSAGES:
		cursor_format(at, id);
		put_message(out, id, json, len);
		break;
	case FORMS:
		break;
	}
}

static void
put_event(struct buf *out, const struct notice *n)
{
	struct buf line;

	if (n->retry_ms > 0)
		sse_retry(out, n->retry_ms);
	buf_init(&line, out->max);
	notice_print_data(&line, n);
	sse_event(out, notice_name(n->kind), NULL, line.data, line.len);
	if (buf_status(&line))
		buf_fail(out, buf_status(&line));
	buf_fini(&line);
}

void
form_notice(enum form form, struct buf *out, const struct notice *n)
{
	if (form == FORM_EVENTS)
		put_event(out, n);
	else if (form == FORM_MESSAGES)
		put_message_notice(out, n);
	else {
		notice_print(out, n);
		buf_addc(out, '\n');
	}
}
