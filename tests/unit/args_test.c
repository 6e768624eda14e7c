#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <cmocka.h>

#include "notewire/cli/args.h"

#define ID	"-_abcdefghijklmnopqrst"	/* 22 characters */
#define ID_DASHES	"--abcdefghijklmnopqrst"

/* Some options, and where they went. */
struct line {
	const char		*file;
	bool			 json;
	struct args_list	 sets;
	char			 words[200];	/* each ended by a "," */
	int			 code;
};

static void
read_line(struct line *l, const char *const *argv)
{
	const struct args_option known[] = {
		{ "file", &l->file, NULL, NULL },
		{ "json", NULL, &l->json, NULL },
		{ "set", NULL, NULL, &l->sets },
	};
	struct args a = { .argv = argv };
	const char *word;

	memset(l, 0, sizeof(*l));
	while (argv[a.argc] != NULL)
		a.argc++;
	while ((word = args_next(&a, known, 3, &l->code)) != NULL) {
		assert_int_equal(l->code, EX_OK);
		assert_true(strlen(l->words) + strlen(word) < 190);
		(void)strncat(l->words, word, 190);
		(void)strncat(l->words, ",", 2);
	}
}

#define READ(l, ...)	read_line((l), (const char *[]){ __VA_ARGS__, NULL })

static void
options_stand_anywhere(void **state)
{
	struct line l;

	(void)state;
	READ(&l, "a", "--json", "b", "--file", "f", "--set", "x", "c",
	    "--set=y=z");
	assert_int_equal(l.code, EX_OK);
	assert_string_equal(l.words, "a,b,c,");
	assert_true(l.json);
	assert_string_equal(l.file, "f");
	assert_int_equal(l.sets.n, 2);
	assert_string_equal(l.sets.at[0], "x");
	assert_string_equal(l.sets.at[1], "y=z");
	READ(&l, "--file=", "--file", "--json");
	assert_string_equal(l.file, "--json");
	assert_false(l.json);
}

static void
some_words_only_look_like_options(void **state)
{
	struct line l;

	(void)state;
	READ(&l, "-", ID, ID_DASHES, "--", "--json", "--", "-x");
	assert_int_equal(l.code, EX_OK);
	assert_string_equal(l.words, "-," ID "," ID_DASHES ",--json,--,-x,");
	assert_false(l.json);
}

static void
wrong_options_are_refused(void **state)
{
	struct line l;

	(void)state;
	READ(&l, "a", "--nothing", "b");
	assert_int_equal(l.code, EX_USAGE);
	assert_string_equal(l.words, "a,");
	READ(&l, "-j");
	assert_int_equal(l.code, EX_USAGE);
	READ(&l, "--js");
	assert_int_equal(l.code, EX_USAGE);
	READ(&l, "--json=yes");
	assert_int_equal(l.code, EX_USAGE);
	READ(&l, "--file");
	assert_int_equal(l.code, EX_USAGE);
}

static void
a_list_has_an_end(void **state)
{
	const char *argv[ARGS_LIST_MAX + 2], *text = "--set=x";
	struct line l;
	size_t i;

	(void)state;
	for (i = 0; i < ARGS_LIST_MAX; i++)
		argv[i] = text;
	argv[i] = NULL;
	read_line(&l, argv);
	assert_int_equal(l.code, EX_OK);
	assert_int_equal(l.sets.n, ARGS_LIST_MAX);
	argv[i++] = text;
	argv[i] = NULL;
	read_line(&l, argv);
	assert_int_equal(l.code, EX_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(some_words_only_look_like_options),
		cmocka_unit_test(wrong_options_are_refused),
		cmocka_unit_test(a_list_has_an_end),
	};

	return cmocka_run_group_tests_name("args", tests, NULL, NULL);
}
