#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/str.h"
#include "codec/json.h"
#include "notewire/command/change.h"
#include "notewire/command/tail.h"
#include "notewire/net/http.h"
#include "notewire/net/websocket.h"

/* Every feed gives a sign of life four times in that. */
#define SILENCE_S	60L
#define POLL_S		1
/* Between two tries where a connection was lost. */
#define PAUSE_MAX_S	32
#define URL_MAX		4096

/* A log that is followed through a site. */
struct site {
	struct cli		*c;
	const struct tail_wish	*wish;
	struct http		*http;
	char			 board[ID_SIZE];
	char			 since[CURSOR_TEXT];
	char			 url[URL_MAX];
	struct feed_read	 read;
	enum status		 st;	/* of the last bytes */
	int			 code;	/* of the last print */
	bool			 done;	/* nothing more is wanted */
	bool			 heard;	/* this connection told something */
};

/* A feed_fn. */
static enum status
hear(void *arg, const char *name, const struct cJSON *data)
{
	struct site *s = arg;
	const char *at = NULL, *reason;

	s->heard = true;
	if (strcmp(name, "change") == 0) {
		at = json_string_member(data, "seq");
		s->code = change_print_json(s->c, data);
	} else if (strcmp(name, "reset") == 0) {
		at = json_string_member(data, "last_seq");
		reason = json_string_member(data, "reason");
		if (reason == NULL)
			reason = json_string_member(data, "reset");
		s->code = change_print_reset(s->c, reason != NULL ? reason :
		    "unknown", at != NULL ? at : "0");
	} else if (strcmp(name, "page") == 0) {
		at = json_string_member(data, "last_seq");
		s->done = s->wish->once &&
		    !json_is_positive(json_member(data, "pending"));
	} else {
		at = json_string_member(data, "last_seq");
		s->done = s->wish->once && strcmp(name, "up-to-date") == 0;
	}
	if (at != NULL && str_copy(s->since, sizeof(s->since), at))
		return ST_INVALID;
	return s->code != EX_OK || s->done ? ST_CLOSED : ST_OK;
}

/* An http_bytes_fn. */
static bool
take(void *arg, char *bytes, size_t n)
{
	struct site *s = arg;

	s->st = feed_read_feed(&s->read, bytes, n);
	return s->st == ST_OK;
}

/* For what a request was refused, and that is final. */
static int
refused(const char *what, long status, const char *words)
{
	int code = status == 404 || status == 410 ? EX_NOINPUT :
	    status == 401 || status == 403 ? EX_NOPERM : EX_UNAVAILABLE;

	return cli_fail(code, "%s: %s", what, words);
}

static bool
is_final(long status)
{
	return status >= 400 && status < 500 && status != 408 && status != 429;
}

static bool
ignore(void *arg, char *bytes, size_t n)
{
	(void)arg;
	(void)bytes;
	(void)n;
	return true;
}

static bool
keep(void *arg, char *bytes, size_t n)
{
	buf_add(arg, bytes, n);
	return true;
}

/* The sign-in leaves no session behind; where it would, that expires. */
static void
sign_out(struct site *s)
{
	const struct http_ask ask = { .url = s->url, .method = "DELETE",
	    .silence_s = SILENCE_S, .fn = ignore };

	(void)http_do(s->http, &ask);
}

/* Which board the link is for: the answer to a sign-in says it. */
static int
find_board(struct site *s)
{
	static const struct json_limits limits = { 8, 4096 };
	struct http_ask ask = { .url = s->url, .silence_s = SILENCE_S,
	    .fn = keep };
	char body[64 + TOKEN_SIZE];
	struct cJSON *json = NULL;
	struct problem why;
	const char *board;
	struct buf answer;
	enum status st;
	int code = EX_OK;

	(void)snprintf(s->url, sizeof(s->url), "%sapi/session",
	    s->wish->link.base);
	(void)snprintf(body, sizeof(body), "{\"token\":\"%s\"}",
	    s->wish->link.token);
	buf_init(&answer, (size_t)1 << 20);
	ask.json = body;
	ask.arg = &answer;
	st = http_do(s->http, &ask);
	if (st == ST_OK && http_status(s->http) == 200)
		(void)json_parse(answer.data, answer.len, &limits, &json, &why);
	board = json_string_member(json, "board");
	if (st == ST_CLOSED)
		code = cli_fail(EX_UNAVAILABLE, "%s: %s", s->url,
		    http_error(s->http));
	else if (st)
		code = cli_failed(st, s->url);
	else if (http_status(s->http) != 200)
		code = refused(s->url, http_status(s->http),
		    http_error(s->http));
	else if (board == NULL || str_copy(s->board, sizeof(s->board), board))
		code = cli_fail(EX_PROTOCOL, "%s: no Notewire answers there",
		    s->url);
	else
		sign_out(s);
	json_free(json);
	buf_fini(&answer);
	return code;
}

/* One request, until its answer ends. */
static enum status
hear_http(struct site *s)
{
	const struct http_ask ask = { .url = s->url,
	    .token = s->wish->link.token, .silence_s = SILENCE_S, .fn = take,
	    .arg = s };
	enum status st;

	(void)snprintf(s->url, sizeof(s->url), "%sapi/boards/%s/changes?"
	    "feed=%s&since=%s&include_docs=true", s->wish->link.base, s->board,
	    feed_name(s->read.kind), s->since);
	st = http_do(s->http, &ask);
	if (st == ST_OK && http_status(s->http) == 200 && s->st == ST_OK)
		s->st = feed_read_end(&s->read);
	return st;
}

/* One WebSocket, until it ends. */
static enum status
hear_socket(struct site *s, struct websocket *w)
{
	const struct buf *message;
	enum status st;

	(void)snprintf(s->url, sizeof(s->url), "%ssocket/%s?since=%s"
	    "&include_docs=true", s->wish->link.base, s->board, s->since);
	st = websocket_open(w, s->http, s->url, s->wish->link.token);
	while (st == ST_OK && s->st == ST_OK) {
		st = websocket_next(w, 1000 * (int)SILENCE_S, &message);
		if (st == ST_OK)
			s->st = feed_read_feed(&s->read, message->data,
			    message->len);
		if (st == ST_OK && s->st == ST_OK)
			s->st = feed_read_end(&s->read);
	}
	return st;
}

/* Close codes that no new try would change (3 of the API). */
static int
closed_for_good(const struct websocket *w, const char *url)
{
	switch (w->code) {
	case 4401:
	case 4403:
		return cli_fail(EX_NOPERM, "%s: %s", url, w->reason);
	case 4404:
		return cli_fail(EX_NOINPUT, "%s: %s", url, w->reason);
	default:
		return EX_OK;
	}
}

/* One connection and what its end means: EX_OK, to go on. */
static int
hear_once(struct site *s)
{
	struct websocket *w = NULL;
	char words[32];
	enum status st;
	int code = EX_OK;

	s->st = ST_OK;
	s->heard = false;
	feed_read_init(&s->read);
	if (s->read.kind == FEED_WEBSOCKET) {
		w = malloc(sizeof(*w));
		st = w == NULL ? ST_NOMEM : hear_socket(s, w);
	} else
		st = hear_http(s);
	if (s->code || s->done)
		code = s->code;
	else if (st == ST_INVALID || (s->st && s->st != ST_CLOSED))
		code = cli_fail(EX_PROTOCOL, "%s: what came is no such feed",
		    s->url);
	else if (st == ST_NOMEM)
		code = cli_failed(st, s->url);
	else if (w != NULL && is_final(w->refused)) {
		(void)snprintf(words, sizeof(words), "HTTP %d", w->refused);
		code = refused(s->url, w->refused, words);
	} else if (w != NULL)
		code = closed_for_good(w, s->url);
	else if (is_final(http_status(s->http)))
		code = refused(s->url, http_status(s->http),
		    http_error(s->http));
	feed_read_fini(&s->read);
	if (w != NULL)
		websocket_fini(w);
	free(w);
	return code;
}

static int
follow(struct site *s)
{
	unsigned pause = 0;
	int code = EX_OK;

	while (code == EX_OK && !s->done) {
		code = hear_once(s);
		if (code || s->done)
			break;
		/* lost without a word: more slowly each time */
		pause = s->heard ? 0 : pause == 0 ? 1 : pause < PAUSE_MAX_S ?
		    2 * pause : pause;
		if (s->wish->feed != FEED_LONGPOLL || pause > 0)
			(void)sleep(pause > 0 ? pause : POLL_S);
	}
	return code;
}

int
tail_site(struct cli *c, const struct tail_wish *w)
{
	struct site s = { .c = c, .wish = w,
	    .read = { .kind = w->feed, .fn = hear } };
	int code;

	s.read.arg = &s;
	if (str_copy(s.since, sizeof(s.since), w->since))
		return cli_fail(EX_DATAERR, "%s: no cursor; or 0, or now",
		    w->since);
	code = cli_failed(http_new(&s.http), "libcurl");
	if (code == EX_OK)
		code = find_board(&s);
	if (code == EX_OK)
		code = follow(&s);
	http_free(s.http);
	return code;
}
