#include "notewired/loop/cork.h"

#include <stdlib.h>
#include <string.h>

#include "notewired/loop/batch.h"
#include "notewired/loop/peer.h"

/* Twice what one slice of a walk sends: one connection may send in parts. */
#define SENDS		512
#define BYTES		((size_t)128 << 10)
/* What is larger than this costs more than its call. */
#define SMALL		((size_t)4 << 10)

struct corked {
	struct peer	*peer;
	uint32_t	 life;		/* of its */
	uint32_t	 at;		/* its bytes */
	uint32_t	 len;
	enum status	 st;		/* how it went */
};

enum status
cork_init(struct cork *k)
{
	enum status st;

	*k = (struct cork){ .batch = NULL };
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

/* It may have been closed since, and the number may even be another's. */
static bool
is_there(const struct corked *s)
{
	return s->peer->kind != NULL && s->peer->life == s->life;
}

static void
settle(struct cork *k, struct corked *s, int32_t took)
{
	if (!is_there(s))
		return;
	s->peer->corked = false;
	s->st = peer_sent(s->peer, k->bytes + s->at, s->len, took);
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
		batch_add(k->batch, s[i].peer->fd, k->bytes + s[i].at,
		    s[i].len);
	st = batch_send(k->batch, took);
	k->batches++;
	k->batched += (int64_t)n;
	if (st) {
		batch_free(k->batch);
		k->batch = NULL;
		k->in = false;
	}
	for (i = 0; i < n; i++)
		settle(k, &s[i], took[i]);
	k->settled = k->n;
	k->len = 0;
}

/* Behind what it sent last, or a place of its own; NULL: there is none. */
static struct corked *
place_for(struct cork *k, struct peer *c, size_t bytes)
{
	struct corked *s;

	if (k->len + bytes > BYTES)
		cork_settle(k);
	s = c->corked ? &k->sends[k->n - 1] : NULL;
	if (s != NULL && s->peer != c)
		cork_settle(k);
	else if (s != NULL)
		return s;
	if (c->kept != NULL || !k->in || k->n == SENDS)
		return NULL;
	s = &k->sends[k->n++];
	*s = (struct corked){ .peer = c, .life = c->life,
	    .at = (uint32_t)k->len };
	c->corked = true;
	return s;
}

static void
copy(struct cork *k, struct corked *s, const struct iovec *piece, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		memcpy(k->bytes + k->len, piece[i].iov_base, piece[i].iov_len);
		k->len += piece[i].iov_len;
		s->len += (uint32_t)piece[i].iov_len;
	}
}

bool
cork_take(struct cork *k, struct peer *c, const struct iovec *piece, int n)
{
	struct corked *s = NULL;
	size_t bytes;

	if (!k->in || c->tls != NULL || c->piped || c->kept != NULL ||
	    c->kind->sent == NULL)
		return false;
	bytes = peer_total(piece, n);
	if (bytes <= SMALL)
		s = place_for(k, c, bytes);
	if (s != NULL)
		copy(k, s, piece, n);
	else if (c->corked)
		cork_settle(k);
	return s != NULL;
}

void
cork_end(struct cork *k)
{
	size_t i;

	cork_settle(k);
	k->in = false;
	for (i = 0; i < k->n; i++)
		if (is_there(&k->sends[i]))
			k->sends[i].peer->kind->sent(k->sends[i].peer,
			    k->sends[i].st);
	k->n = k->settled = 0;
}
