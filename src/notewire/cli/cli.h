#ifndef NOTEWIRE_CLI_CLI_H
#define NOTEWIRE_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/problem.h"
#include "base/status.h"
#include "base/str.h"
#include "config/config.h"
#include "notewire/cli/args.h"
#include "store/store.h"

/*
 * What every command has: its line, the configuration, the store, and how it
 * answers.  Functions that return an int return what the program ends with
 * (sysexits.h), after one line about a failure on standard error:
 *
 *	EX_OK		done
 *	EX_USAGE	the command line is wrong
 *	EX_DATAERR	what was given to read breaks a rule, or the data do
 *	EX_NOINPUT	no such board, note, link, file, key
 *	EX_UNAVAILABLE	nobody answers there, or not as was asked for
 *	EX_CANTCREAT	the output cannot be made
 *	EX_IOERR	the system failed
 *	EX_TEMPFAIL	no room, no memory, or somebody is in the way
 *	EX_PROTOCOL	what answers does not speak as agreed
 *	EX_NOPERM	not the owner's, or the link does not reach
 *	EX_CONFIG	the configuration is wrong, or the data are newer
 */
struct cli;

struct command {
	const char	*name;		/* a word, or two */
	const char	*line;		/* what comes behind, for people */
	const char	*help;		/* what it does, in a line */
	int		(*run)(struct cli *c);
};

#define CLI_WORDS_MAX	16

struct cli {
	const struct command	*command;
	struct args		 args;		/* what is behind its name */

	/* the options of all commands */
	const char		*config_path;
	struct args_list	 sets;
	bool			 json;

	/* set by cli_read */
	const char		*word[CLI_WORDS_MAX];
	int			 words;

	struct config		 config;	/* from cli_read on */
	struct store		*store;		/* from cli_open on */
	struct buf		 out;		/* for cli_flush */
};

/* What a command takes beside the options of all. */
struct cli_line {
	const struct args_option	*own;
	size_t				 own_n;	/* at most CLI_OWN_MAX */
	int				 min;	/* words */
	int				 max;
};

#define CLI_OWN_MAX	8
#define CLI_COMMON	3

/* The options of all commands, with their places in `c`. */
void cli_options(struct cli *c, struct args_option out[CLI_COMMON]);

/*
 * Reads the command's line, then the configuration with --set played over it.
 * EX_USAGE, EX_CONFIG.
 */
int cli_read(struct cli *c, const struct cli_line *line);
/* cli_read, then cli_open. */
int cli_start(struct cli *c, const struct cli_line *line);
/* The same of a command whose first word is a board; its id. */
int cli_start_board(struct cli *c, const struct cli_line *line,
    char id[ID_SIZE]);
/*
 * Opens the store; before that, root becomes the owner of the data directory.
 * EX_NOINPUT: root, and there is no such directory; EX_NOPERM: it is another
 * user's.
 */
int cli_open(struct cli *c);
/* The becoming alone, for what does not go by the open store. */
int cli_become_owner(struct cli *c);
/* The store's options, as the configuration has them. */
struct store_options cli_store_options(const struct cli *c);
/* Accepts one that is all zero but for its `out`. */
void cli_fini(struct cli *c);

/*
 * The board that a person means: by its id, by a link to it, or by that link's
 * token.  EX_NOINPUT: no such board, or the link is good no more.
 */
int cli_board(struct cli *c, const char *text, char id[ID_SIZE]);

/* Prints "notewire: " and the text to standard error; returns the code. */
int cli_fail(int code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for a call's status and what it was about; EX_OK for ST_OK. */
int cli_failed(enum status st, const char *what);
/* The same for a problem that the reading of something had. */
int cli_problem(const char *what, const struct problem *why);

/* Appends text for a terminal: control bytes as \xHH, line ends too. */
void cli_put_text(struct buf *b, const char *s);
/* Appends a time for people: RFC 3339, or "never". */
void cli_put_time(struct buf *b, int64_t wall_ms);
/* Appends the page's address, if one is configured, "#" and the token. */
void cli_put_link(const struct cli *c, const char *token, struct buf *b);
/* Writes what is in `out` to standard output, and empties it.  EX_IOERR. */
int cli_flush(struct cli *c);

/* Appends all that comes.  ST_IO, and what the buffer says. */
enum status cli_read_all(FILE *in, struct buf *out);

#endif
