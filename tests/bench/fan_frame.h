#ifndef TESTS_BENCH_FAN_FRAME_H
#define TESTS_BENCH_FAN_FRAME_H

#include <stddef.h>
#include <stdint.h>

/*
 * A reader of a server's WebSocket frames, of its own so that a mistake in the
 * daemon's writer is not read back by the same mistake.  RFC 6455, 5.2.
 */
#define FRAME_MOST	16384	/* bytes of a frame, header and all */

enum frame_op {
	FRAME_TEXT	= 1,
	FRAME_CLOSE	= 8,
	FRAME_PING	= 9,
	FRAME_PONG	= 10
};

struct frame {
	unsigned	op;		/* of enum frame_op, or another */
	const char	*payload;	/* in the bytes that were given */
	size_t		len;
};

/*
 * The first frame of some bytes: how many of them it is, 0 when its end has
 * not come yet.  Dies of what no server may send.
 */
size_t frame_read(const char *bytes, size_t len, struct frame *out);

/* A change: its number, and the time that stands in it (0: none). */
struct fan_change {
	int64_t	seq;
	int64_t	at;
};

/*
 * Whether a payload is a change, of the form {"event":"change" ...} with a
 * cursor ("seq" or "id") whose last part is its number; the time is the digits
 * after "at=".
 */
int fan_change_read(const char *payload, size_t len, struct fan_change *out);

#endif
