#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "notewire/cli/cli.h"
#include "notewire/command/command.h"
#include "store/upkeep.h"

static int
put_done(struct cli *c, const char *what, const struct backup *b)
{
	buf_addf(&c->out, c->json ?
	    "{\"%s\":true,\"commits\":%lld,\"boards\":%lld,"
	    "\"contents\":%lld,\"bytes\":%lld}\n" :
	    "%s: %lld commits, %lld boards, %lld contents of files, "
	    "%lld bytes\n", what, (long long)b->commits, (long long)b->boards,
	    (long long)b->contents, (long long)b->bytes);
	return cli_flush(c);
}

/* Root makes it where the owner may not, and gives it away. */
static int
make_target(struct cli *c, const char *to)
{
	struct stat data;

	if (mkdir(to, 0700) == -1 && errno != EEXIST)
		return cli_fail(EX_CANTCREAT, "%s: %s", to, strerror(errno));
	if (geteuid() == 0 && stat(c->config.data_dir, &data) == 0 &&
	    rmdir(to) == 0 &&		/* only one that is empty */
	    (mkdir(to, 0700) == -1 ||
	    lchown(to, data.st_uid, data.st_gid) == -1))
		return cli_fail(EX_CANTCREAT, "%s: %s", to, strerror(errno));
	return EX_OK;
}

/* The directory was the giver's to name, so failures of it are told as such. */
static int
judge(enum status st, const char *to)
{
	switch ((int)st) {
	case ST_CONFLICT:
		return cli_fail(EX_CANTCREAT, "%s: there is a backup already",
		    to);
	case ST_READONLY:
	case ST_DENIED:
		return cli_fail(EX_CANTCREAT, "%s: not a directory that the "
		    "owner of the data may write", to);
	default:
		return cli_failed(st, to);
	}
}

int
command_backup(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 1, 1 };
	struct backup b;
	int code = cli_read(c, &line);

	if (code == EX_OK)
		code = make_target(c, c->word[0]);
	if (code == EX_OK)
		code = cli_open(c);
	if (code == EX_OK)
		code = judge(store_backup(c->store, c->word[0], &b),
		    c->word[0]);
	return code ? code : put_done(c, "backup", &b);
}

int
command_restore(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 1, 1 };
	struct store_options o;
	struct backup b;
	enum status st;
	int code = cli_read(c, &line);

	if (code == EX_OK)
		code = cli_become_owner(c);
	if (code)
		return code;
	if (access(c->word[0], R_OK) == -1 && errno == EACCES)
		return cli_fail(EX_NOPERM, "%s: the owner of %s may not read "
		    "it", c->word[0], c->config.data_dir);
	o = cli_store_options(c);
	st = store_restore(&o, c->word[0], &b);
	if (st == ST_CONFLICT)
		return cli_fail(EX_DATAERR, "%s: a backup of other data; move "
		    "%s away first", c->word[0], c->config.data_dir);
	if (st == ST_INVALID)
		return cli_fail(EX_DATAERR, "%s: damaged, or no backup",
		    c->word[0]);
	if (st == ST_NOTFOUND)
		return cli_fail(EX_NOINPUT, "%s: no backup, or not all of one",
		    c->word[0]);
	if (st == ST_NEWER)
		return cli_fail(EX_CONFIG, "%s: made by a newer Notewire; "
		    "restore it with that one", c->word[0]);
	code = cli_failed(st, c->config.data_dir);
	return code ? code : put_done(c, "restored", &b);
}
