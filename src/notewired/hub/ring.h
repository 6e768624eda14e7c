#ifndef NOTEWIRED_HUB_RING_H
#define NOTEWIRED_HUB_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/status.h"

/*
 * The recent past of a board in one wire form: whole frames, one after another,
 * none of them across the end of the memory.  Frames are numbered from 0 for the
 * life of the ring, so a reader's place is one number; a number that is older
 * than `first` has been overwritten.  The memory grows to `max` before anything
 * is.
 */
struct ring_frame {
	uint32_t	at;
	uint32_t	len;
	int64_t		before;		/* the log's seq when the frame came */
};

struct ring {
	char			*bytes;
	size_t			 cap;
	size_t			 max;
	struct ring_frame	*frames;
	size_t			 frames_cap;	/* a power of two */
	uint64_t		 first;		/* the oldest frame that is here */
	uint64_t		 next;		/* the number of the next frame */
	size_t			 end;		/* where that may begin */
	int64_t			 seq;		/* the log's, after all frames */
};

/* Empty, at that place of the log.  Allocates nothing yet. */
void ring_init(struct ring *r, size_t max, int64_t seq);
void ring_fini(struct ring *r);
/* Takes all frames out, and goes on at that place; no number comes again. */
void ring_clear(struct ring *r, int64_t seq);

/*
 * Makes room for a frame of `len` bytes and says in `*first` which frame will be
 * the oldest; the places of those before it can still be asked.  ST_TOOBIG:
 * more than `max`; ST_NOMEM.  Nothing has changed for readers then.
 */
enum status ring_reserve(struct ring *r, size_t len, uint64_t *first);
/*
 * Adds the frame that room was made for.  `seq` is the change it carries, or 0
 * where it is no change.
 */
void ring_put(struct ring *r, const char *bytes, size_t len, int64_t seq);

/* The log's seq of a reader that is about to read that frame. */
int64_t ring_seq(const struct ring *r, uint64_t frame);
/* The frame with which a reader at `seq` goes on; false: not here (any more). */
bool ring_find(const struct ring *r, int64_t seq, uint64_t *frame);

/*
 * Frames from `from` (not older than `first`) on, as many as make up `bytes`,
 * and one in any case where there is one.  Fills up to two pieces; `*to` is
 * the frame after them.  How many pieces.
 */
int ring_span(const struct ring *r, uint64_t from, size_t bytes,
    struct iovec piece[2], uint64_t *to);
/* Whether the frame, which is here, is a change. */
bool ring_is_change(const struct ring *r, uint64_t frame);
/* One frame's bytes, until the next ring_put. */
const char *ring_frame(const struct ring *r, uint64_t frame, size_t *len);

#endif
