#include "notewired/hub/holder.h"

#include <string.h>

#include "base/log.h"

/* The largest answer that is put together before it goes. */
#define SCRATCH_MAX	((size_t)33 << 20)

void
holder_init(struct holder *ho)
{
	quota_init(&ho->addresses, ho->config->connections_address);
	quota_init(&ho->sessions, ho->config->connections_session);
	buf_init(&ho->scratch, SCRATCH_MAX);
}

void
holder_fini(struct holder *ho)
{
	quota_fini(&ho->addresses);
	quota_fini(&ho->sessions);
	buf_fini(&ho->scratch);
}

void
holder_reread(struct holder *ho)
{
	ho->addresses.max = ho->config->connections_address;
	ho->sessions.max = ho->config->connections_session;
}

enum status
holder_take(struct holder *ho, const char *board, enum handover_feed feed,
    const struct share *s)
{
	const struct watched *b = hub_board(ho->hub, board);
	enum status st;

	if (ho->tally->held >= ho->config->connections ||
	    (b != NULL && b->readers >= ho->config->connections_board))
		return ST_BUSY;
	st = quota_take(&ho->addresses, s->address);
	if (st)
		return st;
	st = quota_take(&ho->sessions, s->session);
	if (st) {
		quota_give(&ho->addresses, s->address);
		return st;
	}
	ho->tally->held++;
	ho->tally->held_by[feed]++;
	log_debug("reader", "came", "feed=%s held=%lld",
	    handover_feed_name(feed), (long long)ho->tally->held);
	return ST_OK;
}

void
holder_give(struct holder *ho, enum handover_feed feed, const struct share *s)
{
	quota_give(&ho->addresses, s->address);
	quota_give(&ho->sessions, s->session);
	ho->tally->held--;
	ho->tally->held_by[feed]--;
	log_debug("reader", "went", "feed=%s held=%lld",
	    handover_feed_name(feed), (long long)ho->tally->held);
}

void
holder_describe(struct reader *r, const struct handover *m)
{
	r->after = m->after;
	r->heartbeat_ms = (uint32_t)m->heartbeat_ms;
	r->until = INT64_MAX;
	r->expires_at = m->expires_at;
	r->retry_min_ms = (uint32_t)m->retry_min_ms;
	r->retry_max_ms = (uint32_t)m->retry_max_ms;
	r->claimed.kind = m->claim == HANDOVER_ROW ? CLAIMED_ROW :
	    m->claim == HANDOVER_SESSION ? CLAIMED_SESSION : CLAIMED_LINK;
	if (r->claimed.kind == CLAIMED_ROW)
		r->claimed.row = m->row;
	else
		memcpy(r->claimed.digest, m->digest,
		    sizeof(r->claimed.digest));
}
