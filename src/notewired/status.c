#include "notewired/status.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define HEAD_MAX	4096
#define ANSWER_MAX	((size_t)64 << 10)
#define ASKER_MS	5000

struct asker {
	struct statuses	*s;
	struct peer	*peer;
	struct timer	 timer;
	size_t		 len;
	char		 head[HEAD_MAX];
};

static void
asker_free(struct asker *a)
{
	wheel_clear(&a->timer);
	peer_close(a->s->listener.peers, a->peer);
	free(a);
}

static void
put_metric(struct buf *b, const char *name, const char *type,
    const char *help, int64_t value)
{
	buf_addf(b, "# HELP notewired_%s %s\n# TYPE notewired_%s %s\n"
	    "notewired_%s %lld\n", name, help, name, type, name,
	    (long long)value);
}

static void
put_feeds(struct buf *b, const struct tally *t)
{
	int feed;

	buf_adds(b, "# HELP notewired_feed_held Of what is held, by feed.\n"
	    "# TYPE notewired_feed_held gauge\n");
	for (feed = 0; feed < HANDOVER_FEEDS; feed++)
		buf_addf(b, "notewired_feed_held{feed=\"%s\"} %lld\n",
		    handover_feed_name((enum handover_feed)feed),
		    (long long)t->held_by[feed]);
}

static void
put_metrics(struct buf *b, const struct statuses *s)
{
	const struct tally *t = s->tally;
	const struct {
		const char	*name;
		const char	*type;
		const char	*help;
		int64_t		 value;
	} all[] = {
		{ "boards", "gauge", "Boards that somebody reads.",
		    (int64_t)s->hub->boards.n },
		{ "held", "gauge", "Responses and WebSockets held.", t->held },
		{ "handovers_total", "counter",
		    "Responses taken from responders.", t->handovers },
		{ "handshakes_total", "counter", "WebSockets opened.",
		    t->handshakes },
		{ "handovers_refused_total", "counter",
		    "Responses not taken.", t->refused },
		{ "changes_total", "counter",
		    "Changes that came from the log.", t->changes },
		{ "frames_total", "counter", "Changes sent to readers.",
		    t->frames },
		{ "ring_misses_total", "counter",
		    "Readers that fell behind the ring.", t->misses },
		{ "resets_total", "counter",
		    "Cursors that could not be served.", t->resets },
		{ "peers", "gauge", "Peers present on boards.", t->members },
		{ "signals_total", "counter", "Signals passed on.",
		    t->signals },
		{ "stalled_total", "counter",
		    "Readers ended since they took nothing.", t->stuck },
		{ "turns_total", "counter", "Wake-ups of the loop.",
		    *s->turns },
		{ "batches_total", "counter",
		    "System calls that sent to many readers.",
		    s->hub->peers->cork.batches },
		{ "batched_total", "counter", "Sends by those.",
		    s->hub->peers->cork.batched },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		put_metric(b, all[i].name, all[i].type, all[i].help,
		    all[i].value);
	put_feeds(b, t);
	buf_adds(b, "# HELP notewired_fanout_seconds From hearing of a change "
	    "to having sent it.\n# TYPE notewired_fanout_seconds histogram\n");
	histogram_print(&t->fanout, b, "notewired_fanout_seconds");
}

static void
answer(struct asker *a, const char *line, const char *type,
    const struct buf *body)
{
	struct buf b;

	buf_init(&b, ANSWER_MAX);
	buf_addf(&b, "HTTP/1.0 %s\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n", line, type,
	    body->len);
	buf_add(&b, body->data, body->len);
	/* a local socket takes so little at once; who does not read it loses */
	if (buf_status(&b) == ST_OK)
		(void)peer_send_bytes(a->peer, b.data, b.len);
	buf_fini(&b);
	asker_free(a);
}

static bool
asks(const struct asker *a, const char *path)
{
	size_t len = strlen(path);

	return strncmp(a->head, path, len) == 0 &&
	    (a->head[len] == ' ' || a->head[len] == '\r');
}

static void
serve(struct asker *a)
{
	struct buf body;

	buf_init(&body, ANSWER_MAX / 2);
	if (asks(a, "GET /metrics")) {
		put_metrics(&body, a->s);
		answer(a, "200 OK", "text/plain; version=0.0.4", &body);
	} else if (asks(a, "GET /health")) {
		buf_addf(&body, "{\"status\":\"%s\",\"sandbox\":",
		    *a->s->draining ? "draining" : "ok");
		sandbox_print(&body, &a->s->sandbox);
		buf_adds(&body, "}\n");
		answer(a, *a->s->draining ? "503 Service Unavailable" :
		    "200 OK", "application/json", &body);
	} else {
		buf_adds(&body, "GET /health or /metrics\n");
		answer(a, "404 Not Found", "text/plain", &body);
	}
	buf_fini(&body);
}

static void
on_input(struct peer *c, bool ended)
{
	struct asker *a = c->owner;
	enum status st;
	size_t got;

	do {
		st = peer_read(c, a->head + a->len,
		    sizeof(a->head) - 1 - a->len, &got);
		a->len += got;
	} while (st == ST_OK && got > 0 && a->len < sizeof(a->head) - 1);
	a->head[a->len] = '\0';
	if (strstr(a->head, "\r\n\r\n") != NULL)
		serve(a);
	else if (st || ended || a->len == sizeof(a->head) - 1)
		asker_free(a);
}

static void
on_gone(struct peer *c)
{
	asker_free(c->owner);
}

static void
fire(struct timer *t, int64_t now)
{
	(void)now;
	asker_free((struct asker *)(void *)((char *)t -
	    offsetof(struct asker, timer)));
}

static bool
let_in(void *arg, int fd)
{
	static const struct peer_kind kind = {
		.name = "status",
		.input = on_input,
		.room = on_gone,
		.gone = on_gone,
	};
	struct statuses *s = arg;
	struct asker *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return false;
	a->s = s;
	a->timer.fire = fire;
	if (peer_take(s->listener.peers, fd, &kind, a, &a->peer)) {
		free(a);
		return false;
	}
	wheel_set(s->listener.wheel, &a->timer, clock_mono_ms() + ASKER_MS);
	return true;
}

enum status
status_open(struct statuses *s, int fd)
{
	s->listener.name = "status";
	s->listener.let_in = let_in;
	s->listener.arg = s;
	return listener_open(&s->listener, fd);
}

void
status_close(struct statuses *s)
{
	listener_close(&s->listener);
}
