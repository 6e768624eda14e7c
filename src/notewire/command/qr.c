#include <sysexits.h>

#include "notewire/cli/cli.h"
#include "notewire/command/command.h"
#include "notewire/command/drawing.h"

int
command_qr(struct cli *c)
{
	bool svg = false;
	const struct args_option own[] = { { "svg", NULL, &svg, NULL } };
	const struct cli_line line = { own, 1, 1, 1 };
	enum status st;
	int code = cli_read(c, &line);

	if (code)
		return code;
	if (c->word[0][0] == '\0')
		return cli_fail(EX_DATAERR, "an empty link");
	st = drawing_put(&c->out, c->word[0], svg);
	if (st == ST_TOOBIG)
		return cli_fail(EX_DATAERR, "that is too long for a code");
	return st ? cli_failed(st, "the code") : cli_flush(c);
}
