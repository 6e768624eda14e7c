#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

/*
 * The command line of a program that is configured: --config, --set,
 * --print-config, --version and --help are the same for all.
 */
struct option_own {
	const char	 *name;		/* "listen", of --listen VALUE */
	const char	**value;	/* set where it was given; or NULL, and … */
	bool		 *flag;		/* … the option has no value */
};

struct program {
	const char		*name;
	const char		*version;
	const char		*usage;		/* whole lines */
	const struct option_own	*own;		/* of this program only */
	size_t			 own_n;		/* at most OPTIONS_OWN_MAX */
};

#define OPTIONS_OWN_MAX	8

/*
 * Loads and checks the configuration, the options played over the files.  EX_OK,
 * with `*over` where all is done already (help was printed); EX_USAGE,
 * EX_CONFIG, after a complaint to standard error.  `*c` needs config_fini in
 * any case.
 */
int options_load(const struct program *p, int argc, char **argv,
    struct config *c, bool *over);

#endif
