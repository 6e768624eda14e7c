/*
 * Random documents through put, patch and the item operations agree with a
 * model that is as simple as can be: arrays of fixed size, one printf each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/op.h"

#define NOTE	"NNNNNNNNNNNNNNNNNNNNNN"
#define ROUNDS	40000
#define IDS	6
#define ITEMS	8

/* Texts: how a client may write one, and how it is written here. */
static const struct {
	const char	*in;
	const char	*out;
} texts[] = {
	{ "", "" }, { "milk", "milk" }, { "\\u0061\\/", "a/" },
	{ "\\ud83d\\ude00", "\xf0\x9f\x98\x80" }, { "\xc3\xa4", "\xc3\xa4" },
	{ "\\u000a\\t\\\"", "\\n\\t\\\"" }, { "\xe2\x80\xa8", "\\u2028" },
	{ "\x7f\\u0001", "\\u007f\\u0001" },
};
#define TEXTS	(int)(sizeof(texts) / sizeof(*texts))

/* Whole and broken numbers in the same way, with their value. */
static const struct {
	const char	*in;
	const char	*out;
	double		 value;
} numbers[] = {
	{ "0", "0", 0 }, { "-0.0", "0", 0 }, { "10e-1", "1", 1 },
	{ "2.50", "2.5", 2.5 }, { "-3", "-3", -3 }, { "1e2", "100", 100 },
};
#define NUMBERS	(int)(sizeof(numbers) / sizeof(*numbers))

static const char *const colors[] = { "default", "red", "gray" };

struct model_item {
	int	id;
	int	text;
	bool	done;
	double	pos;
};

struct model {
	bool			exists;
	bool			list;
	int			title;
	int			text;
	int			color;
	bool			pinned;
	double			pos;
	struct model_item	items[ITEMS];
	int			items_n;
};

struct random {
	uint64_t	x;
};

static int
below(struct random *r, int n)
{
	r->x ^= r->x << 13;
	r->x ^= r->x >> 7;
	r->x ^= r->x << 17;
	return (int)(r->x >> 33) % n;
}

static bool
maybe(struct random *r)
{
	return below(r, 2) == 0;
}

static const char *
space(struct random *r)
{
	static const char *const all[] = { "", "", " ", "\n\t", "\r\n  " };

	return all[below(r, 5)];
}

static void
put_model(const struct model *m, struct buf *b)
{
	const struct model_item *item;
	int i;

	buf_addf(b, "{\"kind\":\"%s\",\"title\":\"%s\",",
	    m->list ? "checklist" : "text", texts[m->title].out);
	if (!m->list)
		buf_addf(b, "\"text\":\"%s\"", texts[m->text].out);
	else
		buf_adds(b, "\"items\":[");
	for (i = 0; m->list && i < m->items_n; i++) {
		item = &m->items[i];
		buf_addf(b, "%s{\"id\":\"item%018d\",\"text\":\"%s\","
		    "\"done\":%s,\"pos\":%g}", i == 0 ? "" : ",", item->id,
		    texts[item->text].out, item->done ? "true" : "false",
		    item->pos);
	}
	buf_addf(b, "%s,\"color\":\"%s\",\"pinned\":%s,\"pos\":%g}",
	    m->list ? "]" : "", colors[m->color], m->pinned ? "true" : "false",
	    m->pos == 0 ? 0 : m->pos);
}

/* A document in the making: its members, to be put together in any order. */
struct doc {
	char	members[8][2048];
	int	n;
};

static void
add(struct doc *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
add(struct doc *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(d->members[d->n++], sizeof(d->members[0]), fmt, ap);
	va_end(ap);
}

static void
put_shuffled(struct doc *d, struct random *r, struct buf *b)
{
	char swap[sizeof(d->members[0])];
	int i, k;

	for (i = d->n - 1; i > 0; i--) {
		k = below(r, i + 1);
		memcpy(swap, d->members[i], sizeof(swap));
		memcpy(d->members[i], d->members[k], sizeof(swap));
		memcpy(d->members[k], swap, sizeof(swap));
	}
	buf_addf(b, "{%s", space(r));
	for (i = 0; i < d->n; i++)
		buf_addf(b, "%s%s%s", i == 0 ? "" : ",", space(r),
		    d->members[i]);
	buf_addf(b, "%s}", space(r));
}

/* Fills an item and says so in `d`; `id` < 0 leaves that out. */
static void
random_item(struct random *r, struct doc *d, struct model_item *item, int id)
{
	int n;

	d->n = 0;
	if (id >= 0)
		add(d, "\"id\":\"item%018d\"", item->id = id);
	if (id >= 0 || maybe(r)) {
		item->text = below(r, TEXTS);
		add(d, "\"text\" : \"%s\"", texts[item->text].in);
	}
	if (maybe(r)) {
		item->done = maybe(r);
		add(d, "\"done\":%s", item->done ? "true" : "false");
	}
	if (maybe(r)) {
		n = below(r, NUMBERS);
		item->pos = numbers[n].value;
		add(d, "\"pos\":%s", numbers[n].in);
	}
}

/* A list of items, which may hold an id twice; then it answers false. */
static bool
random_items(struct random *r, struct model *m, struct buf *b)
{
	static struct doc d;
	struct model_item *item;
	bool good = true;
	int i, k, n = below(r, 4);

	m->items_n = 0;
	buf_adds(b, "\"items\":[");
	for (i = 0; i < n; i++) {
		item = &m->items[m->items_n++];
		*item = (struct model_item){ .pos = i + 1 };
		random_item(r, &d, item, below(r, IDS));
		for (k = 0; k < i; k++)
			good = good && m->items[k].id != item->id;
		buf_adds(b, i == 0 ? "" : ",");
		put_shuffled(&d, r, b);
	}
	buf_adds(b, "]");
	return good;
}

/* Changes the model as a random document would; false: it is to be refused. */
static bool
random_note(struct random *r, struct model *m, struct buf *b)
{
	static struct doc d;
	struct buf items;
	bool good = true, text = maybe(r), list = below(r, 3) == 0, kind;
	int n;

	d.n = 0;
	kind = maybe(r);
	if (kind) {
		m->list = maybe(r);
		add(&d, "\"kind\":\"%s\"", m->list ? "checklist" : "text");
	}
	if (maybe(r)) {
		m->title = below(r, TEXTS);
		add(&d, "\"title\":%s\"%s\"", space(r), texts[m->title].in);
	}
	if (text) {
		m->text = below(r, TEXTS);
		add(&d, "\"text\":\"%s\"", texts[m->text].in);
		good = good && !m->list;
	}
	if (list) {
		buf_init(&items, sizeof(d.members[0]) - 1);
		good = random_items(r, m, &items) && good && m->list;
		assert_int_equal(buf_status(&items), ST_OK);
		add(&d, "%s", items.data);
		buf_fini(&items);
	}
	if (maybe(r)) {
		m->color = below(r, 3);
		add(&d, "\"color\":\"%s\"", colors[m->color]);
	}
	if (maybe(r)) {
		m->pinned = maybe(r);
		add(&d, "\"pinned\":%s", m->pinned ? "true" : "false");
	}
	if (maybe(r)) {
		n = below(r, NUMBERS);
		m->pos = numbers[n].value;
		add(&d, "\"pos\":%s", numbers[n].in);
	}
	if (below(r, 30) == 0) {
		add(&d, "\"Text\":\"\"");
		good = false;
	}
	put_shuffled(&d, r, b);
	if (m->list)
		m->text = 0;
	else
		m->items_n = 0;
	return good;
}

static struct model_item *
find(struct model *m, int id)
{
	int i;

	for (i = 0; i < m->items_n; i++)
		if (m->items[i].id == id)
			return &m->items[i];
	return NULL;
}

static void
random_set_item(struct random *r, struct model *m, int id, struct buf *b)
{
	static struct doc d;
	struct model_item *item = find(m, id);
	double last = 0;
	int i;

	if (item == NULL) {
		for (i = 0; i < m->items_n; i++)
			if (i == 0 || m->items[i].pos > last)
				last = m->items[i].pos;
		item = &m->items[m->items_n++];
		*item = (struct model_item){ .id = id, .pos = last + 1 };
	}
	random_item(r, &d, item, -1);
	put_shuffled(&d, r, b);
}

static enum status
drop_item(struct model *m, int id)
{
	struct model_item *item = find(m, id);

	if (item == NULL)
		return ST_NOTFOUND;
	memmove(item, item + 1, (size_t)(m->items + m->items_n - item - 1) *
	    sizeof(*item));
	m->items_n--;
	return ST_OK;
}

/*
 * Makes up an operation as text, applies it to the model and answers what
 * should come of it.
 */
static enum status
random_op(struct random *r, struct model *m, struct buf *b)
{
	static const struct model empty;
	static const char *const names[] = {
		"put", "patch", "put_item", "delete_item",
	};
	const bool existed = m->exists, list = m->list;
	int which = below(r, 4), id = below(r, IDS);
	enum status st = ST_OK;

	buf_addf(b, "{\"ops\":[{\"op\":\"%s\",\"id\":\"" NOTE "\","
	    "\"key\":\"k\"", names[which]);
	if (which >= 2)
		buf_addf(b, ",\"item\":\"item%018d\"", id);
	if (which != 3)
		buf_adds(b, ",\"doc\":");
	if (which == 0)
		*m = empty;
	m->exists = true;
	if (which <= 1)
		st = random_note(r, m, b) ? ST_OK : ST_INVALID;
	else if (which == 2)
		random_set_item(r, m, id, b);
	else
		st = drop_item(m, id);
	buf_adds(b, "}]}");
	if (which >= 2 && existed && !list)
		return ST_INVALID;
	return which == 0 || existed ? st : ST_NOTFOUND;
}

static enum status
no_new_id(char out[ID_SIZE])
{
	out[0] = '\0';
	return ST_IO;		/* each item brings its own */
}

/* Plays the text as the service does: parse, check, edit. */
static enum status
play(const struct buf *text, const struct model *before, struct buf *body,
    struct buf *next)
{
	static const struct json_limits limits = { 16, 4096 };
	struct note old = {
		.id = NOTE, .body = body->data, .body_len = body->len,
		.by = "",
	};
	struct problem why;
	struct cJSON *j;
	struct op *ops;
	enum status st;
	size_t n;

	if (json_parse(text->data, text->len, &limits, &j, &why))
		fail_msg("%s: %s", text->data, why.detail);
	if (op_parse_batch(j, &ops, &n, &why))
		fail_msg("%s: %s", text->data, why.detail);
	ops->note_max = 65536;
	ops->new_id = no_new_id;
	buf_reset(next);
	st = op_check(ops, &why);
	if (st == ST_OK)
		st = op_edit(ops, before->exists ? &old : NULL, next);
	/* A broken document is refused before the note is looked for. */
	if (st == ST_INVALID && ops->kind != OP_PUT && !before->exists)
		st = ST_NOTFOUND;
	free(ops);
	json_free(j);
	return st;
}

static void
random_operations_agree_with_a_simple_model(void **state)
{
	struct random r = { 0x9e3779b97f4a7c15u };
	struct model m = { .exists = false }, before;
	struct buf text, body, next, expected;
	enum status st, want;
	int i, worked = 0, refused = 0;

	(void)state;
	buf_init(&text, 1 << 16);
	buf_init(&body, 1 << 16);
	buf_init(&next, 1 << 16);
	buf_init(&expected, 1 << 16);
	for (i = 0; i < ROUNDS; i++) {
		if (below(&r, 50) == 0)
			m.exists = false;	/* begin with another note */
		before = m;
		buf_reset(&text);
		want = random_op(&r, &m, &text);
		st = play(&text, &before, &body, &next);
		if (st != want)
			fail_msg("round %d: %s on %s: %s, not %s", i, text.data,
			    body.data, status_name(st), status_name(want));
		if (st) {
			m = before;
			refused++;
			continue;
		}
		buf_reset(&expected);
		put_model(&m, &expected);
		if (strcmp(next.data, expected.data) != 0)
			fail_msg("round %d: %s on %s: %s, not %s", i, text.data,
			    body.data, next.data, expected.data);
		buf_reset(&body);
		buf_add(&body, next.data, next.len);
		worked++;
	}
	assert_true(worked > ROUNDS / 4 && refused > ROUNDS / 10);
	buf_fini(&text);
	buf_fini(&body);
	buf_fini(&next);
	buf_fini(&expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_operations_agree_with_a_simple_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
