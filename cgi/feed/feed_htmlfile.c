#include "auth/token.h"
#include "call/reply.h"
#include "codec/print.h"
#include "feed/feed_stream.h"
#include "proto/htmlfile.h"

struct frame {
	struct htmlfile	html;
	struct buf	line;		/* one value as JSON */
};

/* Only a page of this site may have the frame, or its parent would be told. */
static enum status
open_frame(void *arg, struct call *c)
{
	struct frame *fr = arg;
	struct buf policy;

	buf_init(&policy, 512);
	htmlfile_policy(&fr->html, &policy);
	reply_header(c, "Content-Security-Policy", "%s", policy.data);
	reply_header(c, "X-Frame-Options", "SAMEORIGIN");
	buf_fail(&c->head, buf_status(&policy));
	buf_fini(&policy);
	htmlfile_begin(&c->out);
	return ST_OK;
}

static void
put_line(struct frame *fr, struct buf *out)
{
	htmlfile_put(&fr->html, out, fr->line.data, fr->line.len);
	if (buf_status(&fr->line))
		buf_fail(out, buf_status(&fr->line));
}

static void
put_change(void *arg, struct buf *out, const struct cursor *at,
    const struct change *ch)
{
	struct frame *fr = arg;

	buf_reset(&fr->line);
	print_change(&fr->line, at->epoch, ch);
	put_line(fr, out);
}

static void
put_notice(void *arg, struct buf *out, const struct notice *n)
{
	struct frame *fr = arg;

	buf_reset(&fr->line);
	notice_print(&fr->line, n);
	put_line(fr, out);
}

static void
end_batch(void *arg, struct buf *out)
{
	struct frame *fr = arg;

	htmlfile_end_batch(&fr->html, out);
}

enum status
feed_htmlfile(struct call *c, const struct claim *claim, struct feed *f)
{
	static const struct feed_form form = {
		.type = "text/html; charset=utf-8",
		.full = HTMLFILE_FULL,
		.open = open_frame,
		.change = put_change,
		.notice = put_notice,
		.flush = end_batch,
	};
	char nonce[ID_SIZE];
	struct frame fr;
	enum status st;

	st = token_new_id(nonce);
	if (st)
		return st;
	htmlfile_init(&fr.html, nonce);
	f->nonce = nonce;
	buf_init(&fr.line, c->out.max);
	st = feed_stream(c, claim, f, &form, &fr);
	buf_fini(&fr.line);
	return st;
}
