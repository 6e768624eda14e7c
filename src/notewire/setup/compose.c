#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "notewire/cli/cli.h"
#include "notewire/setup/mount.h"
#include "notewire/setup/setup_priv.h"

#define SNIPPET_MAX	((size_t)64 << 10)

/* A variable of the snippets, and what this setup gives it. */
static const char *
value_of(const struct setup *s, const char *name)
{
	const struct {
		const char	*name;
		const char	*value;
	} all[] = {
		{ "www", s->www }, { "http", s->http }, { "socket", s->socket },
		{ "fcgi", s->fcgi }, { "cgi", s->cgi }, { "conf", s->conf },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i].name, name) == 0)
			return all[i].value;
	return "";
}

static void
put_upper(struct buf *out, const char *name)
{
	for (; *name != '\0'; name++)
		buf_addc(out, (char)(*name - 'a' + 'A'));
}

static void
put_variable(const struct setup *s, const char *name, struct buf *out)
{
	const char *value = value_of(s, name);

	switch (s->way->kind) {
	case KIND_APACHE:
		buf_adds(out, "Define NOTEWIRE_");
		put_upper(out, name);
		buf_addf(out, " %s\n", value);
		break;
	case KIND_LIGHTTPD:
		/* lighttpd makes the socket of what it starts itself */
		if (strcmp(name, "processes") == 0)
			buf_adds(out, "var.notewire_processes = 3\n");
		else if (strcmp(name, "socket") == 0 &&
		    strcmp(s->way->name, "spawn") == 0)
			buf_addf(out, "var.notewire_socket = \"%s-spawn\"\n",
			    value);
		else
			buf_addf(out, "var.notewire_%s = \"%s\"\n", name, value);
		break;
	case KIND_NGINX:
		buf_addf(out, "set $notewire_%s %s%s;\n", name,
		    strcmp(name, "www") == 0 ? "" : "unix:", value);
		break;
	}
}

static void
put_variables(const struct setup *s, struct buf *out)
{
	const char *at = s->way->variables;
	char name[16];
	size_t n;

	for (; *at != '\0'; at += n + (at[n] != '\0')) {
		n = strcspn(at, " ");
		(void)snprintf(name, sizeof(name), "%.*s", (int)n, at);
		put_variable(s, name, out);
	}
}

static int
read_snippet(const struct setup *s, const char *name, struct buf *out)
{
	char path[PLACE_PATH];
	enum status st = ST_IO;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s%s/%s", s->root, s->snippets,
	    name);
	f = fopen(path, "re");
	if (f == NULL)
		return cli_fail(EX_NOINPUT, "%s: not there; is Notewire "
		    "installed?", path);
	st = cli_read_all(f, out);
	(void)fclose(f);
	return cli_failed(st, path);
}

/* What stands behind the comment that begins it, which is about including. */
static const char *
skip_comment(const char *text)
{
	while (*text == '#') {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return text;
}

/* lighttpd's modules cannot be named inside a condition. */
static bool
is_modules(const struct setup *s, const char *line)
{
	return s->way->kind == KIND_LIGHTTPD &&
	    strncmp(line, "server.modules", 14) == 0;
}

static void
put_lines(const struct setup *s, const char *text, bool modules,
    struct buf *out)
{
	size_t n;

	for (; *text != '\0'; text += n) {
		n = strcspn(text, "\n");
		n += text[n] == '\n';
		if (is_modules(s, text) == modules)
			mount_put(out, text, n, s->mount);
	}
}

static void
put_opening(const struct setup *s, struct buf *out)
{
	if (s->host == NULL)
		return;
	switch (s->way->kind) {
	case KIND_APACHE:
		buf_addf(out, "<VirtualHost *:80>\nServerName %s\n", s->host);
		break;
	case KIND_LIGHTTPD:
		buf_addf(out, "$HTTP[\"host\"] =~ \"^%s(:[0-9]+)?$\" {\n",
		    s->host);
		break;
	case KIND_NGINX:
		break;		/* its server { } is a file of its own */
	}
}

static void
put_closing(const struct setup *s, struct buf *out)
{
	if (s->host != NULL && s->way->kind == KIND_APACHE)
		buf_adds(out, "</VirtualHost>\n");
	else if (s->host != NULL && s->way->kind == KIND_LIGHTTPD)
		buf_adds(out, "}\n");
}

int
compose_put(const struct setup *s, struct buf *out)
{
	struct buf text[WAY_SNIPPETS];
	size_t i;
	int code = EX_OK;

	for (i = 0; i < WAY_SNIPPETS; i++)
		buf_init(&text[i], SNIPPET_MAX);
	for (i = 0; i < WAY_SNIPPETS && code == EX_OK &&
	    s->way->snippet[i] != NULL; i++)
		code = read_snippet(s, s->way->snippet[i], &text[i]);
	buf_adds(out, SETUP_MARK);
	put_variables(s, out);
	for (i = 0; i < WAY_SNIPPETS; i++)
		put_lines(s, skip_comment(text[i].data), true, out);
	put_opening(s, out);
	for (i = 0; i < WAY_SNIPPETS; i++)
		put_lines(s, skip_comment(text[i].data), false, out);
	put_closing(s, out);
	for (i = 0; i < WAY_SNIPPETS; i++)
		buf_fini(&text[i]);
	return code ? code : cli_failed(buf_status(out), "the configuration");
}
