#include "notewire/doctor/doctor.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "base/clock.h"
#include "codec/json.h"
#include "notewire/cli/cli.h"
#include "notewire/doctor/check.h"
#include "notewire/doctor/report.h"

/* Told by a signal: the checks stop, and what was made is deleted. */
static volatile int stopped;

static void
on_signal(int number)
{
	stopped = number;
}

static void
heed_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };

	(void)sigaction(SIGINT, &act, NULL);
	(void)sigaction(SIGTERM, &act, NULL);
	(void)sigaction(SIGHUP, &act, NULL);
}

/* "https://host:port" and "/mount", and the token behind a "#". */
static int
read_url(struct doctor *d, const char *url)
{
	const char *host = strstr(url, "://"), *path, *c;
	enum role role;
	size_t len;

	d->https = strncasecmp(url, "https://", 8) == 0;
	for (c = url; *c != '\0' && isgraph((unsigned char)*c); c++)
		continue;
	if ((!d->https && strncasecmp(url, "http://", 7) != 0) || *c != '\0' ||
	    strchr(url, '@') != NULL || strpbrk(host + 3, "/?#") == host + 3 ||
	    host[3] == '\0')
		return cli_fail(EX_USAGE, "%s: not http://HOST/... or "
		    "https://HOST/...", url);
	path = host + 3 + strcspn(host + 3, "/?#");
	len = strcspn(path, "?#");
	while (len > 0 && path[len - 1] == '/')
		len--;
	if ((size_t)(path - url) >= sizeof(d->origin) ||
	    len >= sizeof(d->mount))
		return cli_fail(EX_USAGE, "%s: too long", url);
	(void)snprintf(d->origin, sizeof(d->origin), "http%s://%.*s",
	    d->https ? "s" : "", (int)(path - host - 3), host + 3);
	(void)snprintf(d->mount, sizeof(d->mount), "%.*s", (int)len, path);
	if (strchr(url, '#') != NULL) {
		token_from_link(url, d->token);
		if (token_parse(d->token, &role))
			return cli_fail(EX_USAGE,
			    "what is behind the # is no link's");
	}
	return EX_OK;
}

static bool
has(const struct doctor *d, enum need need)
{
	const bool board = d->board[0] != '\0' && d->writes;

	switch (need) {
	case NEED_NOTHING:
		return true;
	case NEED_ANSWER:
		return d->answers;
	case NEED_API:
		return d->api;
	case NEED_BOARD:
		return board;
	case NEED_SOCKET:
		return board && d->daemon;
	case NEED_OPEN:
		return board && d->daemon && d->socket_opens;
	case NEED_PAGE:
		return board && d->daemon && d->page_opens;
	}
	return false;
}

static const char *
lacks(const struct doctor *d)
{
	if (!d->answers)
		return "nobody answers";
	if (!d->api)
		return "the responder does not answer";
	if (!has(d, NEED_BOARD))
		return "there is no board to write on";
	if (!d->daemon)
		return "no daemon runs, so there are no WebSockets";
	return "no WebSocket can be opened";
}

/* The whole visit's. */
struct tally {
	struct cli	*cli;
	int		 count[LEVEL_FAIL + 1];
};

static int
report(const struct doctor *d, struct tally *t)
{
	t->count[d->now.level]++;
	if (t->cli->json) {
		report_json(d, &t->cli->out);
		return EX_OK;
	}
	report_text(d, &t->cli->out);
	return cli_flush(t->cli);
}

static int
run_check(struct doctor *d, const struct check *c, struct tally *t)
{
	memset(&d->now, 0, sizeof(d->now));
	d->now.check = c;
	d->now.began_us = clock_mono_us();
	if (has(d, c->need))
		c->run(d);
	else
		doctor_skip(d, "%s", lacks(d));
	return stopped ? EX_OK : report(d, t);
}

/*
 * A connection of its own for each check: those streams that it leaves may hold
 * the web server's few places on the one before.
 */
static int
connect_anew(struct doctor *d)
{
	const struct exchanges_options o = { .unverified = true, .stop = &stopped };

	exchanges_close(d->http[HTTP_2]);
	return cli_failed(exchanges_open(&o, &d->http[HTTP_2]), "libcurl");
}

static int
run_checks(struct doctor *d, struct tally *t)
{
	const struct check *c;
	int code = EX_OK;

	for (c = doctor_checks; c < doctor_checks + doctor_checks_n &&
	    !stopped && code == EX_OK; c++) {
		d->version = HTTP_1_1;
		code = run_check(d, c, t);
		if (!c->each_version || !d->speaks_h2 || stopped || code)
			continue;
		d->version = HTTP_2;
		code = connect_anew(d);
		if (code == EX_OK)
			code = run_check(d, c, t);
	}
	return code;
}

/* Deletes what was made, after a signal too; whether that went well. */
static bool
clean(struct doctor *d)
{
	stopped = 0;
	memset(&d->now, 0, sizeof(d->now));
	doctor_clean(d);
	if (d->now.level == LEVEL_FAIL)
		(void)cli_fail(EX_PROTOCOL, "%s", d->now.text);
	return d->now.level != LEVEL_FAIL;
}

static void
put_end(const struct doctor *d, struct tally *t)
{
	struct buf *o = &t->cli->out;

	if (t->cli->json)
		buf_addf(o, "\n],\"failed\":%d,\"warned\":%d,\"skipped\":%d}\n",
		    t->count[LEVEL_FAIL], t->count[LEVEL_WARN],
		    t->count[LEVEL_SKIP]);
	else
		buf_addf(o, "%s: %d ok, %d warned, %d failed, %d skipped\n",
		    server_name(d->server), t->count[LEVEL_OK],
		    t->count[LEVEL_WARN], t->count[LEVEL_FAIL],
		    t->count[LEVEL_SKIP]);
}

static int
visit(struct doctor *d, struct cli *c)
{
	struct tally t = { .cli = c };
	bool nobody;
	int code;

	if (c->json) {
		buf_addc(&c->out, '{');
		json_put_member(&c->out, "url", c->word[0]);
		buf_adds(&c->out, ",\"checks\":[");
	}
	code = run_checks(d, &t);
	if (stopped)
		code = cli_fail(EX_TEMPFAIL, "stopped by a signal");
	nobody = !d->api && d->server_name[0] == '\0' &&
	    t.count[LEVEL_OK] == 0;
	if (!clean(d) && code == EX_OK)
		code = EX_PROTOCOL;
	put_end(d, &t);
	if (cli_flush(c))
		return EX_IOERR;
	if (code == EX_OK && nobody)
		return EX_UNAVAILABLE;
	return code == EX_OK && t.count[LEVEL_FAIL] > 0 ? EX_PROTOCOL : code;
}

int
command_doctor(struct cli *c)
{
	struct doctor d = { .api = false };
	struct exchanges_options o = { .unverified = true, .stop = &stopped };
	const struct args_option own[] = { { "long", NULL, &d.patient, NULL },
	    { "cacert", &d.ca_file, NULL, NULL } };
	const struct cli_line line = { own, 2, 1, 1 };
	int code;

	c->config_path = "/dev/null";	/* it may be another machine's */
	code = cli_read(c, &line);
	if (code == EX_OK)
		code = read_url(&d, c->word[0]);
	if (code == EX_OK)
		code = cli_failed(exchanges_open(&o, &d.http[HTTP_1_1]), "libcurl");
	if (code == EX_OK)
		code = cli_failed(exchanges_open(&o, &d.http[HTTP_2]), "libcurl");
	if (code == EX_OK) {
		heed_signals();
		code = visit(&d, c);
	}
	exchanges_close(d.http[HTTP_2]);
	exchanges_close(d.http[HTTP_1_1]);
	return code;
}
