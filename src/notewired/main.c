#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "config/options.h"
#include "notewired/daemon.h"
#include "notewired/socket/echo.h"

/* notewired: the companion that holds what lasts. */

/* Bytes of a message that --test-echo takes, unless told otherwise. */
#define ECHO_MAX	"16777216"

static const char usage[] =
    "usage: notewired [--config FILE] [--set SECTION.KEY=VALUE]...\n"
    "                 [--take-over] [--require-sandbox] [--print-config]\n"
    "       notewired --test-echo PORT [--max-message BYTES]\n"
    "       notewired --version | --help\n";

/* The command line, to be played over the files again. */
struct given {
	const struct program	*program;
	int			 argc;
	char			**argv;
};

static bool
load_again(void *arg, struct config *out)
{
	const struct given *g = arg;
	bool over;

	return options_load(g->program, g->argc, g->argv, out, &over) == EX_OK;
}

static int
run(struct config *config, struct given *given, bool take_over)
{
	static struct daemon d;
	enum status st;

	d.load = load_again;
	d.load_arg = given;
	if (config->debug)
		log_set_debug();
	(void)signal(SIGPIPE, SIG_IGN);
	srandom((unsigned)(clock_mono_ms() ^ getpid()));
	st = daemon_open(&d, config, take_over);
	if (st == ST_OK)
		daemon_run(&d);
	else if (st != ST_CLOSED)
		log_error("daemon", "start", "status=%s", status_name(st));
	daemon_close(&d);
	return status_exit(st);
}

/* For suites from outside; never on by itself. */
static int
run_echo(const char *address, const char *max)
{
	uint64_t bytes;

	if (str_uint(max, UINT32_MAX, &bytes)) {
		(void)fprintf(stderr, "--max-message %s: not a number\n", max);
		return EX_USAGE;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	return echo_run(address, (size_t)bytes);
}

int
main(int argc, char **argv)
{
	bool take_over = false, require = false;
	const char *echo = NULL, *max = ECHO_MAX;
	const struct option_own own[] = {
		{ "take-over", NULL, &take_over },
		{ "require-sandbox", NULL, &require },
		{ "test-echo", &echo, NULL },
		{ "max-message", &max, NULL },
	};
	const struct program program = { .name = "notewired",
	    .version = PACKAGE_VERSION, .usage = usage, .own = own,
	    .own_n = sizeof(own) / sizeof(own[0]) };
	struct given given = { &program, argc, argv };
	struct config config;
	bool over;
	int code;

	code = options_load(&program, argc, argv, &config, &over);
	config.sandbox_require |= require;
	if (code == EX_OK && !over)
		code = echo != NULL ? run_echo(echo, max) :
		    run(&config, &given, take_over);
	config_fini(&config);
	return code;
}
