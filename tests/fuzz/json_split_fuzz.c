/*
 * Any bytes: taken or not, and split the same, whole, byte by byte and in uneven pieces; what is
 * handed out is strict JSON, and of a text that is taken, nothing is missing:
 * the parts put together are the text as cJSON sees it.
 */
#include <cJSON.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "codec/json_split.h"
#include "feed.h"

#define MOST		(1 << 20)
#define VALUE_MAX	256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct json_limits limits = { 16, 512 };

/* The text put together again, and what may stand next in it. */
struct seen {
	struct buf	text;
	struct buf	piece;
	bool		in_array;
	bool		first;		/* of the array */
	bool		unsure;		/* where a long string was, or a whole name */
};

static void
check_value(const char *text, size_t n)
{
	struct problem why;
	struct cJSON *j;

	must(json_parse(text, n, &limits, &j, &why) == ST_OK);
	json_free(j);
}

static enum status
see_member(void *arg, const char *name, const char *text, size_t n)
{
	struct seen *s = arg;

	if (s->in_array)
		buf_addc(&s->text, ']');
	buf_adds(&s->text, s->text.len > 1 ? ",\"" : "\"");
	buf_adds(&s->text, name);
	buf_adds(&s->text, "\":");
	s->unsure = s->unsure || strlen(name) == JSON_SPLIT_NAME - 1;
	buf_add(&s->text, text, n);
	s->in_array = n == 1 && text[0] == '[';
	s->first = true;
	if (!s->in_array)
		check_value(text, n);
	return ST_OK;
}

/* The long string goes back to where "" stands in its place. */
static void
put_element(struct seen *s, const char *text, size_t n)
{
	static const char gap[] = "\"data\":\"\"";
	const char *at = NULL, *next;
	size_t before = 0;

	if (s->piece.len > 0) {
		at = strstr(text, gap);
		must(at != NULL);
		next = strstr(at + 1, gap);
		s->unsure = s->unsure || next != NULL;
		before = (size_t)(at - text) + sizeof(gap) - 2;
	}
	buf_add(&s->text, text, before);
	buf_add(&s->text, s->piece.data, s->piece.len);
	buf_add(&s->text, text + before, n - before);
}

static enum status
see_element(void *arg, const char *name, const char *text, size_t n)
{
	struct seen *s = arg;

	(void)name;
	must(s->in_array);
	check_value(text, n);
	if (!s->first)
		buf_addc(&s->text, ',');
	s->first = false;
	put_element(s, text, n);
	buf_reset(&s->piece);
	return ST_OK;
}

static enum status
see_piece(void *arg, const char *text, size_t n)
{
	struct seen *s = arg;

	buf_add(&s->piece, text, n);
	return ST_OK;
}

static enum status
split(const uint8_t *data, size_t size, size_t piece, struct seen *seen)
{
	const struct json_split_options o = { .limits = limits,
	    .value_max = VALUE_MAX, .long_name = "data" };
	const struct json_split_sink sink = { see_member, see_element,
	    see_piece, seen };
	struct problem why;
	struct json_split s;
	enum status st;

	buf_init(&seen->text, MOST);
	buf_init(&seen->piece, MOST);
	seen->in_array = seen->first = seen->unsure = false;
	buf_addc(&seen->text, '{');
	json_split_init(&s, &o, &sink);
	EACH_PIECE(i, n, size, piece) {
		if (json_split_feed(&s, (const char *)data + i, n, &why))
			break;
	}
	st = json_split_end(&s, &why);
	must(st == ST_OK || st == ST_INVALID || st == ST_TOOBIG);
	json_split_fini(&s);
	if (seen->in_array)
		buf_addc(&seen->text, ']');
	buf_addc(&seen->text, '}');
	return st;
}

static void
compare(const uint8_t *data, size_t size, const struct buf *again)
{
	struct problem why;
	struct cJSON *a, *b;

	must(json_parse((const char *)data, size, &limits, &a, &why) == ST_OK);
	must(json_parse(again->data, again->len, &limits, &b, &why) == ST_OK);
	must(cJSON_Compare(a, b, 1));
	json_free(a);
	json_free(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[] = { 1, 7 };
	struct seen whole, cut;
	enum status st;
	size_t i;

	st = split(data, size, size + 1, &whole);
	for (i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		must((split(data, size, pieces[i], &cut) == ST_OK) ==
		    (st == ST_OK));
		must(st || strcmp(whole.text.data, cut.text.data) == 0);
		buf_fini(&cut.text);
		buf_fini(&cut.piece);
	}
	if (st == ST_OK && !whole.unsure)
		compare(data, size, &whole.text);
	buf_fini(&whole.text);
	buf_fini(&whole.piece);
	return 0;
}
