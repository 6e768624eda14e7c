#include "codec/json.h"

#include <cJSON.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Doubles up to here hold every whole number (2 to the 53rd). */
#define EXACT		9007199254740992.0

enum status
json_fault_problem(const struct json_check *c, struct problem *why)
{
	return problem_set(why, PROBLEM_BAD_JSON, "%s (%s) at byte %" PRIu64,
	    json_fault_name(c->fault), json_fault_text(c->fault), c->at);
}

static enum status
check(const char *text, size_t len, const struct json_limits *limits,
    struct problem *why)
{
	struct json_check c;
	enum status st;

	json_check_init(&c, limits);
	st = json_check_feed(&c, text, len);
	if (st == ST_OK)
		st = json_check_end(&c);
	if (st == ST_INVALID)
		(void)json_fault_problem(&c, why);
	json_check_fini(&c);
	return st;
}

enum status
json_parse(const char *text, size_t len, const struct json_limits *limits,
    struct cJSON **out, struct problem *why)
{
	enum status st;

	*out = NULL;
	st = check(text, len, limits, why);
	if (st)
		return st;
	*out = cJSON_ParseWithLength(text, len);
	return *out == NULL ? ST_NOMEM : ST_OK;	/* nothing else is left */
}

void
json_free(struct cJSON *j)
{
	cJSON_Delete(j);
}

const struct cJSON *
json_member(const struct cJSON *object, const char *name)
{
	if (!cJSON_IsObject(object))
		return NULL;
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

const char *
json_string_member(const struct cJSON *object, const char *name)
{
	return cJSON_GetStringValue(json_member(object, name));
}

bool
json_is_positive(const struct cJSON *v)
{
	return cJSON_IsNumber(v) && v->valuedouble > 0;
}

const struct cJSON *
json_first(const struct cJSON *array)
{
	return cJSON_IsArray(array) ? array->child : NULL;
}

const struct cJSON *
json_next(const struct cJSON *element)
{
	return element->next;
}

static bool
is_known(const char *name, const char *const *known)
{
	for (; *known != NULL; known++)
		if (strcmp(name, *known) == 0)
			return true;
	return false;
}

enum status
json_check_members(const struct cJSON *object, const char *const *known,
    struct problem *why)
{
	const cJSON *m;

	if (!cJSON_IsObject(object))
		return problem_set(why, PROBLEM_INVALID, "not an object");
	cJSON_ArrayForEach(m, object)
		if (!is_known(m->string, known))
			return problem_set(why, PROBLEM_INVALID,
			    "unknown member %s", m->string);
	return ST_OK;
}

/*
 * How many bytes at `p` need one escape: 0 for a plain byte, 3 for U+2028 and
 * U+2029, which are the bytes E2 80 A8 and E2 80 A9.
 */
static size_t
needs_escape(const unsigned char *p, size_t n)
{
	if (*p == 0xe2)
		return n >= 3 && p[1] == 0x80 && (p[2] | 1) == 0xa9 ? 3 : 0;
	return *p < ' ' || *p == '"' || *p == '\\' || *p == 0x7f;
}

static void
put_escape(struct buf *b, const unsigned char *p)
{
	static const char digits[] = "0123456789abcdef";
	static const char letters[] = "\"\\bfnrt", meant[] = "\"\\\b\f\n\r\t";
	const char *which = memchr(meant, *p, sizeof(meant) - 1);
	char hex[] = "\\u0000";

	if (which != NULL) {
		buf_addc(b, '\\');
		buf_addc(b, letters[which - meant]);
		return;
	}
	if (*p == 0xe2) {
		buf_adds(b, p[2] == 0xa8 ? "\\u2028" : "\\u2029");
		return;
	}
	hex[4] = digits[*p >> 4];
	hex[5] = digits[*p & 15];
	buf_add(b, hex, sizeof(hex) - 1);
}

void
json_put_string(struct buf *b, const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	const unsigned char *plain = p;
	size_t n;

	buf_addc(b, '"');
	while (p < end) {
		n = needs_escape(p, (size_t)(end - p));
		if (n == 0) {
			p++;
			continue;
		}
		buf_add(b, plain, (size_t)(p - plain));
		put_escape(b, p);
		p += n;
		plain = p;
	}
	buf_add(b, plain, (size_t)(p - plain));
	buf_addc(b, '"');
}

void
json_put_member(struct buf *b, const char *name, const char *value)
{
	buf_addc(b, '"');
	buf_adds(b, name);
	buf_add(b, "\":", 2);
	json_put_string(b, value, strlen(value));
}

void
json_put_int(struct buf *b, int64_t v)
{
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	char text[21], *p = text + sizeof(text);

	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (v < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(text + sizeof(text) - p));
}

void
json_put_number(struct buf *b, double v)
{
	char text[40];
	int digits;

	if (fabs(v) <= EXACT && trunc(v) == v) {
		json_put_int(b, (int64_t)v);
		return;
	}
	/* 15 digits survive any double but the subnormal; 17 tell all apart. */
	for (digits = fabs(v) < DBL_MIN ? 1 : 15; ; digits++) {
		(void)snprintf(text, sizeof(text), "%.*g", digits, v);
		if (digits == 17 || strtod(text, NULL) == v)
			break;
	}
	buf_adds(b, text);
}

static void
put_children(struct buf *b, const struct cJSON *v, bool object)
{
	const struct cJSON *child;

	buf_addc(b, object ? '{' : '[');
	for (child = v->child; child != NULL; child = child->next) {
		if (child != v->child)
			buf_addc(b, ',');
		if (object) {
			json_put_string(b, child->string,
			    strlen(child->string));
			buf_addc(b, ':');
		}
		json_put_value(b, child);
	}
	buf_addc(b, object ? '}' : ']');
}

void
json_put_value(struct buf *b, const struct cJSON *v)
{
	if (cJSON_IsObject(v) || cJSON_IsArray(v))
		put_children(b, v, cJSON_IsObject(v));
	else if (cJSON_IsString(v))
		json_put_string(b, v->valuestring, strlen(v->valuestring));
	else if (cJSON_IsNumber(v))
		json_put_number(b, v->valuedouble);
	else if (cJSON_IsBool(v))
		buf_adds(b, cJSON_IsTrue(v) ? "true" : "false");
	else
		buf_adds(b, "null");
}
