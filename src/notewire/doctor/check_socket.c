#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "notewire/doctor/check.h"
#include "notewire/net/websocket.h"

/* The WebSocket: its handshake, both ways, and who it is said to be from. */

#define URL_MAX		1024
#define APART_US	40000
#define LINES		5

/* One that is open, or was refused. */
struct line {
	struct http		*http;
	struct websocket	 w;
	enum status		 st;
};

static void
hang_up(struct line *l)
{
	websocket_fini(&l->w);
	http_free(l->http);
}

/*
 * Opens one as who `lines` say, or as the visitor, where that is NULL.  The
 * caller hangs up in any case.
 */
static enum status
open_line(struct doctor *d, struct line *l, const char *query,
    const char *const *lines)
{
	const char *own[LINES] = { d->credential, NULL };
	char url[URL_MAX];

	memset(l, 0, sizeof(*l));
	if (d->credential_origin[0] != '\0')
		own[1] = d->credential_origin;
	(void)snprintf(url, sizeof(url), "%s%s/socket/%s%s", d->origin,
	    d->mount, d->board, query);
	l->st = http_new(&l->http);
	if (l->st)
		return l->st;
	http_trust_any(l->http);
	l->st = websocket_open_as(&l->w, l->http, url, lines != NULL ? lines :
	    own);
	return l->st;
}

static void
tell_refusal(struct doctor *d, const struct line *l)
{
	int status = l->w.refused;

	if (l->st != ST_DENIED)
		doctor_fail(d, TROUBLE_SOCKET_UPGRADE, "no WebSocket: %s %s",
		    status_name(l->st), http_error(l->http));
	else if (status == 426 || status == 400)
		doctor_fail(d, TROUBLE_SOCKET_UPGRADE, "the daemon was asked, "
		    "but not for an upgrade (%d)", status);
	else if (status >= 500)
		doctor_fail(d, TROUBLE_OTHER, "the daemon is away (%d): may "
		    "the web server open its socket?", status);
	else
		doctor_fail(d, TROUBLE_SOCKET_ABSENT,
		    "the web server does not ask the daemon (%d)", status);
}

/* The next message that has that text in it. */
static enum status
until(struct line *l, const char *text, int64_t *us)
{
	int64_t stop = clock_mono_ms() + DOCTOR_FLOW_MS, left;
	const struct buf *message;
	enum status st;

	do {
		left = stop - clock_mono_ms();
		st = left <= 0 ? ST_TIMEOUT : websocket_next(&l->w, (int)left,
		    &message);
		*us = clock_mono_us();
	} while (st == ST_OK && strstr(message->data, text) == NULL);
	return st;
}

static bool
say_note(struct doctor *d, struct line *l, char id[ID_SIZE])
{
	char op[256], key[ID_SIZE];

	if (token_new_id(id) || token_new_id(key))
		return false;
	doctor_made(d, id);
	(void)snprintf(op, sizeof(op), "{\"op\":\"put\",\"id\":\"%s\","
	    "\"if_match\":\"0\",\"key\":\"%s\",\"doc\":{\"text\":\"said\"}}",
	    id, key);
	return websocket_say(&l->w, op) == ST_OK;
}

static void
both_ways(struct doctor *d, struct line *l)
{
	int64_t first, second, wrote, came;
	char id[ID_SIZE];

	if (until(l, "\"up-to-date\"", &first) ||
	    until(l, "\"heartbeat\"", &second)) {
		doctor_fail(d, TROUBLE_SOCKET_UPGRADE,
		    "it is open, but nothing comes");
		return;
	}
	wrote = clock_mono_us();
	if (!say_note(d, l, id) || until(l, id, &came)) {
		doctor_fail(d, TROUBLE_OTHER, "what is said is not answered");
		return;
	}
	if (second - first < APART_US)
		doctor_warn(d, TROUBLE_OTHER, "the two frames came together");
	doctor_note(d, "two frames %.0f ms apart, a note and its answer in "
	    "%.1f ms", doctor_ms(second - first), doctor_ms(came - wrote));
}

static void
resume(struct doctor *d)
{
	char id[ID_SIZE], at[CURSOR_TEXT], query[64];
	struct line l;
	int64_t us;

	if (!doctor_head(d, at) || !doctor_write(d, "meanwhile", id))
		return;
	(void)snprintf(query, sizeof(query), "?since=%s", at);
	if (open_line(d, &l, query, NULL) || until(&l, id, &us))
		doctor_fail(d, TROUBLE_OTHER, "it does not go on where it was");
	hang_up(&l);
}

void
check_socket(struct doctor *d)
{
	struct line l;

	if (open_line(d, &l, "?since=now", NULL))
		tell_refusal(d, &l);
	else
		both_ways(d, &l);
	hang_up(&l);
	d->socket_opens = l.st == ST_OK;
	if (d->socket_opens)
		resume(d);
}

/* A page's visit: what it says of itself. */
struct page {
	const char	*cookie;
	char		 origin[400];	/* a line */
	const char	*claim[2];	/* more lines; or NULL */
};

/* The status that it is answered; 101: it may. */
static int
as_page(struct doctor *d, const struct page *p)
{
	const char *const lines[] = { p->cookie, p->origin, p->claim[0],
	    p->claim[1], NULL };
	struct line l;
	int status;

	status = open_line(d, &l, "?since=now", lines) == ST_OK ? 101 :
	    l.w.refused;
	hang_up(&l);
	return status;
}

/* Signs in as a page of this host does; the cookie's line, or "". */
static void
sign_in(struct doctor *d, char *line, size_t size)
{
	char body[64 + TOKEN_SIZE], origin[400], cookie[300];
	struct ask a = { .method = "POST", .path = "/api/session",
	    .plain = true, .type = "application/json", .body = body,
	    .line = { origin } };
	struct exchange *e;

	line[0] = '\0';
	(void)snprintf(body, sizeof(body), "{\"token\":\"%s\"}", d->token);
	(void)snprintf(origin, sizeof(origin), "Origin: %s", d->origin);
	e = doctor_ask(d, &a);
	if (e == NULL)
		return;
	exchange_field(e, "Set-Cookie", cookie, sizeof(cookie));
	if (e->status == 200)
		(void)snprintf(line, size, "Cookie: %.*s",
		    (int)strcspn(cookie, ";"), cookie);
	else
		doctor_fail(d, TROUBLE_OTHER, "a page of this host cannot sign "
		    "in (%d): is Host kept?", e->status);
	exchange_drop(e);
}

void
check_socket_origin(struct doctor *d)
{
	char cookie[320];
	struct page p = { .cookie = cookie };
	int status;

	sign_in(d, cookie, sizeof(cookie));
	if (cookie[0] == '\0')
		return;
	(void)snprintf(p.origin, sizeof(p.origin), "Origin: %s", d->origin);
	status = as_page(d, &p);
	d->page_opens = status == 101;
	if (!d->page_opens)
		doctor_fail(d, TROUBLE_SOCKET_HOST, "the daemon refuses a page "
		    "of this host (%d): is Host kept?", status);
	(void)snprintf(p.origin, sizeof(p.origin),
	    "Origin: http://other.invalid");
	if (as_page(d, &p) == 101)
		doctor_fail(d, TROUBLE_OTHER, "a page of any host may open it");
}

/* Whether a page that came without TLS may open it, whatever it claims. */
static bool
plain_page_may(struct doctor *d, const char *cookie)
{
	struct page p = { .cookie = cookie, .claim = { d->https ?
	    "X-Forwarded-Proto: http" : "X-Forwarded-Proto: https" } };

	(void)snprintf(p.origin, sizeof(p.origin), "Origin: http://%s",
	    strstr(d->origin, "://") + 3);
	return as_page(d, &p) == 101;
}

/*
 * The daemon believes the web server before it, so nothing that a client claims
 * may come through.  Of its address twice is once too often; and where there is
 * TLS, and only there, a page that came without it is refused.
 */
void
check_socket_address(struct doctor *d)
{
	char cookie[320];
	struct page p = { .cookie = cookie, .claim = {
	    "X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 127.0.0.2" } };

	sign_in(d, cookie, sizeof(cookie));
	if (cookie[0] == '\0')
		return;
	(void)snprintf(p.origin, sizeof(p.origin), "Origin: %s", d->origin);
	if (as_page(d, &p) == 400)
		doctor_fail(d, TROUBLE_SOCKET_ADDRESS,
		    "what a client says of its own address is passed on");
	if (plain_page_may(d, cookie) == d->https)
		doctor_fail(d, TROUBLE_SOCKET_SCHEME, "the daemon is not told "
		    "whether there is TLS, or believes the client");
}
