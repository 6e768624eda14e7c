#include <stddef.h>
#include <string.h>

#include "base/problem.h"
#include "codec/print.h"
#include "notewired/socket/websock.h"

/*
 * A handshake waits for the responder's word: may this credential watch this
 * board, and from where?  The question is GET …/changes, with what the client
 * sent (proto/handover.h).
 */

#define REQUEST_MAX	((size_t)64 << 10)

static void
refuse(struct opening *o, enum problem_kind kind, const char *detail)
{
	struct problem p;
	struct buf b;

	(void)problem_set(&p, kind, "%s", detail);
	buf_init(&b, REQUEST_MAX);
	print_problem(&b, &p);
	opening_refuse(o, problem_http(kind), b.data, b.len);
	buf_fini(&b);
}

/* …/socket/BOARD?QUERY, wherever that is mounted.  ST_INVALID: something else. */
static enum status
read_target(const char *target, char board[ID_SIZE], const char **query)
{
	static const char name[] = "/socket";
	const char *end = target + strcspn(target, "?"), *slash = end;
	size_t len;

	*query = *end == '?' ? end + 1 : "";
	while (slash > target && *slash != '/')
		slash--;
	len = (size_t)(end - slash);
	if (*target != '/' || len == 0 || len > ID_SIZE ||
	    slash - target < (ptrdiff_t)strlen(name) ||
	    strncmp(slash - strlen(name), name, strlen(name)) != 0)
		return ST_INVALID;
	memcpy(board, slash + 1, len - 1);
	board[len - 1] = '\0';
	return str_is_id(board) ? ST_OK : ST_INVALID;
}

/* The last entry of a list: what our own web server saw itself. */
static const char *
last_of(const char *list)
{
	const char *comma = strrchr(list, ',');

	list = comma == NULL ? list : comma + 1;
	return list + strspn(list, " \t");
}

/* Each field once, and in no other name than its own. */
static enum status
put_fields(struct buf *b, const struct http_head *head)
{
	static const struct {
		const char	*field;
		const char	*param;
	} all[] = {
		{ "host", "HTTP_HOST" },
		{ "origin", "HTTP_ORIGIN" },
		{ "cookie", "HTTP_COOKIE" },
		{ "authorization", "HTTP_AUTHORIZATION" },
		{ "last-event-id", "HTTP_LAST_EVENT_ID" },
	};
	const char *value;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (http_head_value(head, all[i].field, &value))
			return ST_INVALID;
		if (value[0] != '\0')
			fcgi_client_param(b, all[i].param, value);
	}
	return ST_OK;
}

/* Who it is: what the web server before us says, or what the socket does. */
static enum status
put_client(struct buf *b, const struct opening *o)
{
	const struct openings *from = opening_from(o);
	const struct http_head *head = opening_head(o);
	char own[OPENING_ADDRESS];
	const char *address, *scheme;

	if (from->direct) {
		opening_address(o, own);
		fcgi_client_param(b, "REMOTE_ADDR", own);
		if (from->tls != NULL)
			fcgi_client_param(b, "HTTPS", "on");
		return ST_OK;
	}
	if (http_head_value(head, "x-forwarded-for", &address) ||
	    http_head_value(head, "x-forwarded-proto", &scheme))
		return ST_INVALID;
	fcgi_client_param(b, "REMOTE_ADDR", last_of(address));
	if (strcmp(last_of(scheme), "https") == 0)
		fcgi_client_param(b, "HTTPS", "on");
	return ST_OK;
}

static enum status
put_question(struct buf *b, const struct opening *o, const char *board,
    const char *query)
{
	char path[ID_SIZE + sizeof("/boards//changes")];

	(void)str_copy(path, sizeof(path), "/boards/");
	memcpy(path + strlen(path), board, strlen(board) + 1);
	memcpy(path + strlen(path), "/changes", sizeof("/changes"));
	fcgi_client_begin(b);
	fcgi_client_param(b, "GATEWAY_INTERFACE", "CGI/1.1");
	fcgi_client_param(b, "SERVER_PROTOCOL", "HTTP/1.1");
	fcgi_client_param(b, "REQUEST_METHOD", "GET");
	fcgi_client_param(b, "SCRIPT_NAME", "");
	fcgi_client_param(b, "PATH_INFO", path);
	fcgi_client_param(b, "QUERY_STRING", query);
	fcgi_client_param(b, HANDOVER_PARAM, "1");
	if (put_fields(b, opening_head(o)) || put_client(b, o))
		return ST_INVALID;
	fcgi_client_body(b, "", 0);
	return buf_status(b);
}

static void
on_answer(void *arg, const struct fcgi_answer *a)
{
	struct opening *o = arg;
	struct handover m;

	if (a == NULL)
		refuse(o, PROBLEM_BUSY, "the responder does not answer");
	else if (a->status != 200)
		opening_refuse(o, a->status, a->body, a->body_len);
	else if (handover_parse(a->body, a->body_len, &m) ||
	    m.kind != HANDOVER_SOCKET)
		refuse(o, PROBLEM_INTERNAL, "the responder is another version");
	else
		websock_new(opening_from(o)->arg, o, &m);
}

void
upgrade_left(void *asked)
{
	ask_free(asked);
}

static void
ask(struct websocks *all, struct opening *o, const struct buf *question)
{
	struct ask *asked = ask_new(&all->asks, question, on_answer, o);

	if (asked == NULL)
		refuse(o, PROBLEM_BUSY, "the responder cannot be asked");
	else
		opening_wait(o, asked);
}

void
upgrade_ready(void *websocks, struct opening *o)
{
	struct websocks *all = websocks;
	const struct http_head *head = opening_head(o);
	char board[ID_SIZE];
	const char *query;
	struct buf b;

	buf_init(&b, REQUEST_MAX);
	if (read_target(head->target, board, &query))
		refuse(o, PROBLEM_NOT_FOUND, "WebSockets are at …/socket/BOARD");
	else if (put_question(&b, o, board, query))
		refuse(o, PROBLEM_BAD_HEADER, "one that may come once only");
	else
		ask(all, o, &b);
	buf_fini(&b);
}
