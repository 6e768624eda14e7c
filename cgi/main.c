#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "auth/digest.h"
#include "auth/origin.h"
#include "base/clock.h"
#include "base/listen.h"
#include "base/log.h"
#include "base/str.h"
#include "call/exchange.h"
#include "call/service.h"
#include "config/options.h"
#include "route.h"
#include "serve.h"

/* notewire.fcgi: the responder, over FastCGI or as one CGI run. */

static const char usage[] =
    "usage: notewire.fcgi [--config FILE] [--set SECTION.KEY=VALUE]...\n"
    "                     [--listen PATH] [--require-sandbox] [--print-config]\n"
    "       notewire.fcgi --version | --help\n";

/* The only thing a signal handler can reach; NULL: nothing to stop. */
static struct service *stoppable;

static void
on_stop(int signal)
{
	int saved = errno;

	(void)signal;
	if (stoppable != NULL)
		service_stop(stoppable);
	errno = saved;
}

/* TERM, INT and USR1, as web servers and people send them. */
static void
mask_stops(int how)
{
	sigset_t stops;

	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	(void)sigaddset(&stops, SIGUSR1);
	(void)pthread_sigmask(how, &stops, NULL);
}

/*
 * Until there is something to stop they wait: libfcgi has handlers of its own,
 * which would take them and do nothing.
 */
static void
hold_signals(void)
{
	mask_stops(SIG_BLOCK);
}

static void
catch_signals(struct service *s)
{
	struct sigaction stop = { .sa_handler = on_stop };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	stoppable = s;
	(void)sigemptyset(&stop.sa_mask);
	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGINT, &stop, NULL);
	(void)sigaction(SIGUSR1, &stop, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	mask_stops(SIG_UNBLOCK);
}

/* No thread but this one is left: a signal from here on finds nothing. */
static void
close_service(struct service *s)
{
	stoppable = NULL;
	atomic_signal_fence(memory_order_seq_cst);
	service_close(s);
}

/* A run that cannot open the store still owes its client an answer. */
static int
refuse_cgi(enum status st)
{
	(void)printf("Status: 503 Problem\r\n"
	    "Content-Type: application/problem+json\r\n\r\n"
	    "{\"type\":\"urn:notewire:busy\",\"status\":503,"
	    "\"title\":\"No room at the moment\",\"detail\":\"\"}");
	return fflush(stdout) == 0 ? EX_OK : status_exit(st);
}

/* The web server sees that the answer is complete; the number stays taken. */
static void
end_output(void)
{
	int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (nothing != -1) {
		(void)dup2(nothing, STDOUT_FILENO);
		(void)close(nothing);
	}
}

/*
 * Gives up what a responder does not need: once its store and its listener are
 * open, and before it has threads.  ST_DENIED: not all, and that is required.
 */
static enum status
give_up(struct service *s, const char *listen, bool calls)
{
	const struct config *config = s->config;
	char folder[PATH_MAX] = "";
	const struct sandbox_place places[] = {
		{ config->data_dir, SANDBOX_WRITE },
		{ config->run_dir, SANDBOX_WRITE },
		{ folder, SANDBOX_WRITE },	/* to take its name out */
		{ "/dev/null", SANDBOX_WRITE },
	};

	if (!config->sandbox_use && !config->sandbox_require)
		return ST_OK;
	digest_prepare();
	if (listen != NULL && str_copy(folder, sizeof(folder), listen) == ST_OK)
		(void)dirname(folder);
	return sandbox_enter(places, sizeof(places) / sizeof(places[0]), calls,
	    config->sandbox_require, &s->sandbox);
}

static int
run_cgi(const struct config *config)
{
	struct service s;
	struct exchange x;
	struct chore left;
	enum status st;

	st = service_open(&s, config);
	if (st)
		return refuse_cgi(st);
	st = give_up(&s, NULL, false);
	if (st) {
		close_service(&s);
		return refuse_cgi(st);
	}
	catch_signals(&s);
	exchange_cgi(&x, (int)config->io_timeout_ms);
	st = route(&s, &x, &left);
	end_output();
	chore_do(&s, &left);
	close_service(&s);
	return status_exit(st);
}

static int
run_fastcgi(const struct config *config, const char *path)
{
	int listener = STDIN_FILENO;
	struct service s;
	enum status st;

	st = service_open(&s, config);
	if (st)
		return status_exit(st);
	catch_signals(&s);
	if (path != NULL)
		st = listen_unix(path, SOCK_STREAM, 0660, &listener);
	if (st == ST_OK)
		st = give_up(&s, path, true);
	if (st == ST_OK) {
		log_info("serve", "start", "version=%s threads=%lld holds=%lld",
		    PACKAGE_VERSION, (long long)config->threads,
		    (long long)config->holds);
		st = serve(&s, listener);
		log_info("serve", "end", "status=%s", status_name(st));
	}
	if (path != NULL && listener >= 0)
		(void)unlink(path);
	if (st == ST_TIMEOUT)
		_exit(EX_OK);		/* threads are at work in it still */
	close_service(&s);
	return status_exit(st);
}

static int
run(const struct config *config, const char *listen)
{
	if (config->debug)
		log_set_debug();
	srandom((unsigned)(clock_mono_ms() ^ getpid()));
	hold_signals();
	/* at close libfcgi would linger up to 2 s; read by FCGX_Init */
	(void)setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 0);
	if (listen == NULL && FCGX_IsCGI())
		return run_cgi(config);
	if (FCGX_Init() != 0) {
		log_error("serve", "fcgi", "errno=%d", errno);
		return EX_OSERR;
	}
	return run_fastcgi(config, listen);
}

/* A typo here would refuse every browser without a word. */
static enum status
check_origins(const struct config *config)
{
	if (origin_list_valid(config->origins))
		return ST_OK;
	(void)fprintf(stderr, "http.origins: \"%s\": not a list of origins, "
	    "as https://notes.example https://other.example:8443\n",
	    config->origins);
	return ST_INVALID;
}

/*
 * Options come from a command line only: a web server may hand a CGI program
 * the query's words as arguments (RFC 3875, 4.4), which are anybody's.
 */
static bool
has_command_line(void)
{
	return getenv("GATEWAY_INTERFACE") == NULL;
}

int
main(int argc, char **argv)
{
	const char *listen = NULL;
	bool require = false;
	const struct option_own own[] = { { "listen", &listen, NULL },
	    { "require-sandbox", NULL, &require } };
	const struct program program = { .name = "notewire.fcgi",
	    .version = PACKAGE_VERSION, .usage = usage, .own = own,
	    .own_n = sizeof(own) / sizeof(own[0]) };
	struct config config;
	bool over;
	int code;

	code = options_load(&program, has_command_line() ? argc : 1, argv,
	    &config, &over);
	config.sandbox_require |= require;
	if (code == EX_OK && !over)
		code = check_origins(&config) ? EX_CONFIG :
		    run(&config, listen);
	config_fini(&config);
	return code;
}
