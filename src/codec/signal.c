#include "codec/signal.h"

#include <string.h>

#include "codec/base64.h"
#include "codec/json.h"

#define FIRST_WORD	"notewire-signal 1 "

/* ---- what clients say ---- */

static enum status
read_kind(const struct cJSON *json, struct signal *s, struct problem *why)
{
	const char *event = json_string_member(json, "event");

	s->kind = SIGNAL_MESSAGE;
	if (json_member(json, "event") == NULL)
		return ST_OK;
	if (event != NULL && strcmp(event, "signal") == 0)
		return ST_OK;
	s->kind = SIGNAL_PRESENCE;
	if (event != NULL && strcmp(event, "presence") == 0)
		return ST_OK;
	return problem_set(why, PROBLEM_INVALID, "event: signal or presence");
}

static enum status
read_to(const struct cJSON *json, struct signal *s, struct problem *why)
{
	const char *to = json_string_member(json, "to");

	s->to[0] = '\0';
	if (json_member(json, "to") == NULL)
		return ST_OK;
	if (to == NULL || !str_is_id(to))
		return problem_set(why, PROBLEM_INVALID, "to: a peer's id");
	if (s->kind == SIGNAL_PRESENCE)
		return problem_set(why, PROBLEM_INVALID,
		    "to: presence is for all");
	return str_copy(s->to, sizeof(s->to), to);
}

/*
 * In one line.  A script makes something else of "__proto__", and a forever
 * frame is scripts; within a string its quotes would be escaped.
 */
static enum status
read_data(const struct cJSON *json, struct signal *s, struct buf *data,
    struct problem *why)
{
	const struct cJSON *value = json_member(json, "data");
	const size_t max = s->kind == SIGNAL_PRESENCE ? SIGNAL_PRESENCE_MAX :
	    SIGNAL_MAX;

	if (value == NULL)
		return problem_set(why, PROBLEM_INVALID, "data: anything");
	buf_reset(data);
	json_put_value(data, value);
	if (buf_status(data) == ST_NOMEM)
		return ST_NOMEM;
	if (buf_status(data) || data->len > max)
		return problem_set(why, PROBLEM_TOO_LARGE,
		    "data: at most %zu bytes", max);
	if (strstr(data->data, "\"__proto__\":") != NULL)
		return problem_set(why, PROBLEM_INVALID,
		    "data: no member is named __proto__");
	s->bytes = data->data;
	s->len = data->len;
	return ST_OK;
}

enum status
signal_read(const char *text, size_t len, const struct json_limits *limits,
    struct signal *s, struct buf *data, struct problem *why)
{
	static const char *const known[] = { "event", "to", "data", NULL };
	struct cJSON *json;
	enum status st;

	s->binary = false;
	st = json_parse(text, len, limits, &json, why);
	s->named = json_member(json, "event") != NULL;
	if (st == ST_OK)
		st = json_check_members(json, known, why);
	if (st == ST_OK)
		st = read_kind(json, s, why);
	if (st == ST_OK)
		st = read_to(json, s, why);
	if (st == ST_OK)
		st = read_data(json, s, data, why);
	json_free(json);
	return st;
}

/* ---- what they hear ---- */

void
signal_print(struct buf *b, const struct signal *s)
{
	buf_addc(b, '{');
	if (s->from[0] != '\0') {
		json_put_member(b, "from", s->from);
		buf_addc(b, ',');
	}
	if (s->to[0] != '\0') {
		json_put_member(b, "to", s->to);
		buf_addc(b, ',');
	}
	if (s->binary) {
		buf_adds(b, "\"base64\":\"");
		base64_put(b, s->bytes, s->len);
		buf_addc(b, '"');
	} else {
		buf_adds(b, "\"data\":");
		buf_add(b, s->bytes, s->len);
	}
	buf_addc(b, '}');
}

/* ---- between programs ---- */

/* A message is of JSON or of bytes. */
enum packed {
	PACKED_TEXT = 0,
	PACKED_PRESENCE,
	PACKED_BINARY,
	PACKED_KINDS
};

static const char *const kinds[PACKED_KINDS] = { "text", "presence", "binary" };

static const char *
or_dash(const char *id)
{
	return id[0] != '\0' ? id : "-";
}

void
signal_pack(struct buf *b, const struct signal *s)
{
	buf_addf(b, FIRST_WORD "%s %s %s %s\n",
	    kinds[s->binary ? PACKED_BINARY :
	    s->kind == SIGNAL_PRESENCE ? PACKED_PRESENCE : PACKED_TEXT],
	    s->board, or_dash(s->from), or_dash(s->to));
	buf_add(b, s->bytes, s->len);
}

bool
signal_is_packed(const char *bytes, size_t n)
{
	const size_t first = strlen(FIRST_WORD);

	return n >= first && memcmp(bytes, FIRST_WORD, first) == 0;
}

/* The next word of the line, which `after` ends; NULL: it is none. */
static const char *
take_word(const char *p, const char *end, char after, char word[ID_SIZE])
{
	const char *stop = memchr(p, after, (size_t)(end - p));
	size_t len = stop == NULL ? ID_SIZE : (size_t)(stop - p);

	if (len >= ID_SIZE || memchr(p, '\0', len) != NULL)
		return NULL;
	memcpy(word, p, len);
	word[len] = '\0';
	return stop + 1;
}

static const char *
take_id(const char *p, const char *end, char after, char id[ID_SIZE])
{
	p = take_word(p, end, after, id);
	if (p == NULL || str_is_id(id))
		return p;
	if (strcmp(id, "-") != 0)
		return NULL;
	id[0] = '\0';
	return p;
}

static enum status
take_kind(const char *word, struct signal *s)
{
	enum packed k = PACKED_TEXT;

	while (k < PACKED_KINDS && strcmp(kinds[k], word) != 0)
		k++;
	s->kind = k == PACKED_PRESENCE ? SIGNAL_PRESENCE : SIGNAL_MESSAGE;
	s->binary = k == PACKED_BINARY;
	return k < PACKED_KINDS ? ST_OK : ST_INVALID;
}

static enum status
unpack(const char *p, const char *end, struct signal *s)
{
	char word[ID_SIZE];

	p = take_word(p, end, ' ', word);
	if (p == NULL || take_kind(word, s))
		return ST_INVALID;
	p = take_id(p, end, ' ', s->board);
	if (p != NULL)
		p = take_id(p, end, ' ', s->from);
	if (p != NULL)
		p = take_id(p, end, '\n', s->to);
	if (p == NULL || s->board[0] == '\0' ||
	    (s->kind == SIGNAL_PRESENCE &&
	    (s->from[0] == '\0' || s->to[0] != '\0')))
		return ST_INVALID;
	s->bytes = p;
	s->len = (size_t)(end - p);
	return s->len <= (s->kind == SIGNAL_PRESENCE ? SIGNAL_PRESENCE_MAX :
	    SIGNAL_MAX) ? ST_OK : ST_INVALID;
}

enum status
signal_unpack(const char *bytes, size_t n, struct signal *s)
{
	enum status st = ST_INVALID;

	memset(s, 0, sizeof(*s));
	if (signal_is_packed(bytes, n))
		st = unpack(bytes + strlen(FIRST_WORD), bytes + n, s);
	if (st)
		memset(s, 0, sizeof(*s));
	return st;
}
