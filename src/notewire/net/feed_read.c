#include "notewire/net/feed_read.h"

#include <string.h>

#include "codec/json.h"

#define TEXT_MAX	((size_t)64 << 20)
#define DEPTH		24
#define VALUES		((int64_t)1 << 20)
/* What a forever frame has around its values (proto/htmlfile.h). */
#define FRAME_BEGIN	"parent.notewire("
#define FRAME_END	")</script>"

static const char *const names[] = { "normal", "longpoll", "eventsource",
    "continuous", "htmlfile", "websocket" };

enum status
feed_parse(const char *name, enum feed_kind *out)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0) {
			*out = (enum feed_kind)i;
			return ST_OK;
		}
	return ST_INVALID;
}

const char *
feed_name(enum feed_kind k)
{
	return names[k];
}

/* A change, a notice, or the empty object that is a sign of life. */
static enum status
tell_value(struct feed_read *r, const struct cJSON *v)
{
	const char *event = json_string_member(v, "event");

	if (event != NULL)
		return r->fn(r->arg, event, v);
	return r->fn(r->arg, json_member(v, "seq") != NULL ? "change" :
	    "heartbeat", v);
}

/* A poll's answer: it is up to date, unless more is pending. */
static enum status
tell_page(struct feed_read *r, const struct cJSON *page)
{
	const struct cJSON *v = json_first(json_member(page, "results"));
	enum status st = ST_OK;

	if (json_member(page, "results") == NULL)
		return ST_INVALID;
	if (json_member(page, "reset") != NULL)
		return r->fn(r->arg, "reset", page);
	for (; v != NULL && st == ST_OK; v = json_next(v))
		st = r->fn(r->arg, "change", v);
	return st ? st : r->fn(r->arg, "page", page);
}

static enum status
tell_array(struct feed_read *r, const struct cJSON *array)
{
	const struct cJSON *v = json_first(array);
	enum status st = ST_OK;

	for (; v != NULL && st == ST_OK; v = json_next(v))
		st = tell_value(r, v);
	return st;
}

/* Of a WebSocket's message; what answers an operation has no event. */
static enum status
tell_message(struct feed_read *r, const struct cJSON *message)
{
	const char *event = json_string_member(message, "event");

	return event == NULL ? ST_INVALID :
	    r->fn(r->arg, event, json_member(message, "data"));
}

typedef enum status tell_fn(struct feed_read *r, const struct cJSON *v);

static enum status
tell(struct feed_read *r, const char *text, size_t n, tell_fn *fn)
{
	static const struct json_limits limits = { DEPTH, VALUES };
	struct problem why;
	struct cJSON *json;
	enum status st = json_parse(text, n, &limits, &json, &why);

	if (st == ST_OK)
		st = fn(r, json);
	json_free(json);
	return st;
}

/* An sse_seen_fn. */
static enum status
tell_event(void *arg, const struct sse_seen *e)
{
	static const struct json_limits limits = { DEPTH, VALUES };
	struct feed_read *r = arg;
	struct problem why;
	struct cJSON *json;
	enum status st = json_parse(e->data, e->len, &limits, &json, &why);

	if (st == ST_OK)
		st = r->fn(r->arg, strcmp(e->name, "message") == 0 ? "change" :
		    e->name, json);
	json_free(json);
	return st;
}

void
feed_read_init(struct feed_read *r)
{
	buf_init(&r->text, TEXT_MAX);
	r->looked = 0;
	sse_read_init(&r->sse, TEXT_MAX, tell_event, r);
}

void
feed_read_fini(struct feed_read *r)
{
	buf_fini(&r->text);
	sse_read_fini(&r->sse);
}

/* Forgets what was dealt with. */
static void
drop(struct feed_read *r, size_t n)
{
	memmove(r->text.data, r->text.data + n, r->text.len - n);
	buf_truncate(&r->text, r->text.len - n);
	r->looked = 0;
}

static enum status
take_lines(struct feed_read *r)
{
	enum status st = ST_OK;
	char *end;

	while (st == ST_OK && (end = memchr(r->text.data + r->looked, '\n',
	    r->text.len - r->looked)) != NULL) {
		st = tell(r, r->text.data, (size_t)(end - r->text.data),
		    tell_value);
		drop(r, (size_t)(end + 1 - r->text.data));
	}
	r->looked = r->text.len;
	return st;
}

static enum status
take_scripts(struct feed_read *r)
{
	size_t back = sizeof(FRAME_END);
	enum status st = ST_OK;
	char *begin, *end;

	/* a stranger's bytes may have a NUL among them */
	while (st == ST_OK && (end = memmem(r->text.data + r->looked,
	    r->text.len - r->looked, FRAME_END, sizeof(FRAME_END) - 1)) !=
	    NULL) {
		begin = memmem(r->text.data, (size_t)(end - r->text.data),
		    FRAME_BEGIN, sizeof(FRAME_BEGIN) - 1);
		if (begin == NULL)
			return ST_INVALID;
		begin += sizeof(FRAME_BEGIN) - 1;
		st = tell(r, begin, (size_t)(end - begin), tell_array);
		drop(r, (size_t)(end - r->text.data) + sizeof(FRAME_END) - 1);
	}
	r->looked = r->text.len > back ? r->text.len - back : 0;
	return st;
}

enum status
feed_read_feed(struct feed_read *r, const char *bytes, size_t n)
{
	enum status st;

	if (r->kind == FEED_EVENTSOURCE)
		return sse_read_feed(&r->sse, bytes, n);
	buf_add(&r->text, bytes, n);
	st = buf_status(&r->text);
	if (st == ST_OK && r->kind == FEED_CONTINUOUS)
		st = take_lines(r);
	else if (st == ST_OK && r->kind == FEED_HTMLFILE)
		st = take_scripts(r);
	return st;
}

enum status
feed_read_end(struct feed_read *r)
{
	enum status st = ST_OK;

	if (r->kind == FEED_NORMAL || r->kind == FEED_LONGPOLL)
		st = tell(r, r->text.data, r->text.len, tell_page);
	else if (r->kind == FEED_WEBSOCKET)
		st = tell(r, r->text.data, r->text.len, tell_message);
	buf_reset(&r->text);
	r->looked = 0;
	return st;
}
