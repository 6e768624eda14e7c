#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "notewire/cli/cli.h"

/* Everything of that user and nothing of our own, for good. */
static bool
become(uid_t uid, gid_t gid)
{
	const struct passwd *user = getpwuid(uid);
	int failed = user != NULL ? initgroups(user->pw_name, gid) :
	    setgroups(1, &gid);

	return !failed && setgid(gid) == 0 && setuid(uid) == 0 &&
	    setuid(0) == -1;
}

int
cli_become_owner(struct cli *c)
{
	const char *dir = c->config.data_dir;
	struct stat info;

	if (geteuid() != 0)
		return EX_OK;	/* the store asks whose it is */
	if (stat(dir, &info) == -1)
		return cli_fail(errno == ENOENT ? EX_NOINPUT : EX_IOERR,
		    "%s: %s; make it, for the user who runs the programs", dir,
		    strerror(errno));
	if (info.st_uid == 0 || become(info.st_uid, info.st_gid))
		return EX_OK;
	return cli_fail(EX_NOPERM, "cannot become the owner of %s: %s", dir,
	    strerror(errno));
}
