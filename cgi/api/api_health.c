#include <stdatomic.h>
#include <string.h>

#include "api/api.h"
#include "call/reply.h"

enum status
api_health(struct call *c, const struct claim *claim)
{
	(void)claim;
	buf_adds(&c->out, "{\"status\":\"ok\",\"version\":\"" PACKAGE_VERSION
	    "\",\"sandbox\":");
	sandbox_print(&c->out, &c->service->sandbox);
	buf_addc(&c->out, '}');
	return reply_json(c, 200);
}

enum status
api_ready(struct call *c, const struct claim *claim)
{
	struct store_stat stat;
	enum status st;

	(void)claim;
	st = store_stat(c->service->store, &stat);
	if (st)
		return st;
	buf_addf(&c->out, "{\"status\":\"%s\",\"epoch\":\"%s\",\"writable\":%s}",
	    stat.writable ? "ready" : "read-only", stat.epoch,
	    stat.writable ? "true" : "false");
	return reply_json(c, stat.writable ? 200 : 503);
}

/* Only for somebody on this machine who asks the web server directly. */
static bool
is_local(const struct call *c)
{
	static const char *const forwarding[] = { "HTTP_FORWARDED",
	    "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA" };
	const char *address = c->request.address;
	size_t i;

	for (i = 0; i < sizeof(forwarding) / sizeof(forwarding[0]); i++)
		if (exchange_env(c->x, forwarding[i])[0] != '\0')
			return false;
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static void
put_metric(struct buf *o, const char *name, const char *type, const char *help,
    int64_t value)
{
	buf_addf(o, "# HELP notewire_%s %s\n# TYPE notewire_%s %s\n"
	    "notewire_%s %lld\n", name, help, name, type, name,
	    (long long)value);
}

enum status
api_metrics(struct call *c, const struct claim *claim)
{
	struct service *s = c->service;
	struct buf *o = &c->out;
	struct store_stat stat;
	enum status st;

	(void)claim;
	if (!is_local(c))
		return ST_NOTFOUND;
	st = store_stat(s->store, &stat);
	if (st)
		return st;
	put_metric(o, "boards", "gauge", "Boards in the store.", stat.boards);
	put_metric(o, "notes", "gauge", "Notes in the store.", stat.notes);
	put_metric(o, "commits_total", "counter",
	    "Transactions of all programs.", stat.commits);
	put_metric(o, "writable", "gauge", "Whether writes are taken.",
	    stat.writable);
	put_metric(o, "holds", "gauge", "Held responses of all programs.",
	    holds_taken(&s->holds));
	put_metric(o, "holds_max", "gauge", "Held responses there is room for.",
	    s->holds.slots);
	put_metric(o, "requests_total", "counter", "Requests to this process.",
	    atomic_load(&s->requests));
	put_metric(o, "problems_total", "counter",
	    "Requests that this process answered with a problem.",
	    atomic_load(&s->problems));
	put_metric(o, "changes_sent_total", "counter",
	    "Changes that this process sent to feeds.",
	    atomic_load(&s->changes_sent));
	return reply_body(c, 200, "text/plain; version=0.0.4");
}
