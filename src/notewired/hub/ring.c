#include "notewired/hub/ring.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_LEAST	((size_t)4 << 10)
#define FRAMES_LEAST	((size_t)16)

void
ring_init(struct ring *r, size_t max, int64_t seq)
{
	*r = (struct ring){ .max = max, .seq = seq };
}

void
ring_fini(struct ring *r)
{
	free(r->bytes);
	free(r->frames);
	ring_init(r, r->max, r->seq);
}

void
ring_clear(struct ring *r, int64_t seq)
{
	uint64_t next = r->next;

	ring_fini(r);
	r->first = r->next = next;
	r->seq = seq;
}

static struct ring_frame *
slot(const struct ring *r, uint64_t frame)
{
	return &r->frames[frame & (r->frames_cap - 1)];
}

/*
 * Where `len` bytes may stand without touching frames from `first` on; false:
 * nowhere.
 */
static bool
find_place(const struct ring *r, uint64_t first, size_t len, size_t *at)
{
	size_t oldest;

	*at = 0;
	if (first == r->next)
		return len <= r->cap;
	oldest = slot(r, first)->at;
	*at = r->end;
	if (r->end <= oldest)		/* wrapped; equal is full */
		return r->end < oldest && len <= oldest - r->end;
	if (len <= r->cap - r->end)
		return true;
	*at = 0;
	return len <= oldest;
}

/* Twice the memory, the frames in a row at its beginning. */
static enum status
grow_bytes(struct ring *r, size_t len)
{
	size_t cap = r->cap ? r->cap * 2 : BYTES_LEAST, at = 0;
	struct ring_frame *f;
	uint64_t i;
	char *bytes;

	while (cap < len)
		cap *= 2;
	if (cap > r->max)
		cap = r->max;
	bytes = malloc(cap);
	if (bytes == NULL)
		return ST_NOMEM;
	for (i = r->first; i < r->next; i++, at += f->len) {
		f = slot(r, i);
		memcpy(bytes + at, r->bytes + f->at, f->len);
		f->at = (uint32_t)at;
	}
	free(r->bytes);
	r->bytes = bytes;
	r->cap = cap;
	r->end = at;
	return ST_OK;
}

static enum status
grow_frames(struct ring *r)
{
	struct ring old = *r;
	uint64_t i;

	r->frames_cap = old.frames_cap ? old.frames_cap * 2 : FRAMES_LEAST;
	r->frames = calloc(r->frames_cap, sizeof(*r->frames));
	if (r->frames == NULL) {
		r->frames = old.frames;
		r->frames_cap = old.frames_cap;
		return ST_NOMEM;
	}
	for (i = r->first; i < r->next; i++)
		*slot(r, i) = *slot(&old, i);
	free(old.frames);
	return ST_OK;
}

enum status
ring_reserve(struct ring *r, size_t len, uint64_t *first)
{
	enum status st = ST_OK;
	size_t at;

	*first = r->first;
	if (len > r->max)
		return ST_TOOBIG;
	if (r->next - r->first == r->frames_cap)
		st = grow_frames(r);
	while (st == ST_OK && !find_place(r, r->first, len, &at) &&
	    r->cap < r->max)
		st = grow_bytes(r, len);
	/* the oldest go only once the memory may not grow */
	while (st == ST_OK && !find_place(r, *first, len, &at))
		++*first;
	return st;
}

void
ring_put(struct ring *r, const char *bytes, size_t len, int64_t seq)
{
	struct ring_frame *f;
	size_t at;

	while (!find_place(r, r->first, len, &at))
		r->first++;
	f = slot(r, r->next++);
	f->at = (uint32_t)at;
	f->len = (uint32_t)len;
	f->before = r->seq;
	memcpy(r->bytes + at, bytes, len);
	r->end = at + len;
	if (seq != 0)
		r->seq = seq;
}

int64_t
ring_seq(const struct ring *r, uint64_t frame)
{
	return frame >= r->next ? r->seq : slot(r, frame)->before;
}

bool
ring_find(const struct ring *r, int64_t seq, uint64_t *frame)
{
	uint64_t low = r->first, high = r->next, middle;

	*frame = r->next;
	if (seq == r->seq)
		return true;
	if (r->first == r->next || seq > r->seq || seq < ring_seq(r, r->first))
		return false;
	/* of frames that came at that seq the last one is the change */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (ring_seq(r, middle) > seq)
			high = middle;
		else
			low = middle + 1;
	}
	*frame = low - 1;
	return true;
}

bool
ring_is_change(const struct ring *r, uint64_t frame)
{
	return ring_seq(r, frame + 1) != ring_seq(r, frame);
}

const char *
ring_frame(const struct ring *r, uint64_t frame, size_t *len)
{
	const struct ring_frame *f = slot(r, frame);

	*len = f->len;
	return r->bytes + f->at;
}

int
ring_span(const struct ring *r, uint64_t from, size_t bytes,
    struct iovec piece[2], uint64_t *to)
{
	const struct ring_frame *f;
	size_t total = 0;
	int n = 0;

	for (*to = from; *to < r->next; ++*to) {
		f = slot(r, *to);
		if (total > 0 && total + f->len > bytes)
			break;
		total += f->len;
		if (n > 0 && (char *)piece[n - 1].iov_base +
		    piece[n - 1].iov_len == r->bytes + f->at) {
			piece[n - 1].iov_len += f->len;
			continue;
		}
		if (n == 2)
			break;
		piece[n].iov_base = r->bytes + f->at;
		piece[n++].iov_len = f->len;
	}
	return n;
}
