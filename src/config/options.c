#include "config/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define SETS_MAX	64

enum known {
	KNOWN_CONFIG = 0,
	KNOWN_SET,
	KNOWN_PRINT,
	KNOWN_VERSION,
	KNOWN_HELP,
	KNOWN_N
};

struct options {
	const char	*config;
	bool		 print;
	char		*sets[SETS_MAX];	/* SECTION.KEY=VALUE */
	size_t		 sets_n;
};

static void
list(const struct program *p, struct option known[KNOWN_N + OPTIONS_OWN_MAX + 1])
{
	static const struct option common[KNOWN_N] = {
		{ "config", required_argument, NULL, KNOWN_CONFIG },
		{ "set", required_argument, NULL, KNOWN_SET },
		{ "print-config", no_argument, NULL, KNOWN_PRINT },
		{ "version", no_argument, NULL, KNOWN_VERSION },
		{ "help", no_argument, NULL, KNOWN_HELP },
	};
	size_t i;

	memset(known, 0, (KNOWN_N + OPTIONS_OWN_MAX + 1) * sizeof(*known));
	memcpy(known, common, sizeof(common));
	for (i = 0; i < p->own_n && i < OPTIONS_OWN_MAX; i++)
		known[KNOWN_N + i] = (struct option){ p->own[i].name,
		    p->own[i].value != NULL ? required_argument : no_argument,
		    NULL, KNOWN_N + (int)i };
}

static int
add_set(struct options *o, char *set)
{
	if (o->sets_n == SETS_MAX) {
		(void)fputs("too many --set\n", stderr);
		return EX_USAGE;
	}
	o->sets[o->sets_n++] = set;
	return EX_OK;
}

static int
take(const struct program *p, int c, struct options *o, bool *over)
{
	switch (c) {
	case KNOWN_CONFIG:
		o->config = optarg;
		return EX_OK;
	case KNOWN_SET:
		return add_set(o, optarg);
	case KNOWN_PRINT:
		o->print = true;
		return EX_OK;
	case KNOWN_VERSION:
		*over = true;
		(void)printf("%s %s\n", p->name, p->version);
		return EX_OK;
	case KNOWN_HELP:
		*over = true;
		(void)fputs(p->usage, stdout);
		return EX_OK;
	case '?':
		(void)fputs(p->usage, stderr);
		return EX_USAGE;
	default:
		if (p->own[c - KNOWN_N].value != NULL)
			*p->own[c - KNOWN_N].value = optarg;
		else
			*p->own[c - KNOWN_N].flag = true;
		return EX_OK;
	}
}

static int
read_line(const struct program *p, int argc, char **argv, struct options *o,
    bool *over)
{
	struct option known[KNOWN_N + OPTIONS_OWN_MAX + 1];
	int c, code = EX_OK;

	list(p, known);
	optind = 1;			/* it may have been read before */
	while (code == EX_OK && !*over &&
	    (c = getopt_long(argc, argv, "", known, NULL)) != -1)
		code = take(p, c, o, over);
	if (code == EX_OK && !*over && optind < argc) {
		(void)fputs(p->usage, stderr);
		code = EX_USAGE;
	}
	return code;
}

static enum status
apply_sets(const struct options *o, struct config *config)
{
	enum status st = ST_OK;
	char *value;
	size_t i;

	for (i = 0; i < o->sets_n && st == ST_OK; i++) {
		value = strchr(o->sets[i], '=');
		if (value == NULL) {
			(void)fprintf(stderr, "--set %s: no value\n",
			    o->sets[i]);
			return ST_INVALID;
		}
		*value = '\0';
		st = config_set(config, o->sets[i], value + 1, stderr);
		*value = '=';
	}
	return st;
}

int
options_load(const struct program *p, int argc, char **argv, struct config *c,
    bool *over)
{
	struct options o = { .config = NULL };
	int code;

	memset(c, 0, sizeof(*c));
	*over = false;
	code = read_line(p, argc, argv, &o, over);
	if (code || *over)
		return code;
	if (config_load(o.config, stderr, c) || apply_sets(&o, c) ||
	    config_check(c, stderr))
		return EX_CONFIG;
	if (o.print)
		config_print(c, stdout);
	*over = o.print;
	return EX_OK;
}
