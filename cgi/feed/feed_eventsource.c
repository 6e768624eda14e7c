#include <string.h>

#include "codec/print.h"
#include "feed/feed_stream.h"
#include "proto/sse.h"

/* What buf_status says of the JSON is said of the stream. */
static void
put_event(struct buf *out, const char *name, const char *id,
    const struct buf *line)
{
	sse_event(out, name, id, line->data, line->len);
	if (buf_status(line))
		buf_fail(out, buf_status(line));
}

static void
put_change(void *arg, struct buf *out, const struct cursor *at,
    const struct change *ch)
{
	struct buf *line = arg;
	char id[CURSOR_TEXT];

	cursor_format(at, id);
	buf_reset(line);
	print_change(line, at->epoch, ch);
	put_event(out, NULL, id, line);
}

/* The time to come back is a field of the stream, not part of an event. */
static void
put_notice(void *arg, struct buf *out, const struct notice *n)
{
	struct buf *line = arg;

	if (n->retry_ms > 0)
		sse_retry(out, n->retry_ms);
	if (n->kind == NOTICE_OPEN)
		return;
	buf_reset(line);
	notice_print_data(line, n);
	put_event(out, notice_name(n->kind), NULL, line);
}

enum status
feed_eventsource(struct call *c, const struct claim *claim, struct feed *f)
{
	static const struct feed_form form = {
		.type = "text/event-stream",
		.change = put_change,
		.notice = put_notice,
	};
	struct buf line;
	enum status st;

	buf_init(&line, c->out.max);
	st = feed_stream(c, claim, f, &form, &line);
	buf_fini(&line);
	return st;
}
