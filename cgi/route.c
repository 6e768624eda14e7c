#include "route.h"

#include <stdatomic.h>
#include <string.h>

#include "api/api.h"
#include "base/clock.h"
#include "base/log.h"
#include "call/form.h"
#include "call/reply.h"
#include "call/ticket.h"
#include "page/page.h"

/*
 * So much of a body that no handler wanted is read, to let its sender finish:
 * what the web servers' snippets let through.
 */
#define DRAIN_MAX	((size_t)16 << 20)

typedef enum status handler(struct call *c, const struct claim *claim);

struct route {
	const char	*pattern;	/* segments; ":" stands for an id */
	enum method	 method;	/* GET serves HEAD as well */
	enum role	 need;		/* on the board of the path */
	handler		*run;
};

#define BOARD	"boards/:"
#define NOTE	BOARD "/notes/:"
#define ITEM	NOTE "/items/:"

static const struct route routes[] = {
	{ "boards",		METHOD_POST,	ROLE_NONE,  api_board_create },
	{ BOARD,		METHOD_GET,	ROLE_READ,  api_board_get },
	{ BOARD,		METHOD_PATCH,	ROLE_ADMIN, api_board_patch },
	{ BOARD,		METHOD_DELETE,	ROLE_ADMIN, api_board_delete },
	{ BOARD "/notes",	METHOD_POST,	ROLE_WRITE, api_note_create },
	{ NOTE,			METHOD_GET,	ROLE_READ,  api_note_get },
	{ NOTE,			METHOD_PUT,	ROLE_WRITE, api_note_put },
	{ NOTE,			METHOD_PATCH,	ROLE_WRITE, api_note_patch },
	{ NOTE,			METHOD_DELETE,	ROLE_WRITE, api_note_delete },
	{ NOTE "/restore",	METHOD_POST,	ROLE_WRITE, api_note_restore },
	{ NOTE "/history",	METHOD_GET,	ROLE_READ,  api_history_get },
	{ ITEM,			METHOD_PUT,	ROLE_WRITE, api_item_put },
	{ ITEM,			METHOD_DELETE,	ROLE_WRITE, api_item_delete },
	{ BOARD "/ops",		METHOD_POST,	ROLE_WRITE, api_ops },
	{ BOARD "/trash",	METHOD_GET,	ROLE_READ,  api_trash_get },
	{ BOARD "/search",	METHOD_GET,	ROLE_READ,  api_search },
	{ BOARD "/files/:",	METHOD_GET,	ROLE_READ,  api_file_get },
	{ BOARD "/files/:",	METHOD_PUT,	ROLE_WRITE, api_file_put },
	{ BOARD "/files/:",	METHOD_DELETE,	ROLE_WRITE, api_file_delete },
	{ BOARD "/changes",	METHOD_GET,	ROLE_READ,  api_changes },
	{ BOARD "/signals",	METHOD_POST,	ROLE_READ,  api_signal },
	{ BOARD "/export",	METHOD_GET,	ROLE_READ,  api_export },
	{ BOARD "/import",	METHOD_POST,	ROLE_ADMIN, api_import },
	{ BOARD "/links",	METHOD_GET,	ROLE_ADMIN, api_links_get },
	{ BOARD "/links",	METHOD_POST,	ROLE_ADMIN, api_link_create },
	{ BOARD "/links/:",	METHOD_DELETE,	ROLE_ADMIN, api_link_delete },
	{ "session",		METHOD_GET,	ROLE_NONE,  api_session_get },
	{ "session",		METHOD_POST,	ROLE_NONE,  api_session_create },
	{ "session",		METHOD_DELETE,	ROLE_NONE,  api_session_delete },
	{ "tickets",		METHOD_POST,	ROLE_NONE,  api_ticket_create },
	{ "health",		METHOD_GET,	ROLE_NONE,  api_health },
	{ "ready",		METHOD_GET,	ROLE_NONE,  api_ready },
	{ "metrics",		METHOD_GET,	ROLE_NONE,  api_metrics },
	{ "",			METHOD_GET,	ROLE_NONE,  page_home },
	{ "",			METHOD_POST,	ROLE_NONE,  page_home_post },
	{ BOARD "/live",	METHOD_GET,	ROLE_READ,  page_live },
	{ BOARD "/form",	METHOD_POST,	ROLE_WRITE, page_board_post },
};
#define ROUTES_N	(sizeof(routes) / sizeof(routes[0]))

static bool
matches(const char *pattern, const struct path *p)
{
	size_t i, n;

	for (i = 0; i < p->count; i++) {
		n = strcspn(pattern, "/");
		if (n == 1 && *pattern == ':') {
			if (!str_is_id(p->seg[i]))
				return false;
		} else if (strncmp(pattern, p->seg[i], n) != 0 ||
		    p->seg[i][n] != '\0')
			return false;
		pattern += n;
		if (*pattern == '\0')
			return i + 1 == p->count;
		pattern++;
	}
	return *pattern == '\0';	/* the root has no segment */
}

/* Those that a page's form is posted to: its token stands for an Origin. */
static bool
takes_form(const struct route *at)
{
	return at->run == page_home_post || at->run == page_board_post;
}

/* The route, or NULL with the methods that the path would take in `allow`. */
static const struct route *
find(const struct request *r, struct buf *allow)
{
	enum method wanted = r->method == METHOD_HEAD ? METHOD_GET : r->method;
	const struct route *at;

	for (at = routes; at < routes + ROUTES_N; at++) {
		if (!matches(at->pattern, &r->path))
			continue;
		if (at->method == wanted)
			return at;
		buf_addf(allow, "%s%s", allow->len ? ", " : "",
		    at->method == METHOD_GET ? "GET, HEAD" :
		    method_name(at->method));
	}
	return NULL;
}

static enum status
find_or_refuse(struct call *c, const struct route **out)
{
	struct buf allow;
	enum status st = ST_NOTFOUND;

	buf_init(&allow, 256);
	*out = find(&c->request, &allow);
	if (*out != NULL) {
		c->pattern = (*out)->pattern;
		st = ST_OK;
	} else if (allow.len > 0) {
		reply_header(c, "Allow", "%s", allow.data);
		st = call_problem(c, PROBLEM_METHOD_NOT_ALLOWED,
		    "this path takes %s", allow.data);
	}
	buf_fini(&allow);
	return st;
}

static enum status
handle(struct call *c)
{
	const struct route *at;
	struct claim claim;
	enum status st;

	st = request_read(c->x, c->service->config, &c->request, &c->problem);
	if (st == ST_OK)
		st = find_or_refuse(c, &at);
	if (st == ST_OK)
		st = claim_read(c, &claim);
	/* the one way in for who can send neither header nor cookie */
	if (st == ST_OK && at->run == api_changes)
		st = ticket_read(c, &claim);
	if (st == ST_OK)
		st = takes_form(at) ? form_take(c, &claim) :
		    access_check_origin(c, &claim);
	if (st == ST_OK && at->need != ROLE_NONE)
		st = access_check(c, &claim, PATH_BOARD(c), at->need);
	return st ? st : at->run(c, &claim);
}

/* A person who looks for a fault finds the request here, but never its content. */
static void
log_problem(const struct call *c)
{
	char detail[sizeof(c->problem.detail)], *quote;

	/* it may repeat a word of the client's, which must not end it early */
	(void)str_copy(detail, sizeof(detail), c->problem.detail);
	for (quote = detail; (quote = strchr(quote, '"')) != NULL; )
		*quote = '\'';
	log_info("request", problem_slug(c->problem.kind),
	    "status=%d method=%s address=%s detail=\"%s\"",
	    problem_http(c->problem.kind), method_name(c->request.method),
	    exchange_env(c->x, "REMOTE_ADDR"), detail);
}

/* The route stands for the path, so that no id is in the log. */
static void
log_request(const struct call *c, int64_t began)
{
	log_debug("request", "answered",
	    "status=%d method=%s route=\"/%s\" took_ms=%lld", c->http,
	    method_name(c->request.method),
	    c->pattern != NULL ? c->pattern : "?",
	    (long long)(clock_mono_ms() - began));
}

enum status
route(struct service *s, struct exchange *x, struct chore *left)
{
	const int64_t began = clock_mono_ms();
	struct call c;
	enum status st;

	call_init(&c, s, x);
	atomic_fetch_add(&s->requests, 1);
	st = handle(&c);
	if (st && st != ST_CLOSED && !c.answered) {
		atomic_fetch_add(&s->problems, 1);
		reply_name_problem(&c, st);
		st = call_wants_html(&c) ? page_problem(&c) :
		    reply_problem(&c);
		log_problem(&c);
	}
	if (st == ST_OK && !x->given)
		st = exchange_flush(x);
	if (!x->body_read)
		exchange_drain(x, DRAIN_MAX);
	log_request(&c, began);
	*left = c.chore;
	call_fini(&c);
	return st;
}
