#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "codec/note.h"

#define ID_A	"AAAAAAAAAAAAAAAAAAAAAA"
#define ID_B	"BBBBBBBBBBBBBBBBBBBBBB"
#define ID_C	"CCCCCCCCCCCCCCCCCCCCCC"
#define REST	"\"color\":\"default\",\"pinned\":false,\"pos\":0}"

static struct cJSON *
parse(const char *text)
{
	static const struct json_limits limits = { 16, 4096 };
	struct problem why;
	struct cJSON *j;

	if (json_parse(text, strlen(text), &limits, &j, &why))
		fail_msg("%s: %s", text, why.detail);
	return j;
}

static enum status
numbered_id(char out[ID_SIZE])
{
	(void)snprintf(out, ID_SIZE, "made%018d", 0);
	return ST_OK;
}

static enum status
no_id(char out[ID_SIZE])
{
	out[0] = '\0';
	return ST_IO;
}

/* Reads the document over an empty note and settles it. */
static enum status
read_text(const char *text, struct buf *body, struct problem *why)
{
	struct cJSON *j = parse(text);
	struct note_draft d;
	enum status st;

	note_init(&d);
	why->kind = PROBLEM_NONE;
	why->detail[0] = '\0';
	st = note_read(&d, j, why);
	if (st == ST_OK)
		st = note_settle(&d, why);
	if (st == ST_OK)
		st = note_make_ids(&d, numbered_id);
	buf_reset(body);
	if (st == ST_OK)
		note_put(&d, body);
	note_fini(&d);
	json_free(j);
	return st;
}

static void
accepts(const char *text, const char *expected)
{
	struct problem why;
	struct buf body;

	buf_init(&body, 1 << 20);
	if (read_text(text, &body, &why))
		fail_msg("%s: %s", text, why.detail);
	if (expected != NULL)
		assert_string_equal(body.data, expected);
	buf_fini(&body);
}

static void
refuses(const char *text, const char *detail)
{
	struct problem why;
	struct buf body;

	buf_init(&body, 1 << 20);
	assert_int_equal(read_text(text, &body, &why), ST_INVALID);
	assert_int_equal(why.kind, PROBLEM_INVALID);
	assert_string_equal(why.detail, detail);
	buf_fini(&body);
}

static void
what_is_missing_has_its_default(void **state)
{
	(void)state;
	accepts("{}", "{\"kind\":\"text\",\"title\":\"\",\"text\":\"\"," REST);
	accepts("{\"kind\":\"checklist\"}",
	    "{\"kind\":\"checklist\",\"title\":\"\",\"items\":[]," REST);
	accepts("{\"kind\":\"checklist\",\"items\":[{\"text\":\"a\"},"
	    "{\"text\":\"b\",\"pos\":-1.5,\"done\":true,\"id\":\"" ID_B "\"}]}",
	    "{\"kind\":\"checklist\",\"title\":\"\",\"items\":["
	    "{\"id\":\"made000000000000000000\",\"text\":\"a\",\"done\":false,"
	    "\"pos\":1},"
	    "{\"id\":\"" ID_B "\",\"text\":\"b\",\"done\":true,\"pos\":-1.5}],"
	    REST);
}

static void
members_come_out_in_one_order(void **state)
{
	(void)state;
	accepts("{\"pos\":2,\"pinned\":true,\"color\":\"teal\","
	    "\"text\":\"a\\nb\",\"title\":\"T\",\"kind\":\"text\"}",
	    "{\"kind\":\"text\",\"title\":\"T\",\"text\":\"a\\nb\","
	    "\"color\":\"teal\",\"pinned\":true,\"pos\":2}");
	accepts("{\"items\":[],\"kind\":\"checklist\"}",
	    "{\"kind\":\"checklist\",\"title\":\"\",\"items\":[]," REST);
}

static void
what_the_service_sets_is_ignored(void **state)
{
	(void)state;
	accepts("{\"id\":1,\"rev\":[],\"created_at\":{},\"updated_at\":true,"
	    "\"trashed_at\":null,\"by\":\"x\",\"files\":[1,2]}",
	    "{\"kind\":\"text\",\"title\":\"\",\"text\":\"\"," REST);
}

static void
unknown_members_are_refused(void **state)
{
	(void)state;
	refuses("{\"colour\":\"red\"}", "unknown member colour");
	refuses("{\"Title\":\"\"}", "unknown member Title");
	refuses("{\"kind\":\"checklist\",\"items\":[{\"text\":\"\"},"
	    "{\"text\":\"\",\"rev\":1}]}", "items[1]: unknown member rev");
}

static void
each_member_has_its_type(void **state)
{
	(void)state;
	refuses("[]", "not an object");
	refuses("null", "not an object");
	refuses("\"text\"", "not an object");
	refuses("{\"kind\":\"Text\"}", "kind: neither text nor checklist");
	refuses("{\"kind\":null}", "kind: neither text nor checklist");
	refuses("{\"title\":1}", "title: not a string");
	refuses("{\"text\":null}", "text: not a string");
	refuses("{\"color\":\"mauve\"}", "color: no color of the palette");
	refuses("{\"color\":\"Red\"}", "color: no color of the palette");
	refuses("{\"color\":0}", "color: no color of the palette");
	refuses("{\"pinned\":1}", "pinned: not true or false");
	refuses("{\"pinned\":\"true\"}", "pinned: not true or false");
	refuses("{\"pos\":\"1\"}", "pos: not a number");
	refuses("{\"items\":{}}", "items: not an array");
	refuses("{\"kind\":\"checklist\",\"items\":[1]}",
	    "items[0]: not an object");
	refuses("{\"kind\":\"checklist\",\"items\":[[]]}",
	    "items[0]: not an object");
	refuses("{\"kind\":\"checklist\",\"items\":[{}]}",
	    "items[0]: text: missing");
	refuses("{\"kind\":\"checklist\",\"items\":[{\"text\":2}]}",
	    "items[0]: text: not a string");
	refuses("{\"kind\":\"checklist\",\"items\":[{\"text\":\"\","
	    "\"done\":0}]}", "items[0]: done: not true or false");
	refuses("{\"kind\":\"checklist\",\"items\":[{\"text\":\"\","
	    "\"pos\":null}]}", "items[0]: pos: not a number");
	refuses("{\"kind\":\"checklist\",\"items\":[{\"text\":\"\","
	    "\"id\":\"short\"}]}", "items[0]: id: not an id");
	refuses("{\"kind\":\"checklist\",\"items\":[{\"text\":\"\","
	    "\"id\":null}]}", "items[0]: id: not an id");
}

static void
every_color_of_the_palette_is_taken(void **state)
{
	static const char *const all[] = {
		"default", "red", "orange", "yellow", "green", "teal", "blue",
		"purple", "pink", "brown", "gray",
	};
	char doc[64], member[64];
	struct problem why;
	struct buf body;
	size_t i;

	(void)state;
	buf_init(&body, 1000);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		(void)snprintf(doc, sizeof(doc), "{\"color\":\"%s\"}", all[i]);
		(void)snprintf(member, sizeof(member), "\"color\":\"%s\"",
		    all[i]);
		assert_int_equal(read_text(doc, &body, &why), ST_OK);
		assert_non_null(strstr(body.data, member));
	}
	buf_fini(&body);
}

static void
kind_and_content_must_agree(void **state)
{
	(void)state;
	refuses("{\"items\":[]}", "items: only a checklist has them");
	refuses("{\"kind\":\"text\",\"items\":[]}",
	    "items: only a checklist has them");
	refuses("{\"kind\":\"checklist\",\"text\":\"\"}",
	    "text: a checklist has none");
	refuses("{\"items\":[],\"text\":\"\"}",
	    "items: only a checklist has them");
}

static void
an_item_id_may_come_once(void **state)
{
	(void)state;
	accepts("{\"kind\":\"checklist\",\"items\":["
	    "{\"text\":\"\",\"id\":\"" ID_A "\"},"
	    "{\"text\":\"\",\"id\":\"" ID_B "\"}]}", NULL);
	refuses("{\"kind\":\"checklist\",\"items\":["
	    "{\"text\":\"\",\"id\":\"" ID_A "\"},"
	    "{\"text\":\"\",\"id\":\"" ID_B "\"},"
	    "{\"text\":\"\",\"id\":\"" ID_A "\"}]}",
	    "items[2]: id: given twice");
}

static void
put_run(struct buf *b, char c, size_t n)
{
	while (n-- > 0)
		buf_addc(b, c);
}

static void
lengths_hold_to_the_byte(void **state)
{
	struct buf b;
	size_t more;

	(void)state;
	buf_init(&b, 1 << 20);
	for (more = 0; more < 2; more++) {
		buf_reset(&b);
		buf_adds(&b, "{\"title\":\"");
		put_run(&b, 't', NOTE_TITLE_MAX - 2 + more);
		buf_adds(&b, "\\u00e4\"}");	/* two bytes */
		if (more)
			refuses(b.data, "title: longer than 1000 bytes");
		else
			accepts(b.data, NULL);

		buf_reset(&b);
		buf_adds(&b, "{\"kind\":\"checklist\",\"items\":[{\"text\":\"");
		put_run(&b, 't', NOTE_ITEM_TEXT_MAX + more);
		buf_adds(&b, "\"}]}");
		if (more)
			refuses(b.data,
			    "items[0]: text: longer than 4000 bytes");
		else
			accepts(b.data, NULL);
	}
	buf_fini(&b);
}

static void
items_are_counted(void **state)
{
	struct buf b;
	size_t i, more;

	(void)state;
	buf_init(&b, 1 << 20);
	for (more = 0; more < 2; more++) {
		buf_reset(&b);
		buf_adds(&b, "{\"kind\":\"checklist\",\"items\":[");
		for (i = 0; i < NOTE_ITEMS_MAX + more; i++)
			buf_adds(&b, i ? ",{\"text\":\"\"}" : "{\"text\":\"\"}");
		buf_adds(&b, "]}");
		if (more)
			refuses(b.data, "items: more than 500");
		else
			accepts(b.data, NULL);
	}
	buf_fini(&b);
}

/* A checklist of A at 5 and B at 2. */
static void
fill(struct note_draft *d, struct cJSON **j)
{
	struct problem why;

	*j = parse("{\"kind\":\"checklist\",\"items\":["
	    "{\"id\":\"" ID_A "\",\"text\":\"a\",\"pos\":5},"
	    "{\"id\":\"" ID_B "\",\"text\":\"b\",\"pos\":2,\"done\":true}]}");
	note_init(d);
	assert_int_equal(note_read(d, *j, &why), ST_OK);
	assert_int_equal(note_settle(d, &why), ST_OK);
}

static void
setting_an_item_changes_what_is_given(void **state)
{
	struct cJSON *list, *doc = parse("{\"text\":\"c\",\"id\":7}");
	struct note_draft d;
	struct problem why;
	bool created = true;

	(void)state;
	fill(&d, &list);
	assert_int_equal(note_set_item(&d, ID_B, doc, &created, &why), ST_OK);
	assert_false(created);
	assert_int_equal(d.items_n, 2);
	assert_string_equal(d.items[1].text, "c");
	assert_true(d.items[1].done);
	assert_true(d.items[1].pos == 2);
	note_fini(&d);
	json_free(list);
	json_free(doc);
}

static void
a_new_item_comes_behind_the_last(void **state)
{
	struct cJSON *list, *doc = parse("{\"done\":true}");
	struct note_draft d;
	struct problem why;
	bool created = false;

	(void)state;
	fill(&d, &list);
	assert_int_equal(note_set_item(&d, ID_C, doc, &created, &why), ST_OK);
	assert_true(created);
	assert_int_equal(d.items_n, 3);
	assert_string_equal(d.items[2].id, ID_C);
	assert_string_equal(d.items[2].text, "");
	assert_true(d.items[2].done);
	assert_true(d.items[2].pos == 6);
	note_fini(&d);

	note_init(&d);
	assert_int_equal(note_set_item(&d, ID_C, doc, &created, &why), ST_OK);
	assert_true(d.items[0].pos == 1);
	note_fini(&d);
	json_free(list);
	json_free(doc);
}

static void
a_broken_item_document_changes_nothing(void **state)
{
	struct cJSON *list, *doc = parse("{\"text\":\"c\",\"done\":1}");
	struct note_draft d;
	struct problem why;
	bool created = true;

	(void)state;
	fill(&d, &list);
	assert_int_equal(note_set_item(&d, ID_B, doc, &created, &why),
	    ST_INVALID);
	assert_string_equal(why.detail, "done: not true or false");
	assert_int_equal(note_set_item(&d, ID_C, doc, &created, &why),
	    ST_INVALID);
	assert_false(created);
	assert_int_equal(d.items_n, 2);
	assert_string_equal(d.items[1].text, "b");
	note_fini(&d);
	json_free(list);
	json_free(doc);
}

static void
a_dropped_item_leaves_the_others_in_order(void **state)
{
	struct cJSON *list, *doc = parse("{}");
	struct note_draft d;
	struct problem why;
	bool created;

	(void)state;
	fill(&d, &list);
	assert_int_equal(note_drop_item(&d, ID_C), ST_NOTFOUND);
	assert_int_equal(note_set_item(&d, ID_C, doc, &created, &why), ST_OK);
	assert_int_equal(note_drop_item(&d, ID_A), ST_OK);
	assert_int_equal(d.items_n, 2);
	assert_string_equal(d.items[0].id, ID_B);
	assert_string_equal(d.items[1].id, ID_C);
	assert_int_equal(note_drop_item(&d, ID_A), ST_NOTFOUND);
	assert_int_equal(note_drop_item(&d, ID_B), ST_OK);
	assert_int_equal(note_drop_item(&d, ID_C), ST_OK);
	assert_int_equal(d.items_n, 0);
	note_fini(&d);
	json_free(list);
	json_free(doc);
}

static void
failing_to_make_an_id_is_told(void **state)
{
	struct cJSON *j = parse("{\"items\":[{\"text\":\"\"}]}");
	struct note_draft d;
	struct problem why;

	(void)state;
	note_init(&d);
	assert_int_equal(note_read(&d, j, &why), ST_OK);
	assert_int_equal(note_make_ids(&d, no_id), ST_IO);
	note_fini(&d);
	json_free(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_has_its_default),
		cmocka_unit_test(members_come_out_in_one_order),
		cmocka_unit_test(what_the_service_sets_is_ignored),
		cmocka_unit_test(unknown_members_are_refused),
		cmocka_unit_test(each_member_has_its_type),
		cmocka_unit_test(every_color_of_the_palette_is_taken),
		cmocka_unit_test(kind_and_content_must_agree),
		cmocka_unit_test(an_item_id_may_come_once),
		cmocka_unit_test(lengths_hold_to_the_byte),
		cmocka_unit_test(items_are_counted),
		cmocka_unit_test(setting_an_item_changes_what_is_given),
		cmocka_unit_test(a_new_item_comes_behind_the_last),
		cmocka_unit_test(a_broken_item_document_changes_nothing),
		cmocka_unit_test(a_dropped_item_leaves_the_others_in_order),
		cmocka_unit_test(failing_to_make_an_id_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
