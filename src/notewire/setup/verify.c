#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "notewire/cli/cli.h"
#include "notewire/setup/setup_priv.h"

/* As apache2ctl sets them from /etc/apache2/envvars, which is for a shell. */
static char *const environment[] = {
	(char []){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" },
	(char []){ "LC_ALL=C" },
	(char []){ "APACHE_RUN_USER=www-data" },
	(char []){ "APACHE_RUN_GROUP=www-data" },
	(char []){ "APACHE_PID_FILE=/run/apache2/apache2.pid" },
	(char []){ "APACHE_RUN_DIR=/run/apache2" },
	(char []){ "APACHE_LOCK_DIR=/var/lock/apache2" },
	(char []){ "APACHE_LOG_DIR=/var/log/apache2" },
	NULL,
};

static const struct {
	const char	*program;
	const char	*conf;
	const char	*words[3];	/* before the file's own option */
	const char	*option;
} checks[] = {
	[KIND_APACHE] = { "/usr/sbin/apache2", "/etc/apache2/apache2.conf",
	    { "-t" }, "-f" },
	[KIND_LIGHTTPD] = { "/usr/sbin/lighttpd", "/etc/lighttpd/lighttpd.conf",
	    { "-tt" }, "-f" },
	[KIND_NGINX] = { "/usr/sbin/nginx", "/etc/nginx/nginx.conf",
	    { "-t", "-q" }, "-c" },
};

/* What it says of a good configuration, too, belongs to standard error. */
static int
spawn(const char *program, char *const argv[], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int failed = posix_spawn_file_actions_init(&actions);

	if (failed)
		return failed;
	failed = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO,
	    STDOUT_FILENO);
	if (!failed)
		failed = posix_spawn(pid, program, &actions, NULL, argv,
		    environment);
	(void)posix_spawn_file_actions_destroy(&actions);
	return failed;
}

int
verify(const struct setup *s)
{
	const char *program = checks[s->way->kind].program;
	char conf[PLACE_PATH], *argv[6];
	size_t i, n = 0;
	pid_t pid;
	int failed, status;

	(void)snprintf(conf, sizeof(conf), "%s%s", s->root,
	    checks[s->way->kind].conf);
	argv[n++] = (char *)program;
	for (i = 0; checks[s->way->kind].words[i] != NULL; i++)
		argv[n++] = (char *)checks[s->way->kind].words[i];
	argv[n++] = (char *)checks[s->way->kind].option;
	argv[n++] = conf;
	argv[n] = NULL;
	failed = spawn(program, argv, &pid);
	if (failed)
		return cli_fail(EX_UNAVAILABLE, "%s: %s", program,
		    strerror(failed));
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return cli_fail(EX_IOERR, "%s: %s", program,
			    strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return cli_fail(EX_UNAVAILABLE, "%s: cannot be run", program);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? EX_OK :
	    cli_fail(EX_CONFIG, "%s refuses the configuration", program);
}
