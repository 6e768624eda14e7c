#include "notewired/socket/uplink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/problem.h"
#include "codec/json_check.h"
#include "codec/print.h"

/* Operations of one batch, as many as the responder takes. */
#define BATCH_MAX	100
/* Messages that may wait: what a burst brings, many times over. */
#define WAITING_MAX	10000

/* A message that waits to be played, or is being played. */
struct said {
	struct said		*next;
	enum problem_kind	 fault;	/* it will not be played … */
	const char		*why;	/* … and this is why */
	size_t			 len;
	char		 bytes[];
};

struct uplink {
	struct websock	*s;
	struct ask	*ask;		/* for the first `playing` of them */
	struct said	*first;
	struct said	**last;
	size_t		 n;
	size_t		 bytes;
	size_t		 playing;
	size_t		 alone;		/* so many go one by one: together they
					   were refused, and one is to blame */
};

static void
tell_problem(struct websock *s, enum problem_kind kind, const char *detail)
{
	struct problem p;

	(void)problem_set(&p, kind, "%s", detail);
	websock_tell_problem(s, "problem", &p);
}

static void
put_claim(struct buf *b, const struct claimed *c)
{
	struct handover h = { .claim = HANDOVER_ROW };
	struct buf text;

	if (c->kind == CLAIMED_ROW)
		h.row = c->row;
	else {
		h.claim = c->kind == CLAIMED_SESSION ? HANDOVER_SESSION :
		    HANDOVER_LINK;
		memcpy(h.digest, c->digest, sizeof(h.digest));
	}
	buf_init(&text, HANDOVER_MAX);
	handover_print_claim(&text, &h);
	buf_addc(&text, '\0');
	fcgi_client_param(b, HANDOVER_CLAIM, text.data);
	if (buf_status(&text))
		buf_fail(b, buf_status(&text));
	buf_fini(&text);
}

/* {"ops":[…]} of the next messages; how many. */
static size_t
put_ops(struct buf *b, const struct uplink *u, size_t max_bytes)
{
	const struct said *said;
	size_t n = 0;

	buf_adds(b, "{\"ops\":[");
	for (said = u->first; said != NULL && said->fault == PROBLEM_NONE &&
	    n < BATCH_MAX; said = said->next) {
		if (n > 0 && (u->alone > 0 ||
		    b->len + said->len + 4 > max_bytes))
			break;
		if (n++ > 0)
			buf_addc(b, ',');
		buf_add(b, said->bytes, said->len);
	}
	buf_adds(b, "]}");
	return n;
}

static void
put_request(struct buf *b, const struct websock *s, const struct buf *ops)
{
	const char *board = s->reader.group->board->at.id;
	char path[ID_SIZE + 16], length[24];

	(void)snprintf(path, sizeof(path), "/boards/%s/ops", board);
	(void)snprintf(length, sizeof(length), "%zu", ops->len);
	fcgi_client_begin(b);
	fcgi_client_param(b, "GATEWAY_INTERFACE", "CGI/1.1");
	fcgi_client_param(b, "SERVER_PROTOCOL", "HTTP/1.1");
	fcgi_client_param(b, "REQUEST_METHOD", "POST");
	fcgi_client_param(b, "SCRIPT_NAME", "");
	fcgi_client_param(b, "PATH_INFO", path);
	fcgi_client_param(b, "QUERY_STRING", "");
	fcgi_client_param(b, "CONTENT_TYPE", "application/json");
	fcgi_client_param(b, "CONTENT_LENGTH", length);
	fcgi_client_param(b, HANDOVER_PARAM, "1");
	put_claim(b, &s->reader.claimed);
	fcgi_client_body(b, ops->data, ops->len);
	if (buf_status(ops))
		buf_fail(b, buf_status(ops));
}

static void on_answer(void *arg, const struct fcgi_answer *a);

static void
drop_first(struct uplink *u)
{
	struct said *said = u->first;

	u->first = said->next;
	if (u->first == NULL)
		u->last = &u->first;
	u->n--;
	u->bytes -= said->len;
	free(said);
}

/* What is refused here; the client's key lets it say it again. */
static void
refuse_first(struct uplink *u, enum problem_kind kind, const char *why)
{
	drop_first(u);
	tell_problem(u->s, kind, why);
}

static void
ask_for_next(struct uplink *u)
{
	const size_t max = (size_t)websock_all(u->s)->holder->config->body_bytes;
	struct buf ops, request;

	buf_init(&ops, max + 16);
	buf_init(&request, max * 2 + HANDOVER_MAX);
	u->playing = put_ops(&ops, u, max);
	put_request(&request, u->s, &ops);
	u->ask = ask_new(&websock_all(u->s)->asks, &request, on_answer, u);
	buf_fini(&ops);
	buf_fini(&request);
	if (u->ask == NULL)
		refuse_first(u, PROBLEM_BUSY, "the responder cannot be asked");
}

/* Plays what waits, unless something is being played. */
static void
play(struct uplink *u)
{
	while (u->first != NULL && u->ask == NULL &&
	    u->s->reader.group != NULL) {
		if (u->first->fault != PROBLEM_NONE)
			refuse_first(u, u->first->fault, u->first->why);
		else
			ask_for_next(u);
	}
}

static void
on_answer(void *arg, const struct fcgi_answer *a)
{
	struct uplink *u = arg;
	size_t n = u->playing;

	u->ask = NULL;
	u->playing = 0;
	if (a != NULL && a->status != 200 && n > 1) {
		u->alone = n;
		play(u);
		return;
	}
	while (n-- > 0) {
		drop_first(u);
		if (u->alone > 0)
			u->alone--;
		if (a == NULL)
			tell_problem(u->s, PROBLEM_BUSY,
			    "the responder did not answer");
	}
	if (a != NULL && a->body_len == 0)
		tell_problem(u->s, PROBLEM_INTERNAL, "an empty answer");
	else if (a != NULL)
		websock_tell(u->s, a->status == 200 ? "results" : "problem",
		    a->body, a->body_len);
	play(u);
}

/* One JSON object, so that several can stand in one array. */
static enum problem_kind
fault_of(const struct websock *s, const char *bytes, size_t len,
    const char **why)
{
	const struct config *config = websock_all(s)->holder->config;
	const struct json_limits limits = { config->json_depth,
	    config->json_values };
	struct json_check check;

	*why = NULL;
	json_check_init(&check, &limits);
	if (json_check_feed(&check, bytes, len) || json_check_end(&check))
		*why = json_fault_text(check.fault);
	else if (bytes[strspn(bytes, " \t\r\n")] != '{')
		*why = "not an object";
	json_check_fini(&check);
	return *why != NULL ? PROBLEM_BAD_JSON : PROBLEM_NONE;
}

static struct uplink *
uplink_of(struct websock *s)
{
	struct uplink *u = s->uplink;

	if (u != NULL)
		return u;
	u = s->uplink = calloc(1, sizeof(*u));
	if (u != NULL) {
		u->s = s;
		u->last = &u->first;
	}
	return u;
}

/* So much may wait for the responder. */
static size_t
most(const struct websock *s)
{
	const struct config *config = websock_all(s)->holder->config;

	return (size_t)config->unsent_bytes + (size_t)config->body_bytes;
}

void
uplink_take(struct websock *s, const char *bytes, size_t len)
{
	struct uplink *u = uplink_of(s);
	struct said *said = NULL;

	if (u != NULL && u->bytes + len <= most(s) && u->n < WAITING_MAX)
		said = malloc(sizeof(*said) + len + 1);
	if (said == NULL) {
		ws_end(&s->ws, WS_CODE_LATER, "too much waits");
		return;
	}
	said->next = NULL;
	said->len = len;
	memcpy(said->bytes, bytes, len);
	said->bytes[len] = '\0';
	said->fault = fault_of(s, said->bytes, len, &said->why);
	*u->last = said;
	u->last = &said->next;
	u->n++;
	u->bytes += len;
	play(u);
}

void
uplink_free(struct uplink *u)
{
	if (u == NULL)
		return;
	ask_free(u->ask);
	while (u->first != NULL)
		drop_first(u);
	free(u);
}
