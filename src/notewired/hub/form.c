#include "notewired/hub/form.h"

#include <stdio.h>
#include <string.h>

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

/* {"event":NAME,"data":{…}}, and "retry" where that is more than 0 */
static void
put_message_event(struct buf *out, const char *name, const char *json,
    size_t len, int64_t retry_ms)
{
	unsigned char head[WS_HEAD_MAX];
	char start[64], end[48];
	int n = snprintf(start, sizeof(start), "{\"event\":\"%s\",\"data\":",
	    name), m;

	m = retry_ms > 0 ? snprintf(end, sizeof(end), ",\"retry\":%lld}",
	    (long long)retry_ms) : snprintf(end, sizeof(end), "}");
	buf_add(out, head, ws_head(head, WS_TEXT, (size_t)(n + m) + len));
	buf_add(out, start, (size_t)n);
	buf_add(out, json, len);
	buf_add(out, end, (size_t)m);
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

/* {"event":NAME, and what the object holds */
static void
put_line(struct buf *out, const char *name, const char *json, size_t len)
{
	buf_addf(out, "{\"event\":\"%s\",", name);
	buf_add(out, json + 1, len - 1);
}

static void
put_script(struct buf *out, const char *name, const char *json, size_t len)
{
	struct buf line;

	buf_init(&line, out->max);
	put_line(&line, name, json, len);
	buf_addc(out, ',');
	htmlfile_escape(out, line.data, line.len);
	if (buf_status(&line))
		buf_fail(out, buf_status(&line));
	buf_fini(&line);
}

void
form_event(enum form form, struct buf *out, const char *name,
    const char *json, size_t len)
{
	switch (form) {
	case FORM_EVENTS:
		sse_event(out, name, NULL, json, len);
		break;
	case FORM_LINES:
		put_line(out, name, json, len);
		buf_addc(out, '\n');
		break;
	case FORM_SCRIPTS:
		put_script(out, name, json, len);
		break;
	case FORM_MESSAGES:
		put_message_event(out, name, json, len, 0);
		break;
	case FORMS:
		break;
	}
}

bool
form_is_change(const char *line, size_t len)
{
	static const char event[] = "{\"event\":";

	return len < strlen(event) || memcmp(line, event, strlen(event)) != 0;
}

static void
put_bytes(struct buf *out, const struct signal *s)
{
	unsigned char head[WS_HEAD_MAX];
	size_t id = strlen(s->from);

	buf_add(out, head, ws_head(head, WS_BINARY, 2 + id + s->len));
	buf_addc(out, s->to[0] != '\0' ? FORM_BYTES_ONE : FORM_BYTES_ALL);
	buf_addc(out, (char)id);
	buf_add(out, s->from, id);
	buf_add(out, s->bytes, s->len);
}

void
form_signal(enum form form, struct buf *out, const struct signal *s)
{
	struct buf json;

	if (s->binary && form == FORM_MESSAGES) {
		put_bytes(out, s);
		return;
	}
	buf_init(&json, out->max);
	signal_print(&json, s);
	form_event(form, out, "signal", json.data, json.len);
	if (buf_status(&json))
		buf_fail(out, buf_status(&json));
	buf_fini(&json);
}

void
form_notice(enum form form, struct buf *out, const struct notice *n)
{
	struct buf data;

	if (form != FORM_EVENTS && form != FORM_MESSAGES) {
		notice_print(out, n);
		buf_addc(out, '\n');
		return;
	}
	buf_init(&data, out->max);
	notice_print_data(&data, n);
	if (form == FORM_EVENTS && n->retry_ms > 0)
		sse_retry(out, n->retry_ms);
	if (form == FORM_EVENTS)
		sse_event(out, notice_name(n->kind), NULL, data.data, data.len);
	else
		put_message_event(out, notice_name(n->kind), data.data,
		    data.len, n->retry_ms);
	if (buf_status(&data))
		buf_fail(out, buf_status(&data));
	buf_fini(&data);
}
