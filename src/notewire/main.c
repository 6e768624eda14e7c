#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "notewire/cli/cli.h"
#include "notewire/command/command.h"
#include "notewire/doctor/doctor.h"
#include "notewire/setup/setup.h"

/* notewire: the command line. */

#define OUT_MAX	((size_t)256 << 20)

static const struct command commands[] = {
	{ "board create", "[--id ID] [--qr] [TITLE]",
	    "makes a board and prints its links", command_board_create },
	{ "board list", "", "lists the boards", command_board_list },
	{ "board show", "BOARD", "shows what a board has",
	    command_board_show },
	{ "board rm", "BOARD", "deletes a board for good",
	    command_board_rm },
	{ "link create", "BOARD ROLE [--label TEXT] [--expires TIME]",
	    "makes a link to read, write or admin a board",
	    command_link_create },
	{ "link list", "BOARD", "lists the links that are good",
	    command_link_list },
	{ "link revoke", "BOARD LINK",
	    "ends a link, and every connection it opened",
	    command_link_revoke },
	{ "note add", "BOARD TEXT|- [--title TEXT] [--color NAME] [--pinned]",
	    "makes a note", command_note_add },
	{ "tail", "BOARD [--since CURSOR|0|now] [--once] [--feed FEED]",
	    "follows a board's changes", command_tail },
	{ "qr", "LINK [--svg]", "draws a link as a QR code", command_qr },
	{ "export", "BOARD [--format json|markdown]",
	    "prints a board, with its files where that is JSON",
	    command_export },
	{ "import", "FILE|- [--into BOARD]",
	    "brings an export back, into a board or as a new one",
	    command_import },
	{ "backup", "DIRECTORY", "copies everything, as of one moment",
	    command_backup },
	{ "restore", "DIRECTORY|FILE", "puts a backup in the place of all",
	    command_restore },
	{ "check", "[--tidy]", "looks for damage", command_check },
	{ "stats", "", "counts what there is", command_stats },
	{ "sql", "[--write] [STATEMENTS]",
	    "plays SQL in one transaction, from standard input if need be",
	    command_sql },
	{ "doctor", "[--long] [--cacert FILE] URL",
	    "tries every transport through the web server there",
	    command_doctor },
	{ "setup", "SERVER [--way WAY] [--mount /NAME] [--host NAME] "
	    "[--socket PATH] [--http PATH] [--root DIR] [--write | --undo]",
	    "prints, installs or removes what apache, lighttpd or nginx needs",
	    command_setup },
	{ "config list", "", "lists every key, its value and its origin",
	    command_config_list },
	{ "config get", "SECTION.KEY", "prints the value of a key",
	    command_config_get },
	{ "config sample", "", "prints a file with every default",
	    command_config_sample },
	{ "config manual", "", "prints the keys for notewire.conf(5)",
	    command_config_manual },
};

#define COMMANDS_N	(sizeof(commands) / sizeof(commands[0]))

/* Whether the command is one of those that begin with that word. */
static bool
is_of(const struct command *command, const char *group)
{
	size_t n = strlen(group);

	return strncmp(command->name, group, n) == 0 &&
	    command->name[n] == ' ';
}

static bool
is_group(const char *word)
{
	size_t i;

	for (i = 0; i < COMMANDS_N; i++)
		if (is_of(&commands[i], word))
			return true;
	return false;
}

static void
put_line(struct buf *out, const struct command *command)
{
	buf_adds(out, command->name);
	if (command->line[0] != '\0')
		buf_addf(out, " %s", command->line);
	buf_addc(out, '\n');
}

/* What all commands are, or those of a group where that is not NULL. */
static void
put_usage(struct buf *out, const char *group)
{
	size_t i;

	buf_adds(out, "usage: notewire [--config FILE] "
	    "[--set SECTION.KEY=VALUE]... [--json] COMMAND ...\n"
	    "       notewire --version | --help | COMMAND --help\n\n");
	for (i = 0; i < COMMANDS_N; i++)
		if (group == NULL || is_of(&commands[i], group)) {
			buf_adds(out, "  ");
			put_line(out, &commands[i]);
			buf_addf(out, "\t%s\n", commands[i].help);
		}
	buf_adds(out, "\nBOARD is a board's id, or a link to it.  "
	    "notewire(1) tells more.\n");
}

/* The command of that name, whose words are one or two. */
static const struct command *
find(const char *first, const char *second)
{
	char name[64];
	size_t i;

	(void)snprintf(name, sizeof(name), "%s%s%s", first,
	    second != NULL ? " " : "", second != NULL ? second : "");
	for (i = 0; i < COMMANDS_N; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int
bad_usage(const char *first, const char *second)
{
	if (first == NULL)
		return cli_fail(EX_USAGE,
		    "a command is missing; notewire --help lists all");
	if (second == NULL && is_group(first))
		return cli_fail(EX_USAGE, "%s: a word is missing; "
		    "notewire %s --help lists all", first, first);
	return cli_fail(EX_USAGE, "%s%s%s: no such command; "
	    "notewire %s%s--help lists all", first,
	    second != NULL ? " " : "", second != NULL ? second : "",
	    is_group(first) ? first : "", is_group(first) ? " " : "");
}

/* What stands before the command's name. */
struct before {
	struct args_option	known[CLI_COMMON + 2];
	const char		*group;		/* that --help is asked of */
	bool			help;
	bool			version;
};

/* Takes the command's name; none where help or the version is asked for. */
static int
read_command(struct cli *c, struct before *b)
{
	size_t n = sizeof(b->known) / sizeof(b->known[0]);
	const char *first, *second;
	int code;

	first = args_next(&c->args, b->known, n, &code);
	if (code || b->version || b->help)
		return code;
	if (first == NULL)
		return bad_usage(NULL, NULL);
	c->command = find(first, NULL);
	if (c->command != NULL)
		return EX_OK;
	second = args_next(&c->args, b->known, n, &code);
	if (code || b->version)
		return code;
	if (second != NULL)
		c->command = find(first, second);
	else if (b->help && is_group(first))
		b->group = first;
	return c->command != NULL || b->group != NULL ? EX_OK :
	    bad_usage(first, second);
}

/* Whether --help is among what is left, which no command reads itself. */
static bool
wants_help(const struct args *a)
{
	int i;

	for (i = 0; i < a->argc && strcmp(a->argv[i], "--") != 0; i++)
		if (strcmp(a->argv[i], "--help") == 0)
			return true;
	return false;
}

static int
run(struct cli *c)
{
	struct before b = { .help = false };
	int code;

	cli_options(c, b.known);
	b.known[CLI_COMMON] = (struct args_option){ .name = "help",
	    .flag = &b.help };
	b.known[CLI_COMMON + 1] = (struct args_option){ .name = "version",
	    .flag = &b.version };
	code = read_command(c, &b);
	if (code)
		return code;
	if (b.version)
		buf_addf(&c->out, "notewire %s\n", PACKAGE_VERSION);
	else if (c->command == NULL)
		put_usage(&c->out, b.group);
	else if (wants_help(&c->args)) {
		buf_adds(&c->out, "usage: notewire ");
		put_line(&c->out, c->command);
		buf_addf(&c->out, "%s\n", c->command->help);
	} else
		return c->command->run(c);
	return cli_flush(c);
}

int
main(int argc, char **argv)
{
	struct cli c = { .args = { .argc = argc - 1,
	    .argv = (const char *const *)argv + 1 } };
	int code;

	buf_init(&c.out, OUT_MAX);
	code = run(&c);
	cli_fini(&c);
	return code;
}
