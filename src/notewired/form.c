#include "notewired/form.h"

#include "proto/htmlfile.h"
#include "proto/sse.h"

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
	else {
		notice_print(out, n);
		buf_addc(out, '\n');
	}
}
