#include "proto/query.h"

#include <string.h>

#include "proto/chars.h"

static void
clear_fields(struct query *q)
{
	size_t i;

	for (i = 0; i < q->nfields; i++) {
		q->fields[i].dst[0] = '\0';
		q->fields[i].seen = false;
	}
}

static struct query_field *
find(struct query *q)
{
	size_t i;

	if (q->name_len >= QUERY_NAME_SIZE)
		return NULL;
	for (i = 0; i < q->nfields; i++)
		if (strcmp(q->fields[i].name, q->name) == 0)
			return &q->fields[i];
	return NULL;
}

/* The name is whole. */
static bool
end_name(struct query *q)
{
	if (q->hex_need || !utf8_complete(&q->utf8))
		return false;
	q->name[q->name_len < QUERY_NAME_SIZE ? q->name_len : 0] = '\0';
	q->field = find(q);
	q->in_value = true;
	q->value_len = 0;
	if (q->field == NULL)
		return true;
	if (q->field->seen)
		return false;
	q->field->seen = true;
	return true;
}

/* The pair is whole; between two "&" there need not be one. */
static bool
end_pair(struct query *q)
{
	if (!q->in_value && q->name_len == 0 && q->hex_need == 0)
		return true;
	if (!q->in_value && !end_name(q))
		return false;
	if (q->hex_need || !utf8_complete(&q->utf8))
		return false;
	if (q->field)
		q->field->dst[q->value_len] = '\0';
	q->field = NULL;
	q->in_value = false;
	q->name_len = 0;
	return ++q->pairs <= QUERY_PAIRS;
}

/* One decoded byte of a name or a value. */
static bool
put(struct query *q, unsigned char c)
{
	if (c == '\0' || !utf8_step(&q->utf8, c))
		return false;
	if (!q->in_value) {
		if (q->name_len < QUERY_NAME_SIZE)
			q->name[q->name_len++] = (char)c;
		return true;
	}
	if (q->field == NULL)
		return true;
	if (q->value_len + 1 >= q->field->size)
		return false;
	q->field->dst[q->value_len++] = (char)c;
	return true;
}

static bool
hex_digit(struct query *q, unsigned char c)
{
	int v = chars_hex(c);

	if (v < 0)
		return false;
	q->hex = q->hex << 4 | (unsigned)v;
	if (--q->hex_need > 0)
		return true;
	return put(q, (unsigned char)q->hex);
}

static bool
step(struct query *q, unsigned char c)
{
	if (c == '&')
		return end_pair(q);
	if (q->hex_need)
		return hex_digit(q, c);
	if (c == '=' && !q->in_value)
		return end_name(q);
	if (c == '%') {
		q->hex_need = 2;
		q->hex = 0;
		return true;
	}
	if (c == ' ' || chars_is_control(c))
		return false;
	return put(q, c == '+' ? ' ' : c);
}

void
query_init(struct query *q, struct query_field *fields, size_t nfields)
{
	memset(q, 0, sizeof(*q));
	q->fields = fields;
	q->nfields = nfields;
	clear_fields(q);
}

void
query_feed(struct query *q, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n && !q->failed; i++)
		q->failed = !step(q, (unsigned char)bytes[i]);
}

enum status
query_end(struct query *q)
{
	if (!q->failed)
		q->failed = !end_pair(q);
	if (!q->failed)
		return ST_OK;
	clear_fields(q);
	return ST_INVALID;
}

enum status
query_parse(const char *text, struct query_field *fields, size_t nfields)
{
	struct query q;

	query_init(&q, fields, nfields);
	query_feed(&q, text, strlen(text));
	return query_end(&q);
}
