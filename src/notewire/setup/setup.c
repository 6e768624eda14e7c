#include "notewire/setup/setup.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "notewire/cli/cli.h"
#include "notewire/setup/setup_priv.h"

/* What a word in a configuration may be made of, with no quotes. */
#define HOST_CHARS	"-."
#define MOUNT_CHARS	"-_/"
#define PATH_CHARS	"-._/+@~"

struct wish {
	const char	*way;
	const char	*mount;
	const char	*host;
	const char	*socket;
	const char	*http;
	const char	*root;
	bool		 write;
	bool		 undo;
	char		 sockets[2][PLACE_PATH];	/* where none is given */
};

static bool
is_made_of(const char *text, const char *others)
{
	for (; *text != '\0'; text++)
		if (!isalnum((unsigned char)*text) &&
		    strchr(others, *text) == NULL)
			return false;
	return true;
}

static bool
is_path(const char *text)
{
	return text[0] == '/' && is_made_of(text, PATH_CHARS) &&
	    strlen(text) < PLACE_PATH / 2 && strstr(text, "/../") == NULL;
}

/* "/a" or "/a/b": each segment with something in it. */
static bool
is_mount(const char *text)
{
	size_t n = strlen(text);

	return n > 1 && n < 200 && text[0] == '/' && text[n - 1] != '/' &&
	    is_made_of(text, MOUNT_CHARS) && strstr(text, "//") == NULL;
}

static bool
is_host(const char *text)
{
	return text[0] != '\0' && strlen(text) < 254 &&
	    is_made_of(text, HOST_CHARS);
}

static int
find_way(const struct cli *c, const struct wish *w, const struct way **out)
{
	const char *server = c->word[0];
	size_t i;

	for (i = 0; i < setup_ways_n; i++)
		if (strcmp(setup_ways[i].server, server) == 0 &&
		    (w->way == NULL || strcmp(setup_ways[i].name, w->way) == 0)) {
			*out = &setup_ways[i];
			return EX_OK;
		}
	return cli_fail(EX_USAGE, "%s%s%s: not apache (fcgi, fcgid, cgi), "
	    "lighttpd (socket, spawn, cgi) or nginx", server,
	    w->way != NULL ? " --way " : "", w->way != NULL ? w->way : "");
}

static int
check_wish(const struct wish *w, const struct setup *s)
{
	if (!is_mount(s->mount))
		return cli_fail(EX_USAGE, "--mount %s: not /NAME, of letters, "
		    "digits, - and _", s->mount);
	if (s->host != NULL && !is_host(s->host))
		return cli_fail(EX_USAGE, "--host %s: not a host's name",
		    s->host);
	if (s->root[0] != '\0' && !is_path(s->root))
		return cli_fail(EX_USAGE, "--root %s: not a plain path",
		    s->root);
	if (!is_path(s->socket) || !is_path(s->http))
		return cli_fail(EX_USAGE, "%s, %s: not plain paths of sockets",
		    s->socket, s->http);
	if (!is_path(s->conf))
		return cli_fail(EX_USAGE, "%s: not a plain path", s->conf);
	return w->write && w->undo ?
	    cli_fail(EX_USAGE, "either --write or --undo") : EX_OK;
}

/* The file that the responder will read. */
static const char *
configuration(const struct cli *c)
{
	const char *named = getenv("NOTEWIRE_CONF");

	if (c->config_path != NULL)
		return c->config_path;
	return named != NULL && named[0] != '\0' ? named :
	    SYSCONFDIR "/notewire/notewire.conf";
}

static void
fill(const struct cli *c, struct wish *w, struct setup *s)
{
	const char *dir = c->config.run_dir;

	(void)snprintf(w->sockets[0], PLACE_PATH, "%s/fcgi.sock", dir);
	(void)snprintf(w->sockets[1], PLACE_PATH, "%s/http.sock", dir);
	s->mount = w->mount != NULL ? w->mount : "/notewire";
	s->host = w->host;
	s->root = w->root != NULL ? w->root : "";
	s->socket = w->socket != NULL ? w->socket : w->sockets[0];
	s->http = w->http != NULL ? w->http : w->sockets[1];
	s->snippets = PKGDATADIR "/conf";
	s->www = PKGDATADIR "/www";
	s->fcgi = PKGLIBEXECDIR "/notewire.fcgi";
	s->cgi = PKGLIBEXECDIR "/notewire.cgi";
	s->conf = configuration(c);
}

int
command_setup(struct cli *c)
{
	struct wish w = { .way = NULL };
	struct setup s = { .way = NULL };
	const struct args_option own[] = {
		{ "way", &w.way, NULL, NULL },
		{ "mount", &w.mount, NULL, NULL },
		{ "host", &w.host, NULL, NULL },
		{ "socket", &w.socket, NULL, NULL },
		{ "http", &w.http, NULL, NULL },
		{ "root", &w.root, NULL, NULL },
		{ "write", NULL, &w.write, NULL },
		{ "undo", NULL, &w.undo, NULL },
	};
	const struct cli_line line = { own, sizeof(own) / sizeof(own[0]), 1,
		1 };
	int code = cli_read(c, &line);

	if (code == EX_OK)
		code = find_way(c, &w, &s.way);
	if (code)
		return code;
	fill(c, &w, &s);
	code = check_wish(&w, &s);
	if (code == EX_OK && w.write)
		code = install(&s, &c->out);
	else if (code == EX_OK && w.undo)
		code = uninstall(&s, &c->out);
	else if (code == EX_OK)
		code = compose_put(&s, &c->out);
	return code ? code : cli_flush(c);
}
