#include "api.h"
#include "feed.h"

enum status
api_changes(struct call *c, const struct claim *claim)
{
	struct feed f;
	enum status st;

	st = feed_read(c, &f);
	if (st)
		return st;
	if (f.kind == FEED_EVENTSOURCE && c->request.method == METHOD_GET)
		return feed_eventsource(c, claim, &f);
	if (c->request.method == METHOD_HEAD)
		f.kind = FEED_NORMAL;
	return feed_page(c, claim, &f);
}
