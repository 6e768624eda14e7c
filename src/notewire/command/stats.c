#include <sysexits.h>

#include "notewire/cli/cli.h"
#include "notewire/command/command.h"
#include "store/upkeep.h"

int
command_stats(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 0, 0 };
	struct figures f;
	const struct {
		const char	*name;
		const int64_t	*value;
	} numbers[] = {
		{ "schema", &f.schema },
		{ "commits", &f.commits },
		{ "boards", &f.boards },
		{ "notes", &f.notes },
		{ "trashed", &f.trashed },
		{ "revisions", &f.revisions },
		{ "changes", &f.changes },
		{ "links", &f.links },
		{ "sessions", &f.sessions },
		{ "files", &f.files },
		{ "file_bytes", &f.file_bytes },
		{ "database_bytes", &f.database_bytes },
		{ "wal_bytes", &f.wal_bytes },
	};
	size_t i;
	int code = cli_start(c, &line);

	if (code == EX_OK)
		code = cli_failed(store_figures(c->store, &f), "the figures");
	if (code)
		return code;
	buf_addf(&c->out, c->json ?
	    "{\"instance\":\"%s\",\"epoch\":\"%s\"" :
	    "instance        %s\nepoch           %s\n", f.instance, f.epoch);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		buf_addf(&c->out, c->json ? ",\"%s\":%lld" : "%-15s %lld\n",
		    numbers[i].name, (long long)*numbers[i].value);
	buf_adds(&c->out, c->json ? "}\n" : "");
	return cli_flush(c);
}
