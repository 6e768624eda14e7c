#include "notewire/cli/args.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/str.h"

static const char *
take(struct args *a)
{
	a->argc--;
	return *a->argv++;
}

static bool
is_option(const struct args *a)
{
	const char *word = a->argv[0];

	return !a->ended && word[0] == '-' && word[1] != '\0' &&
	    !str_is_id(word);
}

/* The option that the word names, with or without a value behind "=". */
static const struct args_option *
find(const struct args_option *known, size_t n, const char *word)
{
	size_t i, len = strcspn(word, "=");

	for (i = 0; i < n; i++)
		if (strlen(known[i].name) == len &&
		    strncmp(known[i].name, word, len) == 0)
			return &known[i];
	return NULL;
}

static int
complain(const char *word, const char *what)
{
	(void)fprintf(stderr, "notewire: %.*s: %s\n",
	    (int)strcspn(word, "="), word, what);
	return EX_USAGE;
}

static int
store_value(const struct args_option *o, const char *word, const char *value)
{
	if (o->value != NULL)
		*o->value = value;
	else if (o->list->n < ARGS_LIST_MAX)
		o->list->at[o->list->n++] = value;
	else
		return complain(word, "too many of them");
	return EX_OK;
}

static int
take_option(struct args *a, const struct args_option *known, size_t n)
{
	const char *word = take(a), *equals = strchr(word, '=');
	const struct args_option *o = NULL;

	if (strncmp(word, "--", 2) == 0)
		o = find(known, n, word + 2);
	if (o == NULL)
		return complain(word, "no such option");
	if (o->flag != NULL) {
		*o->flag = true;
		return equals == NULL ? EX_OK : complain(word, "takes no value");
	}
	if (equals != NULL)
		return store_value(o, word, equals + 1);
	return a->argc > 0 ? store_value(o, word, take(a)) :
	    complain(word, "needs a value");
}

const char *
args_next(struct args *a, const struct args_option *known, size_t n, int *code)
{
	*code = EX_OK;
	while (a->argc > 0) {
		if (!a->ended && strcmp(a->argv[0], "--") == 0) {
			(void)take(a);
			a->ended = true;
			continue;
		}
		if (!is_option(a))
			return take(a);
		*code = take_option(a, known, n);
		if (*code)
			return NULL;
	}
	return NULL;
}
