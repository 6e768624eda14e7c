#include "notewired/socket/upsignal.h"

#include <string.h>

#include "codec/json.h"
#include "notewired/hub/signals.h"

#define PING_MAX	((size_t)64)

/* What a client may say by which role is the same over all its ways. */
static enum status
check_role(const struct websock *s, const struct signal *sig,
    struct problem *why)
{
	if (sig->kind == SIGNAL_MESSAGE && s->role < ROLE_WRITE)
		return problem_set(why, PROBLEM_FORBIDDEN,
		    "signals need a link that may write");
	if (sig->kind == SIGNAL_PRESENCE && sig->from[0] == '\0')
		return problem_set(why, PROBLEM_INVALID,
		    "presence: open the socket with peer=");
	return ST_OK;
}

static enum status
play(struct websock *s, struct signal *sig, struct problem *why)
{
	struct reader *r = &s->reader;
	enum status st;

	memcpy(sig->board, r->group->board->at.id, sizeof(sig->board));
	if (r->member != NULL)
		memcpy(sig->from, r->member->at.id, sizeof(sig->from));
	st = check_role(s, sig, why);
	if (st)
		return st;
	st = signals_play(r->hub, sig);
	switch ((int)st) {
	case ST_OK:
		return ST_OK;
	case ST_NOTFOUND:
		return problem_set(why, PROBLEM_NO_PEER, "nobody of that id");
	case ST_LIMIT:
		return problem_set(why, PROBLEM_RATE_LIMITED,
		    "too much waits for that peer");
	default:
		return problem_set(why, PROBLEM_BUSY, "no memory");
	}
}

static enum status
read_bytes(const char *bytes, size_t len, struct signal *sig,
    struct problem *why)
{
	size_t id = len < 2 ? 0 : (unsigned char)bytes[1];
	const bool one = len >= 2 && bytes[0] == FORM_BYTES_ONE;

	if (len < 2 + id || (bytes[0] != FORM_BYTES_ALL && !one) ||
	    id != (one ? ID_LEN : 0))
		return problem_set(why, PROBLEM_BAD_REQUEST,
		    "bytes: 1 0, or 2 22 and a peer's id, before them");
	sig->binary = true;
	memcpy(sig->to, bytes + 2, id);
	if (one && !str_is_id(sig->to))
		return problem_set(why, PROBLEM_INVALID, "to: a peer's id");
	sig->bytes = bytes + 2 + id;
	sig->len = len - 2 - id;
	if (sig->len > SIGNAL_MAX)
		return problem_set(why, PROBLEM_TOO_LARGE,
		    "a signal has at most %zu bytes", SIGNAL_MAX);
	return ST_OK;
}

/* Whether it is worth reading: operations have no such name. */
static bool
may_be_signal(const char *bytes, size_t len)
{
	static const char name[] = "\"event\"";

	return memmem(bytes, len, name, strlen(name)) != NULL;
}

/*
 * {"event":"ping"}: from a page, which cannot send a ping of RFC 6455, 5.5.2.
 * No longer text is looked at.
 */
static bool
is_ping(const char *bytes, size_t len, const struct json_limits *limits)
{
	struct problem why;
	struct cJSON *json;
	const char *event;
	bool ping;

	if (len > PING_MAX)
		return false;
	if (json_parse(bytes, len, limits, &json, &why))
		return false;
	event = json_string_member(json, "event");
	ping = event != NULL && strcmp(event, "ping") == 0;
	json_free(json);
	return ping;
}

static bool
take_text(struct websock *s, const char *bytes, size_t len,
    struct signal *sig, struct problem *why)
{
	const struct config *config = websock_all(s)->holder->config;
	const struct json_limits limits = { config->json_depth,
	    config->json_values };
	struct buf data;
	enum status st;

	if (!may_be_signal(bytes, len))
		return false;
	if (is_ping(bytes, len, &limits)) {
		websock_tell(s, "heartbeat", "{}", 2);
		return true;
	}
	buf_init(&data, SIGNAL_MAX);
	st = signal_read(bytes, len, &limits, sig, &data, why);
	if (sig->named && st == ST_OK)
		(void)play(s, sig, why);
	else if (sig->named && st == ST_NOMEM)
		(void)problem_set(why, PROBLEM_BUSY, "no memory");
	buf_fini(&data);
	return sig->named;
}

bool
upsignal_take(struct websock *s, enum ws_opcode opcode, const char *bytes,
    size_t len)
{
	struct signal sig = { .kind = SIGNAL_MESSAGE };
	struct problem why = { .kind = PROBLEM_NONE };

	if (opcode == WS_TEXT) {
		if (!take_text(s, bytes, len, &sig, &why))
			return false;
	} else if (read_bytes(bytes, len, &sig, &why) == ST_OK)
		(void)play(s, &sig, &why);
	if (why.kind != PROBLEM_NONE)
		websock_tell_problem(s, "signal-problem", &why);
	return true;
}
