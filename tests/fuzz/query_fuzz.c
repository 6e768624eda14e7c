/*
 * Any query comes out the same whole and byte by byte; values that are taken
 * are UTF-8 that fits, and survive being escaped and read again.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "proto/query.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct wanted {
	char			a[4];
	char			since[40];
	struct query_field	fields[2];
};

static void
want(struct wanted *w)
{
	memset(w, 0, sizeof(*w));
	w->fields[0] = (struct query_field){ "a", w->a, 4, false };
	w->fields[1] = (struct query_field){ "since", w->since, 40, false };
}

static enum status
parse(const char *text, size_t size, size_t piece, struct wanted *w)
{
	struct query q;

	want(w);
	query_init(&q, w->fields, 2);
	EACH_PIECE(i, n, size, piece)
		query_feed(&q, text + i, n);
	return query_end(&q);
}

static void
same(const struct wanted *v, const struct wanted *w)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		must(v->fields[i].seen == w->fields[i].seen);
		must(strcmp(v->fields[i].dst, w->fields[i].dst) == 0);
		must(strlen(v->fields[i].dst) < v->fields[i].size);
		must(str_is_utf8(v->fields[i].dst, strlen(v->fields[i].dst)));
	}
}

static void
put_escaped(struct buf *b, const struct query_field *f)
{
	const char *p;

	if (!f->seen)
		return;
	buf_addf(b, "&%s=", f->name);
	for (p = f->dst; *p != '\0'; p++)
		buf_addf(b, "%%%02x", (unsigned)(unsigned char)*p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct wanted whole, bytes, again;
	enum status st;
	struct buf b;

	st = parse(text, size, size, &whole);
	must(parse(text, size, 1, &bytes) == st);
	same(&whole, &bytes);
	if (st) {
		must(!whole.fields[0].seen && !whole.fields[1].seen);
		return 0;
	}
	buf_init(&b, 1024);
	put_escaped(&b, &whole.fields[0]);
	put_escaped(&b, &whole.fields[1]);
	must(parse(b.data, b.len, 1, &again) == ST_OK);
	same(&whole, &again);
	buf_fini(&b);
	return 0;
}
