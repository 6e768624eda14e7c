#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "auth/token.h"
#include "notewire/cli/cli.h"
#include "notewire/command/command.h"
#include "notewire/command/founding.h"
#include "transfer/export.h"
#include "transfer/import.h"

#define PIECE_BYTES	((size_t)64 << 10)

/* An export_sink_fn; ST_CLOSED where standard output takes no more. */
static enum status
write_out(void *arg, const char *bytes, size_t n)
{
	(void)arg;
	return fwrite(bytes, 1, n, stdout) == n ? ST_OK : ST_CLOSED;
}

int
command_export(struct cli *c)
{
	const char *format = "json";
	const struct args_option own[] = { { "format", &format, NULL, NULL } };
	const struct cli_line line = { own, 1, 1, 1 };
	struct export e = { .config = &c->config, .sink = write_out };
	char board[ID_SIZE];
	enum status st;
	int code = cli_read(c, &line);

	if (code == EX_OK && export_format_parse(format, &e.format))
		code = cli_fail(EX_USAGE, "--format: json or markdown");
	if (code == EX_OK)
		code = cli_open(c);
	if (code == EX_OK)
		code = cli_board(c, c->word[0], board);
	if (code)
		return code;
	e.store = c->store;
	e.board = board;
	export_init(&e);
	st = export_read(&e);
	if (st == ST_OK)
		st = export_write(&e);
	export_fini(&e);
	if (st == ST_CLOSED || (st == ST_OK && fflush(stdout) != 0))
		return cli_fail(EX_IOERR, "standard output: %s",
		    strerror(errno));
	return cli_failed(st, c->word[0]);
}

/* Spools the file whole, before the store is touched. */
static int
take_file(struct cli *c, FILE *in, struct import *im)
{
	char piece[PIECE_BYTES];
	enum status st = ST_OK;
	size_t n;

	while (st == ST_OK && (n = fread(piece, 1, sizeof(piece), in)) > 0)
		st = import_add(im, piece, n);
	if (st == ST_OK && ferror(in))
		return cli_fail(EX_IOERR, "%s: %s", c->word[0],
		    strerror(errno));
	return st == ST_INVALID ? cli_problem(c->word[0], &im->problem) :
	    cli_failed(st, c->word[0]);
}

static void
put_counts(struct cli *c, const struct import *im)
{
	buf_addf(&c->out, c->json ?
	    "\"notes\":{\"created\":%lld,\"skipped\":%lld},"
	    "\"files\":{\"created\":%lld,\"skipped\":%lld}}\n" :
	    "notes  %lld made, %lld skipped\nfiles  %lld made, %lld skipped\n",
	    (long long)im->notes.created, (long long)im->notes.skipped,
	    (long long)im->files.created, (long long)im->files.skipped);
}

/* The board, once all is there. */
struct imported {
	char		title[TRANSFER_TITLE_MAX + 1];
	struct cursor	at;
};

static bool
take_over(void *arg, const struct board *b, enum role role)
{
	struct imported *to = arg;

	(void)role;
	to->at = b->head;
	return str_copy(to->title, sizeof(to->title), b->title) == ST_OK;
}

/* Into the board that was named, or a new one, which takes over the title. */
static int
run(struct cli *c, const char *into, struct import *im)
{
	struct mutation undo = { .kind = MUT_BOARD_DELETE };
	struct imported now = { .title = "" };
	struct founding f = { .title = now.title };
	char board[ID_SIZE];
	enum status st;
	int code = into != NULL ? cli_board(c, into, board) :
	    founding_make(c, NULL, &f);

	if (code)
		return code;
	im->board = into != NULL ? board : f.id;
	st = import_run(im);
	if (st == ST_OK)
		st = store_snapshot(c->store, im->board, take_over, NULL,
		    &now);
	f.at = now.at;
	if (st && into == NULL) {
		undo.board = f.id;
		(void)store_apply_one(c->store, &undo);
	}
	if (st)
		return st == ST_INVALID ? cli_problem(c->word[0], &im->problem) :
		    cli_failed(st, into != NULL ? into : "the new board");
	if (into == NULL && c->json) {
		founding_put(c, &f);
		buf_truncate(&c->out, c->out.len - 2);	/* more members */
		buf_addc(&c->out, ',');
	} else if (c->json)
		buf_addc(&c->out, '{');
	else if (into == NULL)
		founding_put(c, &f);
	put_counts(c, im);
	return cli_flush(c);
}

int
command_import(struct cli *c)
{
	const char *into = NULL;
	const struct args_option own[] = { { "into", &into, NULL, NULL } };
	const struct cli_line line = { own, 1, 1, 1 };
	struct import im = { .config = &c->config };
	FILE *in = stdin;
	int code = cli_read(c, &line);

	if (code)
		return code;
	if (strcmp(c->word[0], "-") != 0)
		in = fopen(c->word[0], "re");	/* as whoever asks */
	if (in == NULL)
		return cli_fail(EX_NOINPUT, "%s: %s", c->word[0],
		    strerror(errno));
	code = cli_open(c);
	if (code == EX_OK) {
		im.store = c->store;
		import_init(&im);
		code = take_file(c, in, &im);
		if (code == EX_OK)
			code = run(c, into, &im);
		import_fini(&im);
	}
	if (in != stdin)
		(void)fclose(in);
	return code;
}
