#include "codec/print.h"
#include "feed/feed_stream.h"

static void
put_change(void *arg, struct buf *out, const struct cursor *at,
    const struct change *ch)
{
	(void)arg;
	print_change(out, at->epoch, ch);
	buf_addc(out, '\n');
}

static void
put_notice(void *arg, struct buf *out, const struct notice *n)
{
	(void)arg;
	notice_print(out, n);
	buf_addc(out, '\n');
}

enum status
feed_continuous(struct call *c, const struct claim *claim, struct feed *f)
{
	static const struct feed_form form = {
		.type = "application/x-ndjson",
		.change = put_change,
		.notice = put_notice,
	};

	return feed_stream(c, claim, f, &form, NULL);
}
