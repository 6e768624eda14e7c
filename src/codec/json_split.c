#include "codec/json_split.h"

#include <inttypes.h>
#include <string.h>

#include "codec/json.h"

/*
 * Works on bytes that have passed the check, so it only has to know where
 * things begin and end.  Each step takes some of them and says how many.
 */
typedef size_t step(struct json_split *s, const char *p, const char *end);

static bool
is_space(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

/* The whole value is there. */
static void
hand_out(struct json_split *s)
{
	s->state = s->in_array ? JSON_SPLIT_ARRAY : JSON_SPLIT_OBJECT;
	s->st = buf_status(&s->value);
	if (s->st)
		return;
	if (s->in_array)
		s->st = s->sink.element(s->sink.arg, s->name, s->value.data,
		    s->value.len);
	else
		s->st = s->sink.member(s->sink.arg, s->name, s->value.data,
		    s->value.len);
}

static void
begin_value(struct json_split *s)
{
	buf_reset(&s->value);
	s->depth = 0;
	s->in_string = s->escaped = s->at_name = false;
	s->is_long = s->in_long = false;
	s->state = JSON_SPLIT_VALUE;
}

static size_t
step_before(struct json_split *s, const char *p, const char *end)
{
	(void)end;
	if (*p == '{')
		s->state = JSON_SPLIT_OBJECT;
	return 1;
}

/* A comma, a name, or the object's end. */
static size_t
step_object(struct json_split *s, const char *p, const char *end)
{
	(void)end;
	if (*p == '"') {
		s->name_len = 0;
		s->escaped = false;
		s->state = JSON_SPLIT_NAMED;
	} else if (*p == '}')
		s->state = JSON_SPLIT_AFTER;
	return 1;
}

static size_t
step_named(struct json_split *s, const char *p, const char *end)
{
	(void)end;
	if (*p == '"' && !s->escaped) {
		s->name[s->name_len] = '\0';
		s->state = JSON_SPLIT_COLON;
		return 1;
	}
	s->escaped = *p == '\\' && !s->escaped;
	if (s->name_len < JSON_SPLIT_NAME - 1)
		s->name[s->name_len++] = *p;
	return 1;
}

static size_t
step_colon(struct json_split *s, const char *p, const char *end)
{
	(void)end;
	if (is_space(*p) || *p == ':')
		return 1;
	s->in_array = *p == '[';
	if (!s->in_array) {
		begin_value(s);
		return 0;
	}
	s->state = JSON_SPLIT_ARRAY;
	s->st = s->sink.member(s->sink.arg, s->name, "[", 1);
	return 1;
}

static size_t
step_array(struct json_split *s, const char *p, const char *end)
{
	(void)end;
	if (is_space(*p) || *p == ',')
		return 1;
	if (*p != ']') {
		begin_value(s);
		return 0;
	}
	s->in_array = false;
	s->state = JSON_SPLIT_OBJECT;
	return 1;
}

/* The closing quote has been added. */
static void
end_string(struct json_split *s)
{
	const char *text = s->value.data + s->string;
	size_t n;

	s->in_string = s->in_long = false;
	if (s->depth == 0)
		hand_out(s);
	if (!s->at_name || !s->in_array || s->o.long_name == NULL ||
	    buf_status(&s->value))
		return;
	n = strlen(s->o.long_name);
	s->is_long = s->value.len - s->string == n + 2 &&
	    memcmp(text + 1, s->o.long_name, n) == 0;
}

static size_t
step_string(struct json_split *s, const char *p, const char *end)
{
	const char *at = p;
	size_t n;

	if (s->escaped)
		at++;
	while (at < end && *at != '"' && *at != '\\')
		at++;
	n = (size_t)(at - p);
	s->escaped = at < end && *at == '\\';
	if (s->escaped)
		n++;
	if (s->in_long && n > 0)
		s->st = s->sink.piece(s->sink.arg, p, n);
	else
		buf_add(&s->value, p, n);
	if (at == end || s->escaped)
		return n;
	buf_addc(&s->value, '"');
	end_string(s);
	return n + 1;
}

static void
begin_string(struct json_split *s)
{
	s->string = s->value.len;
	s->in_string = true;
	s->in_long = s->depth == 1 && s->is_long && !s->at_name;
	s->is_long = false;
	buf_addc(&s->value, '"');
}

/* A byte of a value's own, outside of strings. */
static size_t
step_plain(struct json_split *s, const char *p)
{
	char ch = *p;

	if (s->depth == 0 && s->value.len > 0 &&
	    (is_space(ch) || ch == ',' || ch == ']' || ch == '}')) {
		hand_out(s);	/* a number or a literal: it has no end of its own */
		return 0;
	}
	if (is_space(ch))
		return 1;
	if (ch == '"') {
		begin_string(s);
		return 1;
	}
	buf_addc(&s->value, ch);
	if (ch == '{' || ch == '[')
		s->depth++;
	if (s->depth == 1 && (ch == '{' || ch == ',' || ch == ':'))
		s->at_name = ch != ':' && s->value.data[0] == '{';
	if (ch != ':')
		s->is_long = false;
	if ((ch == '}' || ch == ']') && --s->depth == 0)
		hand_out(s);
	return 1;
}

static size_t
step_value(struct json_split *s, const char *p, const char *end)
{
	return s->in_string ? step_string(s, p, end) : step_plain(s, p);
}

static size_t
step_after(struct json_split *s, const char *p, const char *end)
{
	(void)s;
	return (size_t)(end - p);
}

static step *const steps[] = {
	[JSON_SPLIT_BEFORE] = step_before,
	[JSON_SPLIT_OBJECT] = step_object,
	[JSON_SPLIT_NAMED] = step_named,
	[JSON_SPLIT_COLON] = step_colon,
	[JSON_SPLIT_ARRAY] = step_array,
	[JSON_SPLIT_VALUE] = step_value,
	[JSON_SPLIT_AFTER] = step_after,
};

void
json_split_init(struct json_split *s, const struct json_split_options *o,
    const struct json_split_sink *sink)
{
	memset(s, 0, sizeof(*s));
	json_check_init(&s->check, &o->limits);
	s->o = *o;
	s->sink = *sink;
	buf_init(&s->value, o->value_max);
}

void
json_split_fini(struct json_split *s)
{
	json_check_fini(&s->check);
	buf_fini(&s->value);
}

/*
 * Whether the text turns out to be another value.  Asked before the check, so
 * that the answer is the same wherever a number is cut.
 */
static bool
is_other(const struct json_split *s, const char *p, size_t n)
{
	if (s->state != JSON_SPLIT_BEFORE)
		return false;
	while (n > 0 && is_space(*p)) {
		p++;
		n--;
	}
	return n > 0 && *p != '\0' && strchr("[\"-0123456789tfn", *p) != NULL;
}

static enum status
split(struct json_split *s, const char *p, size_t n, struct problem *why)
{
	const char *end = p + n;

	while (p < end && s->st == ST_OK) {
		p += steps[s->state](s, p, end);
		if (s->st == ST_OK && s->state == JSON_SPLIT_VALUE)
			s->st = buf_status(&s->value);
	}
	/* the sink has named what it refused */
	if (s->st == ST_TOOBIG && buf_status(&s->value) == ST_TOOBIG)
		(void)problem_set(why, PROBLEM_TOO_LARGE,
		    "%s: a value of more than %zu bytes", s->name,
		    s->o.value_max);
	return s->st;
}

enum status
json_split_feed(struct json_split *s, const char *bytes, size_t n,
    struct problem *why)
{
	uint64_t before = s->check.at;
	enum status st;

	if (s->st)
		return s->st;
	if (is_other(s, bytes, n)) {
		s->st = problem_set(why, PROBLEM_INVALID, "not an object");
		return s->st;
	}
	st = json_check_feed(&s->check, bytes, n);
	if (st == ST_OK)
		return split(s, bytes, n, why);
	/* what came before the fault is taken as if it had come alone */
	if (s->check.at > before &&
	    split(s, bytes, (size_t)(s->check.at - before), why))
		return s->st;
	s->st = st;
	return st == ST_INVALID ? json_fault_problem(&s->check, why) : st;
}

enum status
json_split_end(struct json_split *s, struct problem *why)
{
	if (s->st)
		return s->st;
	s->st = json_check_end(&s->check);
	return s->st == ST_INVALID ? json_fault_problem(&s->check, why) : s->st;
}
