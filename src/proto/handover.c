#include "proto/handover.h"

#include <stddef.h>
#include <string.h>

#include "proto/chars.h"

#define FIRST_LINE	"notewire-hold 2"
#define VALUE_SIZE	80

enum value_kind {
	VALUE_WORD,		/* one of `words`, as a number */
	VALUE_NUMBER,		/* from `min` to `max` */
	VALUE_ID,
	VALUE_ID_OR_NOT,
	VALUE_CURSOR,
	VALUE_HEX64,
	VALUE_DIGEST,
};

/* One line; where it goes depends on its kind. */
struct line {
	const char		*name;
	enum value_kind		 kind;
	const char *const	*words;
	int64_t			 min;
	int64_t			 max;
	size_t			 at;
	size_t			 size;		/* of the member */
};

static const char *const kind_words[] = { "fcgi", "cgi", "socket", NULL };
static const char *const feed_words[] = { "longpoll", "eventsource",
    "continuous", "htmlfile", "websocket", NULL };
static const char *const claim_words[] = { "link", "session", "row", NULL };
static const char *const role_words[] = { "none", "read", "write", "admin",
    NULL };
static const char *const docs_words[] = { "false", "true", NULL };

#define AT(m)	offsetof(struct handover, m), sizeof(((struct handover *)0)->m)
#define MS_MAX	(INT64_C(3650) * 24 * 60 * 60 * 1000)

static const struct line lines[] = {
	{ "kind", VALUE_WORD, kind_words, 0, 0, AT(kind) },
	{ "feed", VALUE_WORD, feed_words, 0, 0, AT(feed) },
	{ "claim", VALUE_WORD, claim_words, 0, 0, AT(claim) },
	{ "role", VALUE_WORD, role_words, 0, 0, AT(role) },
	{ "docs", VALUE_WORD, docs_words, 0, 0, AT(docs) },
	{ "request", VALUE_NUMBER, NULL, 0, UINT16_MAX, AT(request) },
	{ "board", VALUE_ID, NULL, 0, 0, AT(board) },
	{ "nonce", VALUE_ID_OR_NOT, NULL, 0, 0, AT(nonce) },
	{ "peer", VALUE_ID_OR_NOT, NULL, 0, 0, AT(peer) },
	{ "after", VALUE_CURSOR, NULL, 0, 0, AT(after) },
	{ "limit", VALUE_NUMBER, NULL, 1, 1000000, AT(limit) },
	{ "heartbeat", VALUE_NUMBER, NULL, 1, MS_MAX, AT(heartbeat_ms) },
	{ "timeout", VALUE_NUMBER, NULL, 0, MS_MAX, AT(timeout_ms) },
	{ "retry_min", VALUE_NUMBER, NULL, 0, MS_MAX, AT(retry_min_ms) },
	{ "retry_max", VALUE_NUMBER, NULL, 0, MS_MAX, AT(retry_max_ms) },
	{ "sent", VALUE_NUMBER, NULL, 0, INT64_MAX, AT(sent) },
	{ "expires", VALUE_NUMBER, NULL, 0, INT64_MAX, AT(expires_at) },
	{ "row", VALUE_NUMBER, NULL, 0, INT64_MAX, AT(row) },
	{ "digest", VALUE_DIGEST, NULL, 0, 0, AT(digest) },
	{ "address", VALUE_HEX64, NULL, 0, 0, AT(owner_address) },
	{ "session", VALUE_HEX64, NULL, 0, 0, AT(owner_session) },
};

#define LINES		(sizeof(lines) / sizeof(lines[0]))

/* A member that is a number of any size, read and written as one. */
static int64_t
get_number(const struct handover *h, const struct line *l)
{
	const char *at = (const char *)h + l->at;
	uint16_t small;
	unsigned word;
	int64_t large;

	switch (l->size) {
	case sizeof(bool):
		return *(const bool *)at;
	case sizeof(small):
		memcpy(&small, at, sizeof(small));
		return small;
	case sizeof(word):
		memcpy(&word, at, sizeof(word));
		return word;
	default:
		memcpy(&large, at, sizeof(large));
		return large;
	}
}

static void
set_number(struct handover *h, const struct line *l, int64_t value)
{
	char *at = (char *)h + l->at;
	uint16_t small = (uint16_t)value;
	unsigned word = (unsigned)value;

	switch (l->size) {
	case sizeof(bool):
		*(bool *)at = value != 0;
		break;
	case sizeof(small):
		memcpy(at, &small, sizeof(small));
		break;
	case sizeof(word):
		memcpy(at, &word, sizeof(word));
		break;
	default:
		memcpy(at, &value, sizeof(value));
	}
}

static void
print_hex(struct buf *b, const unsigned char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_addf(b, "%02x", bytes[i]);
}

static void
print_value(struct buf *b, const struct handover *h, const struct line *l)
{
	const char *at = (const char *)h + l->at;
	char text[CURSOR_TEXT];

	switch (l->kind) {
	case VALUE_WORD:
		buf_adds(b, l->words[get_number(h, l)]);
		break;
	case VALUE_NUMBER:
		buf_addf(b, "%lld", (long long)get_number(h, l));
		break;
	case VALUE_ID:
	case VALUE_ID_OR_NOT:
		buf_adds(b, at);
		break;
	case VALUE_CURSOR:
		if (h->after.epoch[0] == '\0') {
			buf_addc(b, '0');
			break;
		}
		cursor_format(&h->after, text);
		buf_adds(b, text);
		break;
	case VALUE_HEX64:
		buf_addf(b, "%016llx", (unsigned long long)get_number(h, l));
		break;
	case VALUE_DIGEST:
		print_hex(b, h->digest, sizeof(h->digest));
		break;
	}
}

void
handover_print(struct buf *b, const struct handover *h)
{
	size_t i;

	buf_adds(b, FIRST_LINE "\n");
	for (i = 0; i < LINES; i++) {
		buf_adds(b, lines[i].name);
		buf_addc(b, '=');
		print_value(b, h, &lines[i]);
		buf_addc(b, '\n');
	}
}

static enum status
read_word(struct handover *h, const struct line *l, const char *value)
{
	int64_t i;

	for (i = 0; l->words[i] != NULL; i++)
		if (strcmp(value, l->words[i]) == 0) {
			set_number(h, l, i);
			return ST_OK;
		}
	return ST_INVALID;
}

static enum status
read_number(struct handover *h, const struct line *l, const char *value)
{
	enum status st;
	uint64_t n;

	st = str_uint(value, (uint64_t)l->max, &n);
	if (st == ST_OK && n < (uint64_t)l->min)
		st = ST_INVALID;
	if (st == ST_OK)
		set_number(h, l, (int64_t)n);
	return st;
}

/* Exactly so many bytes, in lower-case digits. */
static enum status
read_hex(const char *value, unsigned char *out, size_t n)
{
	int high, low;
	size_t i;

	if (strlen(value) != 2 * n ||
	    strspn(value, "0123456789abcdef") != 2 * n)
		return ST_INVALID;
	for (i = 0; i < n; i++) {
		high = chars_hex((unsigned char)value[2 * i]);
		low = chars_hex((unsigned char)value[2 * i + 1]);
		out[i] = (unsigned char)(high << 4 | low);
	}
	return ST_OK;
}

static enum status
read_hex64(struct handover *h, const struct line *l, const char *value)
{
	unsigned char bytes[8];
	uint64_t number = 0;
	enum status st;
	size_t i;

	st = read_hex(value, bytes, sizeof(bytes));
	for (i = 0; i < sizeof(bytes) && st == ST_OK; i++)
		number = number << 8 | bytes[i];
	set_number(h, l, (int64_t)number);
	return st;
}

static enum status
read_value(struct handover *h, const struct line *l, const char *value)
{
	switch (l->kind) {
	case VALUE_WORD:
		return read_word(h, l, value);
	case VALUE_NUMBER:
		return read_number(h, l, value);
	case VALUE_ID:
	case VALUE_ID_OR_NOT:
		if (l->kind == VALUE_ID_OR_NOT && *value == '\0')
			return ST_OK;
		return str_is_id(value) ?
		    str_copy((char *)h + l->at, l->size, value) : ST_INVALID;
	case VALUE_CURSOR:
		return strcmp(value, "0") == 0 ? ST_OK :
		    cursor_parse(value, &h->after);
	case VALUE_HEX64:
		return read_hex64(h, l, value);
	case VALUE_DIGEST:
		return read_hex(value, h->digest, sizeof(h->digest));
	}
	return ST_INVALID;
}

/* One line without its end; `seen` has a bit for each that came. */
static enum status
read_line(struct handover *h, const char *text, size_t n, uint32_t *seen)
{
	const char *equals = memchr(text, '=', n);
	char value[VALUE_SIZE];
	size_t i, name, len;

	if (equals == NULL)
		return ST_INVALID;
	name = (size_t)(equals - text);
	len = n - name - 1;
	if (len >= sizeof(value) || memchr(equals + 1, '\0', len) != NULL)
		return ST_INVALID;
	memcpy(value, equals + 1, len);
	value[len] = '\0';
	for (i = 0; i < LINES; i++)
		if (strlen(lines[i].name) == name &&
		    memcmp(lines[i].name, text, name) == 0)
			break;
	if (i == LINES || *seen >> i & 1)
		return ST_INVALID;
	*seen |= UINT32_C(1) << i;
	return read_value(h, &lines[i], value);
}

static enum status
read_lines(struct handover *h, const char *p, const char *end)
{
	const char *eol;
	enum status st = ST_OK;
	uint32_t seen = 0;

	for (; st == ST_OK && p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (eol == NULL)
			return ST_INVALID;
		st = read_line(h, p, (size_t)(eol - p), &seen);
	}
	if (st == ST_OK && seen != (UINT32_C(1) << LINES) - 1)
		st = ST_INVALID;
	return st;
}

/* The rules between lines. */
static bool
fits_together(const struct handover *h)
{
	return (h->kind == HANDOVER_FCGI) == (h->request != 0) &&
	    (h->kind == HANDOVER_SOCKET) == (h->feed == HANDOVER_WEBSOCKET) &&
	    (h->feed == HANDOVER_HTMLFILE) == (h->nonce[0] != '\0') &&
	    (h->claim == HANDOVER_ROW) == (h->row != 0) &&
	    h->role != ROLE_NONE && h->retry_min_ms <= h->retry_max_ms;
}

void
handover_print_claim(struct buf *b, const struct handover *h)
{
	buf_addf(b, "%s:", claim_words[h->claim]);
	if (h->claim == HANDOVER_ROW)
		buf_addf(b, "%lld", (long long)h->row);
	else
		print_hex(b, h->digest, sizeof(h->digest));
}

enum status
handover_parse_claim(const char *text, struct handover *h)
{
	const char *value = strchr(text, ':');
	size_t n = value == NULL ? 0 : (size_t)(value - text);
	uint64_t row;
	int i;

	for (i = 0; claim_words[i] != NULL; i++)
		if (strlen(claim_words[i]) == n &&
		    memcmp(claim_words[i], text, n) == 0)
			break;
	if (n == 0 || claim_words[i] == NULL)
		return ST_INVALID;
	h->claim = (enum handover_claim)i;
	if (h->claim != HANDOVER_ROW)
		return read_hex(value + 1, h->digest, sizeof(h->digest));
	if (str_uint(value + 1, INT64_MAX, &row) || row == 0)
		return ST_INVALID;
	h->row = (int64_t)row;
	return ST_OK;
}

enum status
handover_parse(const char *bytes, size_t n, struct handover *h)
{
	const size_t first = sizeof(FIRST_LINE);	/* with its end */
	enum status st = ST_INVALID;

	memset(h, 0, sizeof(*h));
	if (n <= HANDOVER_MAX && n > first &&
	    memcmp(bytes, FIRST_LINE "\n", first) == 0)
		st = read_lines(h, bytes + first, bytes + n);
	if (st == ST_OK && !fits_together(h))
		st = ST_INVALID;
	if (st)
		memset(h, 0, sizeof(*h));
	return st;
}

const char *
handover_feed_name(enum handover_feed feed)
{
	return feed_words[feed];
}
