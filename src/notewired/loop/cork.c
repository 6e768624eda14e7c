#include "notewired/loop/cork.h"

#include <stdlib.h>
#include <string.h>

#include "notewired/loop/batch.h"

/* Twice what one slice of a walk sends: one connection may send in parts. */
#define SENDS		512
#define BYTES		((size_t)128 << 10)
/* What is larger than this costs more than its call. */
#define SMALL		((size_t)4 << 10)

enum status
cork_init(struct cork *k, cork_sent_fn *sent, void *arg)
{
	enum status st;

	*k = (struct cork){ .sent = sent, .arg = arg };
	st = batch_new(SENDS, &k->batch);
	if (st)
		return st;
	k->sends = malloc(SENDS * sizeof(*k->sends));
	k->bytes = malloc(BYTES);
	if (k->sends == NULL || k->bytes == NULL) {
		cork_fini(k);
		return ST_NOMEM;
	}
	return ST_OK;
}

void
cork_fini(struct cork *k)
{
	batch_free(k->batch);
	free(k->sends);
	free(k->bytes);
	*k = (struct cork){ .batch = NULL };
}

void
cork_begin(struct cork *k)
{
	k->in = k->batch != NULL;
}

void
cork_settle(struct cork *k)
{
	int32_t took[SENDS];
	struct corked *s = k->sends + k->settled;
	size_t i, n = k->n - k->settled;
	enum status st;

	if (n == 0)
		return;
	for (i = 0; i < n; i++)
		batch_add(k->batch, s[i].key.fd, k->bytes + s[i].at, s[i].len);
	st = batch_send(k->batch, took);
	k->batches++;
	k->batched += (int64_t)n;
	if (st) {
		batch_free(k->batch);
		k->batch = NULL;
		k->in = false;
	}
	for (i = 0; i < n; i++)
		s[i].st = k->sent(k->arg, s[i].key, k->bytes + s[i].at,
		    s[i].len, took[i]);
	k->settled = k->n;
	k->len = 0;
}

/* Behind what it sent last, or a place of its own; NULL: there is none. */
static struct corked *
place_for(struct cork *k, struct poller_key key, bool again)
{
	struct corked *s;

	if (again) {
		s = &k->sends[k->n - 1];
		return s->key.fd == key.fd ? s : NULL;
	}
	if (k->n == SENDS)
		return NULL;
	s = &k->sends[k->n++];
	*s = (struct corked){ .key = key, .at = (uint32_t)k->len };
	return s;
}

bool
cork_take(struct cork *k, struct poller_key key, bool again,
    const struct iovec *piece, int n)
{
	struct corked *s;
	size_t bytes = 0;
	int i;

	for (i = 0; i < n; i++)
		bytes += piece[i].iov_len;
	if (!k->in || bytes > SMALL || k->len + bytes > BYTES ||
	    (s = place_for(k, key, again)) == NULL)
		return false;
	for (i = 0; i < n; i++) {
		memcpy(k->bytes + k->len, piece[i].iov_base, piece[i].iov_len);
		k->len += piece[i].iov_len;
	}
	s->len += (uint32_t)bytes;
	return true;
}

void
cork_end(struct cork *k, cork_over_fn *over)
{
	size_t i;

	cork_settle(k);
	k->in = false;
	for (i = 0; i < k->n; i++)
		over(k->arg, k->sends[i].key, k->sends[i].st);
	k->n = k->settled = 0;
}
