#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "notewire/cli/cli.h"
#include "notewire/setup/setup_priv.h"

/* Debian's layout: what is there to be enabled, and the links that enable. */
static const struct {
	const char	*file;
	const char	*link;
	const char	*target;
	const char	*reload;
} layouts[] = {
	[KIND_APACHE] = { "/etc/apache2/conf-available/notewire.conf",
	    "/etc/apache2/conf-enabled/notewire.conf",
	    "../conf-available/notewire.conf", "apache2" },
	[KIND_LIGHTTPD] = { "/etc/lighttpd/conf-available/90-notewire.conf",
	    "/etc/lighttpd/conf-enabled/90-notewire.conf",
	    "../conf-available/90-notewire.conf", "lighttpd" },
	[KIND_NGINX] = { "/etc/nginx/snippets/notewire.conf", NULL, NULL,
	    "nginx" },
};

/* The server { } of a host, which includes the snippet. */
#define NGINX_SERVER	"/etc/nginx/conf.d/notewire.conf"

#define MODULES_MARK	"# Enabled with it:"
#define TEXT_MAX	((size_t)256 << 10)

/* Links mods-enabled/NAME.ext to what is available. */
static int
enable_part(struct place *p, const char *name, const char *ext, bool *made)
{
	char path[PLACE_PATH], available[PLACE_PATH], target[PLACE_PATH];

	*made = false;
	(void)snprintf(available, sizeof(available),
	    "/etc/apache2/mods-available/%s.%s", name, ext);
	(void)snprintf(path, sizeof(path), "/etc/apache2/mods-enabled/%s.%s",
	    name, ext);
	(void)snprintf(target, sizeof(target), "../mods-available/%s.%s", name,
	    ext);
	return place_has(p, available) ? place_link(p, path, target, made) :
	    EX_OK;
}

/* Enables one; notes the name of what was not enabled before. */
static int
enable_module(struct place *p, const char *name, struct buf *enabled)
{
	char path[PLACE_PATH];
	bool load, conf;
	int code;

	(void)snprintf(path, sizeof(path), "/etc/apache2/mods-available/%s.load",
	    name);
	if (!place_has(p, path))
		return cli_fail(EX_NOINPUT, "%s%s: not there; install "
		    "Apache's module %s", p->root, path, name);
	code = enable_part(p, name, "load", &load);
	if (code == EX_OK)
		code = enable_part(p, name, "conf", &conf);
	if (code == EX_OK && load)
		buf_addf(enabled, " %s", name);
	return code;
}

/* What an earlier run of ours had enabled is still ours to disable. */
static int
read_enabled(struct place *p, const struct setup *s, struct buf *enabled)
{
	const char *line, *file = layouts[s->way->kind].file;
	struct buf text;
	int code;

	buf_init(&text, TEXT_MAX);
	code = place_read(p, file, &text);
	line = code == EX_OK ? strstr(text.data, MODULES_MARK) : NULL;
	if (line != NULL) {
		line += strlen(MODULES_MARK);
		buf_add(enabled, line, strcspn(line, "\n"));
	}
	buf_fini(&text);
	return code;
}

static int
install_file(struct place *p, const struct setup *s)
{
	const char *const *module = s->way->module;
	struct buf text, enabled;
	bool made;
	int code;

	buf_init(&text, TEXT_MAX);
	buf_init(&enabled, 1024);
	code = read_enabled(p, s, &enabled);
	for (; code == EX_OK && *module != NULL; module++)
		code = enable_module(p, *module, &enabled);
	if (code == EX_OK)
		code = compose_put(s, &text);
	if (code == EX_OK && enabled.len > 0)
		buf_addf(&text, "\n" MODULES_MARK "%s\n", enabled.data);
	if (code == EX_OK)
		code = cli_failed(buf_status(&text), "the configuration");
	if (code == EX_OK)
		code = place_file(p, layouts[s->way->kind].file, &text);
	if (code == EX_OK && layouts[s->way->kind].link != NULL)
		code = place_link(p, layouts[s->way->kind].link,
		    layouts[s->way->kind].target, &made);
	buf_fini(&enabled);
	buf_fini(&text);
	return code;
}

static int
install_nginx_server(struct place *p, const struct setup *s)
{
	struct buf text;
	int code;

	if (s->way->kind != KIND_NGINX || s->host == NULL)
		return EX_OK;
	buf_init(&text, TEXT_MAX);
	buf_addf(&text, SETUP_MARK "server {\n\tlisten 80;\n"
	    "\tlisten [::]:80;\n\tserver_name %s;\n\tinclude %s%s;\n}\n",
	    s->host, s->root, layouts[KIND_NGINX].file);
	code = place_file(p, NGINX_SERVER, &text);
	buf_fini(&text);
	return code;
}

/* Keeps the changes if the web server takes them; else all is as it was. */
static int
finish(struct place *p, const struct setup *s, int code)
{
	if (code == EX_OK)
		code = verify(s);
	if (code == EX_OK) {
		place_fini(p);
		return EX_OK;
	}
	place_undo(p);
	(void)fputs("notewire: nothing was changed\n", stderr);
	return code;
}

int
install(const struct setup *s, struct buf *say)
{
	struct place p = { .root = s->root };
	int code = install_file(&p, s);

	if (code == EX_OK)
		code = install_nginx_server(&p, s);
	code = finish(&p, s, code);
	if (code)
		return code;
	buf_addf(say, "%s%s is there", s->root, layouts[s->way->kind].file);
	if (s->way->kind == KIND_NGINX && s->host == NULL)
		buf_addf(say, "; put into a server { } block:\n\n"
		    "\tinclude %s%s;\n\n", s->root, layouts[KIND_NGINX].file);
	else
		buf_adds(say, ", and enabled.\n");
	buf_addf(say, "Then reload %s, and try: notewire doctor "
	    "http://%s%s/\n", layouts[s->way->kind].reload,
	    s->host != NULL ? s->host : "HOST", s->mount);
	return EX_OK;
}

static int
disable_modules(struct place *p, const char *names)
{
	char path[PLACE_PATH];
	size_t n;
	int code = EX_OK;

	for (; *names != '\0' && code == EX_OK; names += n) {
		names += strspn(names, " ");
		n = strcspn(names, " ");
		(void)snprintf(path, sizeof(path),
		    "/etc/apache2/mods-enabled/%.*s.load", (int)n, names);
		code = place_remove(p, path);
		(void)snprintf(path, sizeof(path),
		    "/etc/apache2/mods-enabled/%.*s.conf", (int)n, names);
		if (code == EX_OK)
			code = place_remove(p, path);
	}
	return code;
}

int
uninstall(const struct setup *s, struct buf *say)
{
	const char *file = layouts[s->way->kind].file;
	struct place p = { .root = s->root };
	struct buf enabled;
	int code;

	if (!place_has(&p, file)) {
		buf_addf(say, "%s%s is not there: nothing to undo.\n", s->root,
		    file);
		return EX_OK;
	}
	buf_init(&enabled, 1024);
	code = read_enabled(&p, s, &enabled);
	if (code == EX_OK && s->way->kind == KIND_NGINX)
		code = place_remove(&p, NGINX_SERVER);
	if (code == EX_OK && layouts[s->way->kind].link != NULL)
		code = place_remove(&p, layouts[s->way->kind].link);
	if (code == EX_OK)
		code = place_remove(&p, file);
	if (code == EX_OK)
		code = disable_modules(&p, enabled.data);
	buf_fini(&enabled);
	code = finish(&p, s, code);
	if (code == EX_OK)
		buf_addf(say, "%s%s is gone.  Then reload %s.\n", s->root, file,
		    layouts[s->way->kind].reload);
	return code;
}
