#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/sqlite/search.h"
#include "store/sqlite/store_priv.h"
#include "store_world.h"

#define TERMS	8

/* Ids of what a search showed, by their numbers: "3 1 ". */
struct shown {
	char		text[1500];
	struct search	search;
};

/* The body is the text; one that begins with a bang cannot be read. */
static enum status
body_text(const struct note *n, struct buf *text)
{
	if (n->body[0] == '!')
		return ST_INVALID;
	buf_add(text, n->body, n->body_len);
	return buf_status(text);
}

static enum status
never_read(const struct note *n, struct buf *text)
{
	(void)text;
	fail_msg("%s was read itself", n->id);
	return ST_OK;
}

static bool
keep(void *arg, const struct note *n)
{
	struct shown *s = arg;
	size_t len = strlen(s->text);

	assert_int_equal(n->trashed_at, 0);
	(void)snprintf(s->text + len, sizeof(s->text) - len, "%lld ",
	    strtoll(n->id + 1, NULL, 10));
	return true;
}

/* The terms are parted by "|". */
static enum status
ask(struct world *w, const char *terms, int64_t limit, note_text_fn *text,
    struct shown *out)
{
	char copy[400], *at = copy, *one;
	const char *list[TERMS];
	struct search_query q = { .board = BOARD_1, .terms = list,
	    .limit = limit, .text = text };

	(void)snprintf(copy, sizeof(copy), "%s", terms);
	while ((one = strsep(&at, "|")) != NULL)
		list[q.terms_n++] = one;
	out->text[0] = '\0';
	return store_search(w->s, &q, &out->search, keep, out);
}

static void
finds(struct world *w, const char *terms, const char *expected)
{
	struct shown s;

	assert_int_equal(ask(w, terms, SEARCH_LIMIT_MAX, body_text, &s), ST_OK);
	if (strcmp(s.text, expected) != 0)
		fail_msg("%s: %s, not %s", terms, s.text, expected);
}

/* From the index alone. */
static void
knows(struct world *w, const char *terms, const char *expected)
{
	struct shown s;

	assert_int_equal(ask(w, terms, SEARCH_LIMIT_MAX, never_read, &s),
	    ST_OK);
	if (strcmp(s.text, expected) != 0)
		fail_msg("%s: %s, not %s", terms, s.text, expected);
}

static bool
step(struct world *w, const char *board)
{
	struct mutation m = { .kind = MUT_BOARD_INDEX, .board = board,
	    .text = body_text };

	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(m.out.at.seq, 0);
	return m.out.more;
}

static void
index_all(struct world *w)
{
	while (step(w, BOARD_1))
		continue;
	assert_int_equal(world_ask(w, "SELECT head - indexed FROM board "
	    "WHERE id = '" BOARD_1 "'"), 0);
}

static void
put(struct world *w, int64_t n, const char *text)
{
	char id[ID_SIZE];

	world_id('n', n, id);
	assert_int_equal(world_put(w->s, BOARD_1, id, text), ST_OK);
}

static void
play(struct world *w, enum mutation_kind kind, int64_t n)
{
	char id[ID_SIZE];
	struct mutation m = { .kind = kind, .board = BOARD_1,
	    .note = { .id = id, .pre = PRE_NONE } };

	world_id('n', n, id);
	assert_int_equal(world_play(w->s, &m), ST_OK);
}

/* What may be asked of these notes, indexed or not. */
static void
check_answers(struct world *w,
    void (*check)(struct world *, const char *, const char *))
{
	check(w, "milk", "3 1 ");
	check(w, "ilk", "3 1 ");
	check(w, "milk|oat", "1 ");
	check(w, "oat milk", "1 ");
	check(w, "milk oat", "");
	check(w, "m", "3 2 1 ");
	check(w, "牛", "4 2 ");
	check(w, "牛乳", "2 ");
	check(w, "牛肉|x", "4 ");
	check(w, "牛乳と卵", "2 ");
	check(w, "😀", "4 ");
	check(w, "😀😀😀😀", "4 ");
	check(w, "ω|δι", "5 ");
	check(w, "a\nb", "5 ");
	check(w, "no such", "");
	check(w, "\xf3\xb0\x80\x81\xf3\xb0\x80\x80\xf3\xb0\x80\x80", "");
	check(w, "* or", "5 ");
	check(w, "near(", "5 ");
	check(w, "' and", "5 ");
	check(w, "%_", "5 ");
	check(w, "text:x", "5 ");
}

static void
fill(struct world *w)
{
	put(w, 1, "oat milk");
	put(w, 2, "牛乳と卵 m");
	put(w, 3, "milk");
	put(w, 4, "x 牛肉 😀😀😀😀😀");
	put(w, 5, "ωδι a\nb * or near( ' and %_ text:x");
}

static void
answers_are_the_same_with_and_without_the_index(void **state)
{
	struct world *w = *state;

	fill(w);
	check_answers(w, finds);
	index_all(w);
	check_answers(w, knows);
}

static void
what_changed_since_the_index_is_found_as_it_is_now(void **state)
{
	struct world *w = *state;

	fill(w);
	index_all(w);
	put(w, 1, "now tea");
	put(w, 6, "more milk");
	play(w, MUT_NOTE_TRASH, 3);
	finds(w, "milk", "6 ");
	finds(w, "tea", "1 ");
	finds(w, "oat", "");
	play(w, MUT_NOTE_RESTORE, 3);
	finds(w, "milk", "3 6 ");
	play(w, MUT_NOTE_PURGE, 3);
	finds(w, "milk", "6 ");
	play(w, MUT_NOTE_TRASH, 2);
	index_all(w);
	knows(w, "milk", "6 ");
	knows(w, "tea", "1 ");
	knows(w, "牛", "4 ");
}

static void
index_rows_go_with_their_notes(void **state)
{
	static const char rows[] = "SELECT count(*) FROM search";
	struct world *w = *state;
	struct mutation m = { .kind = MUT_BOARD_DELETE, .board = BOARD_1 };
	struct mutation other = world_board(BOARD_2);

	fill(w);
	assert_int_equal(world_play(w->s, &other), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_2, NOTE_1, "milk"), ST_OK);
	assert_false(step(w, BOARD_2));
	index_all(w);
	assert_int_equal(world_ask(w, rows), 6);
	play(w, MUT_NOTE_PURGE, 1);
	assert_int_equal(world_ask(w, rows), 5);
	play(w, MUT_NOTE_TRASH, 2);
	index_all(w);
	assert_int_equal(world_ask(w, rows), 4);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_ask(w, rows), 1);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM search "
	    "WHERE search MATCH 'oat OR mil'"), 1);
}

static void
boards_do_not_see_each_others_notes(void **state)
{
	struct world *w = *state;
	struct mutation m = world_board(BOARD_2);

	fill(w);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_put(w->s, BOARD_2, NOTE_2, "milk"), ST_OK);
	finds(w, "milk", "3 1 ");
	assert_false(step(w, BOARD_2));
	finds(w, "milk", "3 1 ");
	index_all(w);
	knows(w, "milk", "3 1 ");
}

static void
a_step_takes_256_notes_and_the_next_goes_on(void **state)
{
	struct world *w = *state;
	struct shown s;

	world_fill(w->s, BOARD_1, 1, 600);
	put(w, 1, "later");
	assert_true(step(w, BOARD_1));
	assert_int_equal(world_ask(w, "SELECT count(*) FROM search"), 256);
	assert_int_equal(world_ask(w, "SELECT indexed FROM board"), 257);
	finds(w, "00000257|n0", "257 ");
	finds(w, "00000258|n0", "258 ");
	assert_true(step(w, BOARD_1));
	assert_false(step(w, BOARD_1));
	assert_false(step(w, BOARD_1));
	assert_int_equal(world_ask(w, "SELECT count(*) FROM search"), 600);
	knows(w, "0000000000000000000599", "");
	knows(w, "000000000000000000599", "599 ");
	knows(w, "later", "1 ");
	assert_int_equal(ask(w, "n0", 3, never_read, &s), ST_OK);
	assert_string_equal(s.text, "600 599 598 ");
	assert_true(s.search.more);
}

static void
a_step_ends_after_much_text(void **state)
{
	struct world *w = *state;
	static char text[200001];

	memset(text, 'x', sizeof(text) - 1);
	put(w, 1, text);
	put(w, 2, text);
	put(w, 3, text);
	assert_true(step(w, BOARD_1));
	assert_int_equal(world_ask(w, "SELECT count(*) FROM search"), 2);
	assert_false(step(w, BOARD_1));
	knows(w, "xxxxxxxxxx", "3 2 1 ");
}

static void
limit_and_more_tell_what_is_left(void **state)
{
	struct world *w = *state;
	struct shown s;

	fill(w);
	assert_int_equal(ask(w, "milk", 1, body_text, &s), ST_OK);
	assert_string_equal(s.text, "3 ");
	assert_true(s.search.more);
	assert_int_equal(ask(w, "milk", 2, body_text, &s), ST_OK);
	assert_string_equal(s.text, "3 1 ");
	assert_false(s.search.more);
	index_all(w);
	put(w, 1, "milk again");
	assert_int_equal(ask(w, "milk", 1, body_text, &s), ST_OK);
	assert_string_equal(s.text, "1 ");
	assert_true(s.search.more);
}

static void
index_is_worth_it_after_many_changes(void **state)
{
	struct world *w = *state;
	struct shown s;

	world_fill(w->s, BOARD_1, 1, 63);
	assert_int_equal(ask(w, "n", 1, body_text, &s), ST_OK);
	assert_false(s.search.stale);
	put(w, 64, "n");
	assert_int_equal(ask(w, "n", 1, body_text, &s), ST_OK);
	assert_true(s.search.stale);
	index_all(w);
	assert_int_equal(ask(w, "n", 1, body_text, &s), ST_OK);
	assert_false(s.search.stale);
}

/* Where the log no longer has all since the index, the notes tell. */
static void
swept_log_hides_nothing_from_searches(void **state)
{
	struct world *w = *state;
	int i;

	w->o.log_rows = 10;
	world_reopen(w);
	fill(w);
	assert_false(step(w, BOARD_1));
	put(w, 6, "early milk");
	play(w, MUT_NOTE_TRASH, 3);
	for (i = 0; i < 600; i++)
		put(w, 7, "again");
	assert_true(world_ask(w, "SELECT floor - indexed FROM board") > 0);
	finds(w, "milk", "6 1 ");
	finds(w, "again", "7 ");
	index_all(w);
	knows(w, "milk", "6 1 ");
	knows(w, "again", "7 ");
}

static void
unreadable_note_is_left_out_and_nothing_fails(void **state)
{
	struct world *w = *state;

	put(w, 1, "!milk");
	put(w, 2, "milk");
	finds(w, "milk", "2 ");
	index_all(w);
	knows(w, "milk", "2 ");
}

static enum status
no_memory(const struct note *n, struct buf *text)
{
	(void)n;
	buf_adds(text, "half");
	return ST_NOMEM;
}

static void
failing_search_and_failing_index_change_nothing(void **state)
{
	struct world *w = *state;
	struct mutation m = { .kind = MUT_BOARD_INDEX, .board = BOARD_1,
	    .text = no_memory };
	struct shown s;

	fill(w);
	assert_int_equal(ask(w, "milk", 1, no_memory, &s), ST_NOMEM);
	assert_string_equal(s.text, "");
	world_no_trace(w, &m, ST_NOMEM);
	m.board = BOARD_2;
	world_no_trace(w, &m, ST_NOTFOUND);
}

static void
no_board_is_not_found(void **state)
{
	struct world *w = *state;
	const char *term = "milk";
	struct search_query q = { .board = BOARD_2, .terms = &term,
	    .terms_n = 1, .limit = 1, .text = body_text };
	struct shown s = { .text = "" };

	assert_int_equal(store_search(w->s, &q, &s.search, keep, &s),
	    ST_NOTFOUND);
	assert_string_equal(s.text, "");
}

/* Every three characters of a term must be asked for, or its rarest may not. */
static void
match_covers_every_character_of_a_term(void **state)
{
	static const struct {
		const char	*term;
		const char	*grams;
	} all[] = {
		{ "", "" }, { "ab", "" }, { "牛乳", "" },
		{ "abc", " AND \"abc\"" },
		{ "abcd", " AND \"abc\" AND \"bcd\"" },
		{ "abcde", " AND \"abc\" AND \"bcd\" AND \"cde\"" },
		{ "abcdef", " AND \"abc\" AND \"def\"" },
		{ "abcdefg", " AND \"abc\" AND \"def\" AND \"efg\"" },
		{ "牛乳と卵", " AND \"牛乳と\" AND \"乳と卵\"" },
	};
	char token[SEARCH_TOKEN];
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 1000);
	search_token(7, token);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		buf_reset(&b);
		search_match(&b, 7, &all[i].term, 1);
		assert_int_equal(strncmp(b.data + 1, token, strlen(token)), 0);
		assert_string_equal(b.data + strlen(token) + 2, all[i].grams);
	}
	buf_fini(&b);
}

static void
each_board_has_a_token_of_three_characters(void **state)
{
	static const int64_t boards[] = {
		1, 2, 32767, 32768, 32769, INT64_C(1) << 30,
		(INT64_C(1) << 45) - 1,
	};
	const size_t n = sizeof(boards) / sizeof(*boards);
	char a[SEARCH_TOKEN], b[SEARCH_TOKEN];
	size_t i, k;

	(void)state;
	for (i = 0; i < n; i++) {
		search_token(boards[i], a);
		assert_int_equal(strlen(a), SEARCH_TOKEN - 1);
		assert_true(str_is_utf8(a, strlen(a)));
		for (k = 0; k < i; k++) {
			search_token(boards[k], b);
			assert_string_not_equal(a, b);
		}
	}
}

/* The longest that a person may ask for: a hundred terms, or 66 grams. */
static void
longest_queries_are_answered(void **state)
{
	struct world *w = *state;
	const char *list[100];
	struct search_query q = { .board = BOARD_1, .terms = list,
	    .limit = 1, .text = never_read };
	struct shown s = { .text = "" };
	char text[201];
	size_t i;

	for (i = 0; i < 200; i++)
		text[i] = (char)('a' + i % 26);
	text[200] = '\0';
	put(w, 1, text);
	index_all(w);
	list[0] = text;
	q.terms_n = 1;
	assert_int_equal(store_search(w->s, &q, &s.search, keep, &s), ST_OK);
	assert_string_equal(s.text, "1 ");
	for (i = 0; i < 100; i++)
		list[i] = i % 2 ? "abc" : "z";
	q.terms_n = 100;
	assert_int_equal(store_search(w->s, &q, &s.search, keep, &s), ST_OK);
	assert_string_equal(s.text, "1 1 ");
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(answers_are_the_same_with_and_without_the_index),
		IN_WORLD(what_changed_since_the_index_is_found_as_it_is_now),
		IN_WORLD(index_rows_go_with_their_notes),
		IN_WORLD(boards_do_not_see_each_others_notes),
		IN_WORLD(a_step_takes_256_notes_and_the_next_goes_on),
		IN_WORLD(a_step_ends_after_much_text),
		IN_WORLD(limit_and_more_tell_what_is_left),
		IN_WORLD(index_is_worth_it_after_many_changes),
		IN_WORLD(swept_log_hides_nothing_from_searches),
		IN_WORLD(unreadable_note_is_left_out_and_nothing_fails),
		IN_WORLD(failing_search_and_failing_index_change_nothing),
		IN_WORLD(no_board_is_not_found),
		cmocka_unit_test(match_covers_every_character_of_a_term),
		cmocka_unit_test(each_board_has_a_token_of_three_characters),
		IN_WORLD(longest_queries_are_answered),
	};

	return cmocka_run_group_tests_name("store_search", tests, NULL, NULL);
}
