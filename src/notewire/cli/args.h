#ifndef NOTEWIRE_CLI_ARGS_H
#define NOTEWIRE_CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Options as people write them: --name VALUE, --name=VALUE, --name; anywhere
 * among the other words, until "--".  An id of a board, note or link is no
 * option, whatever it begins with, and neither is "-" alone.
 */
#define ARGS_LIST_MAX	64

struct args_list {
	const char	*at[ARGS_LIST_MAX];
	size_t		 n;
};

/* One option; exactly one of the places is there, and strings stay argv's. */
struct args_option {
	const char		 *name;		/* without its dashes */
	const char		**value;
	bool			 *flag;
	struct args_list	 *list;		/* of one that may come again */
};

/* A command line on its way: what is left of it. */
struct args {
	int			  argc;
	const char *const	 *argv;
	bool			  ended;	/* "--" was there */
};

/*
 * The next word that is no option, with the options before it taken; NULL at
 * the end.  `*code` is EX_OK, or EX_USAGE after a complaint to standard error.
 */
const char *args_next(struct args *a, const struct args_option *known,
    size_t n, int *code);

#endif
