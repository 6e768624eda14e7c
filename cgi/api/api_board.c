#include <stdio.h>
#include <string.h>

#include "act/board_doc.h"
#include "api/api.h"
#include "call/reply.h"
#include "codec/json.h"
#include "codec/op.h"
#include "codec/print.h"
#include "feed/handover.h"
#include "page/page.h"

/*
 * A snapshot depends on the log, on who looks, on whether there are WebSockets,
 * and on whether it is compressed: "e-12-write-s-z".
 */
#define SNAPSHOT_TAG	(CURSOR_TEXT + 12)

static void
put_tag(const struct call *c, const struct cursor *head, bool sockets,
    char tag[SNAPSHOT_TAG])
{
	char at[CURSOR_TEXT];

	cursor_format(head, at);
	(void)snprintf(tag, SNAPSHOT_TAG, "%s-%s%s%s", at,
	    role_name(c->access.role), sockets ? "-s" : "",
	    call_takes_gzip(c) ? "-z" : "");
}

static void
say_tag(struct call *c, const char *tag)
{
	reply_etag(c, tag);
	reply_header(c, "Vary", "Accept, Accept-Encoding");
}

/* {"board":{…},"last_seq":"e-12" without the end */
static bool
put_board(void *arg, const struct board *b, enum role role)
{
	struct call *c = arg;
	char at[CURSOR_TEXT];
	struct buf *o = &c->out;

	(void)role;
	cursor_format(&b->head, at);
	buf_adds(o, "{\"board\":{");
	json_put_member(o, "id", b->id);
	buf_addc(o, ',');
	json_put_member(o, "title", b->title);
	buf_addf(o, ",\"settings\":%s,\"rev\":\"%lld\",\"created_at\":",
	    b->settings, (long long)b->rev);
	print_time(o, b->created_at);
	buf_addf(o, "},\"last_seq\":\"%s\"", at);
	return true;
}

/* "turn:USER:PASSWORD@HOST" of n bytes, as the configuration lets it in. */
static void
put_turn_server(struct buf *o, const char *word, size_t n)
{
	const char *user = (const char *)memchr(word, ':', n) + 1;
	const char *at = memchr(word, '@', n);
	const char *password = (const char *)memchr(user, ':',
	    (size_t)(at - user)) + 1;
	struct buf url;

	buf_init(&url, n + 1);
	buf_add(&url, word, (size_t)(user - word));
	buf_add(&url, at + 1, (size_t)(word + n - at - 1));
	json_put_string(o, url.data, url.len);
	buf_fini(&url);
	buf_adds(o, ",\"username\":");
	json_put_string(o, user, (size_t)(password - 1 - user));
	buf_adds(o, ",\"credential\":");
	json_put_string(o, password, (size_t)(at - password));
}

/* The configured servers, an RTCIceServer each (W3C WebRTC, 4.2.3). */
static void
put_ice_servers(struct buf *o, const char *word)
{
	const char *open = "{\"urls\":";
	size_t n;

	buf_adds(o, ",\"ice_servers\":[");
	for (; *word != '\0'; word += n) {
		word += strspn(word, " ");
		n = strcspn(word, " ");
		if (n == 0)
			break;
		buf_adds(o, open);
		if (memchr(word, '@', n) != NULL)
			put_turn_server(o, word, n);
		else
			json_put_string(o, word, n);
		buf_addc(o, '}');
		open = ",{\"urls\":";
	}
	buf_addc(o, ']');
}

/* The board with all that a client needs to know before it reads the notes. */
static bool
put_snapshot_head(void *arg, const struct board *b, enum role role)
{
	struct call *c = arg;
	const struct config *config = c->service->config;
	bool sockets = handover_has_sockets(config);
	char tag[SNAPSHOT_TAG];

	put_tag(c, &b->head, sockets, tag);
	say_tag(c, tag);
	(void)put_board(c, b, role);
	buf_addf(&c->out, ",\"role\":\"%s\","
	    "\"feeds\":[%s\"eventsource\",\"continuous\",\"longpoll\","
	    "\"htmlfile\",\"normal\"%s],"
	    "\"limits\":{\"note_bytes\":%lld,\"body_bytes\":%lld,"
	    "\"file_bytes\":%lld,\"ops\":%d}", role_name(c->access.role),
	    sockets ? "\"websocket\"," : "", sockets ? ",\"signals\"" : "",
	    (long long)config->note_bytes,
	    (long long)config->body_bytes, (long long)config->file_bytes,
	    OP_BATCH_MAX);
	put_ice_servers(&c->out, config->ice_servers);
	buf_adds(&c->out, ",\"notes\":[");
	return true;
}

/* Whether the client has this very snapshot, found without reading the notes. */
static enum status
check_cached(struct call *c, bool *cached)
{
	const struct tail_query now = { .board = PATH_BOARD(c), .now = true };
	char tag[SNAPSHOT_TAG];
	struct tail tail;
	enum status st;

	*cached = false;
	if (c->request.if_none_match.count == 0)
		return ST_OK;
	st = store_tail(c->service->store, &now, &tail, NULL, NULL);
	if (st)
		return st;
	put_tag(c, &tail.head, handover_has_sockets(c->service->config), tag);
	*cached = etag_match(&c->request.if_none_match, tag, true);
	if (*cached)
		say_tag(c, tag);
	return ST_OK;
}

enum status
api_board_get(struct call *c, const struct claim *claim)
{
	enum status st;
	bool cached;

	if (call_wants_html(c))
		return page_board(c, claim);
	st = check_cached(c, &cached);
	if (st)
		return st;
	if (cached)
		return reply_empty(c, 304);
	st = store_snapshot(c->service->store, PATH_BOARD(c),
	    put_snapshot_head, reply_put_note, c);
	if (st)
		return st;
	buf_adds(&c->out, "]}");
	st = reply_compress(c);
	return st ? st : reply_json(c, 200);
}

static enum status
update(struct call *c, const struct board_doc *d)
{
	struct mutation m = { .kind = MUT_BOARD_UPDATE, .board = PATH_BOARD(c),
	    .actor = c->access.link };
	enum status st;

	if (d->id != NULL)
		return call_problem(c, PROBLEM_INVALID, "an id stays");
	m.fields.title = d->title;
	m.fields.settings = d->settings.len ? d->settings.data : NULL;
	st = store_apply_one(c->service->store, &m);
	if (st == ST_OK)
		st = store_snapshot(c->service->store, PATH_BOARD(c), put_board,
		    NULL, c);
	if (st)
		return st;
	buf_addc(&c->out, '}');
	return reply_json(c, 200);
}

enum status
api_board_patch(struct call *c, const struct claim *claim)
{
	struct cJSON *json = NULL;
	struct board_doc d;
	enum status st;

	(void)claim;
	st = board_doc_read(c, BODY_NEEDED, &d, &json);
	if (st == ST_OK)
		st = update(c, &d);
	board_doc_fini(&d);
	json_free(json);
	return st;
}

enum status
api_board_delete(struct call *c, const struct claim *claim)
{
	struct mutation m = { .kind = MUT_BOARD_DELETE, .board = PATH_BOARD(c) };
	enum status st;

	(void)claim;
	st = store_apply_one(c->service->store, &m);
	return st ? st : reply_empty(c, 204);
}
