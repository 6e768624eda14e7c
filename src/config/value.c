#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "config/config_priv.h"

struct unit {
	const char	*name;
	int64_t		 factor;
};

/* Both from large to small, so that printing finds the largest that fits. */
static const struct unit size_units[] = {
	{ "T", INT64_C(1) << 40 }, { "G", 1 << 30 }, { "M", 1 << 20 },
	{ "K", 1 << 10 }, { "", 1 }, { NULL, 0 },
};
static const struct unit duration_units[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 },
	{ "ms", 1 }, { NULL, 0 },
};
static const struct unit no_units[] = { { "", 1 }, { NULL, 0 } };

static const struct unit *
units_of(enum key_type type)
{
	if (type == KEY_SIZE)
		return size_units;
	if (type == KEY_DURATION)
		return duration_units;
	return no_units;
}

static char **
text_at(struct config *c, const struct config_key *k)
{
	return (char **)(void *)((char *)c + k->offset);
}

static int64_t *
number_at(struct config *c, const struct config_key *k)
{
	return (int64_t *)(void *)((char *)c + k->offset);
}

static bool *
bool_at(struct config *c, const struct config_key *k)
{
	return (bool *)(void *)((char *)c + k->offset);
}

static enum status
wrong(struct buf *why, const char *what)
{
	buf_adds(why, what);
	return ST_INVALID;
}

/* Digits and a unit, in range; overflow is out of range. */
static enum status
parse_number(const struct config_key *k, const char *text, int64_t *out)
{
	char digits[20];
	size_t n = strspn(text, "0123456789");
	const struct unit *u = units_of(k->type);
	uint64_t v;

	if (n >= sizeof(digits))
		return ST_INVALID;
	memcpy(digits, text, n);
	digits[n] = '\0';
	while (u->name != NULL && strcmp(u->name, text + n) != 0)
		u++;
	if (u->name == NULL ||
	    str_uint(digits, (uint64_t)(k->max / u->factor), &v) ||
	    (int64_t)v * u->factor < k->min)
		return ST_INVALID;
	*out = (int64_t)v * u->factor;
	return ST_OK;
}

static void
print_number(const struct config_key *k, int64_t v, struct buf *out)
{
	const struct unit *u = units_of(k->type);

	while (u->factor > 1 && (v == 0 || v % u->factor != 0))
		u++;
	buf_addf(out, "%" PRId64 "%s", v / u->factor, u->name);
}

static enum status
set_number(struct config *c, const struct config_key *k, const char *text,
    struct buf *why)
{
	static const char *const kinds[] = {
		[KEY_COUNT] = "a number",
		[KEY_SIZE] = "a size (bytes, or with K, M, G, T)",
		[KEY_DURATION] = "a duration (with ms, s, m, h, d)",
	};
	int64_t v;

	if (parse_number(k, text, &v)) {
		buf_addf(why, "must be %s from ", kinds[k->type]);
		print_number(k, k->min, why);
		buf_adds(why, " to ");
		print_number(k, k->max, why);
		return ST_INVALID;
	}
	*number_at(c, k) = v;
	return ST_OK;
}

static enum status
set_enum(struct config *c, const struct config_key *k, const char *text,
    struct buf *why)
{
	int64_t i;

	for (i = 0; k->words[i] != NULL; i++)
		if (strcmp(k->words[i], text) == 0) {
			*number_at(c, k) = i;
			return ST_OK;
		}
	buf_adds(why, "must be one of:");
	for (i = 0; k->words[i] != NULL; i++)
		buf_addf(why, " %s", k->words[i]);
	return ST_INVALID;
}

static enum status
set_bool(struct config *c, const struct config_key *k, const char *text,
    struct buf *why)
{
	bool yes = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0 ||
	    strcmp(text, "on") == 0;

	if (!yes && strcmp(text, "no") != 0 && strcmp(text, "false") != 0 &&
	    strcmp(text, "off") != 0)
		return wrong(why, "must be yes or no");
	*bool_at(c, k) = yes;
	return ST_OK;
}

/* Whether a file could hold it: one line of text, or words on several. */
static enum status
check_text(const char *s, struct buf *why)
{
	size_t n = strlen(s), word;
	const char *p;

	if (n > TEXT_MAX)
		return wrong(why, "is too long");
	if (!str_is_utf8(s, n))
		return wrong(why, "is not UTF-8");
	for (p = s; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return wrong(why, "has a control character");
	if (n > 0 && (s[0] == ' ' || s[n - 1] == ' '))
		return wrong(why, "begins or ends with a space");
	for (p = s; *p != '\0'; p += word + strspn(p + word, " ")) {
		word = strcspn(p, " ");
		if (*p == ';' || *p == '#')
			return wrong(why, "has a word that begins a comment");
		if (word > TEXT_WORD_MAX)
			return wrong(why, "has too long a word");
		if (p[word] == ' ' && p[word + 1] == ' ')
			return wrong(why, "has two spaces together");
	}
	return ST_OK;
}

static enum status
check_path(const char *s, struct buf *why)
{
	if (*s != '/')
		return wrong(why, "must be an absolute path");
	return ST_OK;
}

static enum status
check_url(const char *s, struct buf *why)
{
	const char *host = NULL;

	if (*s == '\0')
		return ST_OK;
	if (strncmp(s, "http://", 7) == 0)
		host = s + 7;
	else if (strncmp(s, "https://", 8) == 0)
		host = s + 8;
	if (host == NULL || *host == '\0' || *host == '/' ||
	    strpbrk(s, " \"#<>?\\") != NULL)
		return wrong(why, "must be an http or https address");
	return ST_OK;
}

/* Whether a word of n bytes is "stun:HOST" or "turn:USER:PASSWORD@HOST". */
static bool
is_ice_server(const char *word, size_t n)
{
	static const char *const schemes[] = { "stun:", "stuns:", "turn:",
	    "turns:" };
	const char *rest, *at;
	size_t i, len;

	for (i = 0; i < 4; i++) {
		len = strlen(schemes[i]);
		if (n <= len || strncmp(word, schemes[i], len) != 0)
			continue;
		rest = word + len;
		at = memchr(rest, '@', n - len);
		if (i < 2)
			return at == NULL;
		return at != NULL && at + 1 < word + n && *rest != ':' &&
		    memchr(rest, ':', (size_t)(at - rest)) != NULL;
	}
	return false;
}

static enum status
check_ice(const char *s, struct buf *why)
{
	size_t n;

	for (; *s != '\0'; s += n) {
		s += strspn(s, " ");
		n = strcspn(s, " ");
		if (n > 0 && !is_ice_server(s, n))
			return wrong(why, "must be stun:HOST or "
			    "turn:USER:PASSWORD@HOST, separated by spaces");
	}
	return ST_OK;
}

static enum status
set_text(struct config *c, const struct config_key *k, const char *text,
    struct buf *why)
{
	char *copy;
	enum status st;

	st = check_text(text, why);
	if (st == ST_OK && (k->type == KEY_PATH ||
	    (k->type == KEY_FILE && *text != '\0')))
		st = check_path(text, why);
	if (st == ST_OK && k->type == KEY_URL)
		st = check_url(text, why);
	if (st == ST_OK && k->type == KEY_ICE)
		st = check_ice(text, why);
	if (st)
		return st;
	copy = strdup(text);
	if (copy == NULL) {
		buf_adds(why, "needs memory that there is not");
		return ST_NOMEM;
	}
	free(*text_at(c, k));
	*text_at(c, k) = copy;
	return ST_OK;
}

enum status
config_value_set(struct config *c, const struct config_key *k,
    const char *text, struct buf *why)
{
	switch (k->type) {
	case KEY_TEXT:
	case KEY_PATH:
	case KEY_FILE:
	case KEY_URL:
	case KEY_ICE:
		return set_text(c, k, text, why);
	case KEY_COUNT:
	case KEY_SIZE:
	case KEY_DURATION:
		return set_number(c, k, text, why);
	case KEY_ENUM:
		return set_enum(c, k, text, why);
	case KEY_BOOL:
		return set_bool(c, k, text, why);
	}
	return ST_INVALID;
}

void
config_value_free(struct config *c, const struct config_key *k)
{
	switch (k->type) {
	case KEY_TEXT:
	case KEY_PATH:
	case KEY_FILE:
	case KEY_URL:
	case KEY_ICE:
		free(*text_at(c, k));
		*text_at(c, k) = NULL;
		break;
	case KEY_COUNT:
	case KEY_SIZE:
	case KEY_DURATION:
	case KEY_ENUM:
	case KEY_BOOL:
		break;
	}
}

void
config_kind_print(const struct config_key *k, struct buf *out)
{
	static const char *const names[] = {
		[KEY_TEXT] = "text",
		[KEY_PATH] = "absolute path",
		[KEY_FILE] = "absolute path, or nothing",
		[KEY_URL] = "http or https address, or nothing",
		[KEY_ICE] = "stun:HOST and turn:USER:PASSWORD@HOST, or nothing",
		[KEY_COUNT] = "number",
		[KEY_SIZE] = "size",
		[KEY_DURATION] = "duration",
		[KEY_ENUM] = "one of",
		[KEY_BOOL] = "yes or no",
	};
	size_t i;

	buf_adds(out, names[k->type]);
	if (k->type == KEY_COUNT || k->type == KEY_SIZE ||
	    k->type == KEY_DURATION) {
		buf_adds(out, ", ");
		print_number(k, k->min, out);
		buf_adds(out, " to ");
		print_number(k, k->max, out);
	}
	for (i = 0; k->type == KEY_ENUM && k->words[i] != NULL; i++)
		buf_addf(out, "%s %s", i > 0 ? "," : "", k->words[i]);
}

void
config_value_print(const struct config *c, const struct config_key *k,
    struct buf *out)
{
	const char *at = (const char *)c + k->offset;

	switch (k->type) {
	case KEY_TEXT:
	case KEY_PATH:
	case KEY_FILE:
	case KEY_URL:
	case KEY_ICE:
		buf_adds(out, *(char *const *)(const void *)at);
		break;
	case KEY_COUNT:
	case KEY_SIZE:
	case KEY_DURATION:
		print_number(k, *(const int64_t *)(const void *)at, out);
		break;
	case KEY_ENUM:
		buf_adds(out, k->words[*(const int64_t *)(const void *)at]);
		break;
	case KEY_BOOL:
		buf_adds(out, *(const bool *)(const void *)at ? "yes" : "no");
		break;
	}
}
