#ifndef CGI_FEED_FEED_STREAM_H
#define CGI_FEED_FEED_STREAM_H

#include "codec/notice.h"
#include "feed/feed.h"

/*
 * How a held feed looks on the wire: the loop (feed_stream) knows when to send
 * what, the form only writes it.  `arg` is the form's own; a failure of its
 * own it leaves in the buffer, and the stream ends with that.
 */
struct feed_form {
	const char	*type;		/* Content-Type */
	size_t		 full;		/* ends past so many bytes, and the
					   client resumes; 0: goes on */
	/*
	 * Before anything is sent: more headers, by reply_header, and first
	 * bytes, into c->out.  A failure is answered as by any handler.  NULL:
	 * there are none.
	 */
	enum status	(*open)(void *arg, struct call *c);
	/* One change; its place `at` is what the client resumes with. */
	void		(*change)(void *arg, struct buf *out,
			    const struct cursor *at, const struct change *ch);
	/* NOTICE_OPEN comes first of all, right after what `open` wrote. */
	void		(*notice)(void *arg, struct buf *out,
			    const struct notice *n);
	/* What is in `out` is about to be sent, in one write.  NULL: fine. */
	void		(*flush)(void *arg, struct buf *out);
};

/*
 * Sends the log after f->query in that form, then what comes, until the client
 * leaves, may read no more, or is sent away; without a slot it sends what there
 * is and ends.  The watch is registered before the log is read, so a form may
 * start from a snapshot's cursor.  What is of a kind (f->kind) goes to the
 * daemon after NOTICE_OPEN, where there is one.  Fails as a handler does.
 */
enum status feed_stream(struct call *c, const struct claim *claim,
    struct feed *f, const struct feed_form *form, void *arg);

#endif
