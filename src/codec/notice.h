#ifndef CODEC_NOTICE_H
#define CODEC_NOTICE_H

#include "base/buf.h"
#include "base/cursor.h"

/* What a held feed says of itself, between the changes. */
enum notice_kind {
	NOTICE_OPEN = 0,	/* it has begun */
	NOTICE_UP_TO_DATE,	/* all there was is sent */
	NOTICE_HEARTBEAT,	/* it still lives */
	NOTICE_RESET,		/* its cursor cannot be served; the last word */
	NOTICE_END,		/* the last word, and why */
};

struct notice {
	enum notice_kind	 kind;
	const char		*reason;	/* a plain word; NULL: none */
	const struct cursor	*at;		/* last_seq; NULL: none */
	int64_t			 retry_ms;	/* come back after; 0: not said */
};

/* "open", "up-to-date", "heartbeat", "reset", "end".  Static. */
const char *notice_name(enum notice_kind kind);
/*
 * {"reason":…,"last_seq":…}: what goes with the name where the wire has a
 * place of its own for that, and for the time to come back.
 */
void notice_print_data(struct buf *b, const struct notice *n);
/*
 * {"event":NAME,"reason":…,"last_seq":…,"retry":…}, and {} for a heartbeat:
 * the whole notice as one JSON value, where it stands among the changes.
 */
void notice_print(struct buf *b, const struct notice *n);

#endif
