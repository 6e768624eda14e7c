#include "api/api.h"
#include "call/ticket.h"
#include "feed/feed.h"
#include "feed/handover.h"

enum status
api_changes(struct call *c, const struct claim *claim)
{
	struct claim by_link;
	struct feed f;
	enum status st;

	st = feed_read(c, &f);
	if (st == ST_OK && claim->who.ticket != NULL &&
	    c->request.method == METHOD_GET) {
		st = ticket_use(c, claim, &by_link);
		claim = &by_link;
	}
	if (st)
		return st;
	if (c->request.socket)
		return handover_tell(c, claim, &f);
	if (c->request.method == METHOD_HEAD)
		f.kind = FEED_NORMAL;
	switch (f.kind) {
	case FEED_EVENTSOURCE:
		return feed_eventsource(c, claim, &f);
	case FEED_CONTINUOUS:
		return feed_continuous(c, claim, &f);
	case FEED_HTMLFILE:
		return feed_htmlfile(c, claim, &f);
	case FEED_NORMAL:
	case FEED_LONGPOLL:
		break;
	}
	return feed_page(c, claim, &f);
}
