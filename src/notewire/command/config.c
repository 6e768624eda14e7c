#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "codec/json.h"
#include "config/config.h"
#include "notewire/cli/cli.h"
#include "notewire/command/command.h"

/* Where a line of a manual is broken, at the next blank. */
#define ROFF_LINE	55

/* One walk over the table of keys. */
struct walk {
	struct cli	*c;
	const char	*wanted;	/* NULL: all */
	const char	*section;	/* of the key before */
	int64_t		 shown;
};

static void
put_json(struct buf *o, const struct config_entry *e)
{
	char key[128];

	(void)snprintf(key, sizeof(key), "%s.%s", e->section, e->name);
	buf_addc(o, '{');
	json_put_member(o, "key", key);
	buf_addc(o, ',');
	json_put_member(o, "value", e->value);
	buf_addc(o, ',');
	json_put_member(o, "default", e->def);
	buf_addc(o, ',');
	json_put_member(o, "origin", e->origin);
	buf_addc(o, ',');
	json_put_member(o, "kind", e->kind);
	buf_addc(o, ',');
	json_put_member(o, "help", e->help);
	buf_addc(o, '}');
}

static void
list_key(void *arg, const struct config_entry *e)
{
	struct walk *w = arg;
	struct buf *o = &w->c->out;

	if (w->c->json) {
		buf_adds(o, w->shown++ > 0 ? ",\n" : "\n");
		put_json(o, e);
		return;
	}
	buf_addf(o, "%s.%s = ", e->section, e->name);
	cli_put_text(o, e->value);
	buf_adds(o, "\t# ");
	cli_put_text(o, e->origin);
	buf_addc(o, '\n');
}

static void
get_key(void *arg, const struct config_entry *e)
{
	struct walk *w = arg;
	struct buf *o = &w->c->out;
	size_t n = strlen(e->section);

	if (strncmp(w->wanted, e->section, n) != 0 || w->wanted[n] != '.' ||
	    strcmp(w->wanted + n + 1, e->name) != 0)
		return;
	w->shown++;
	if (w->c->json)
		put_json(o, e);
	else
		buf_adds(o, e->value);
	buf_addc(o, '\n');
}

/* A file that says what stands without it. */
static void
put_sample(void *arg, const struct config_entry *e)
{
	struct walk *w = arg;
	struct buf *o = &w->c->out;

	if (strcmp(w->section, e->section) != 0)
		buf_addf(o, "\n[%s]\n", e->section);
	w->section = e->section;
	buf_addf(o, "\n# %s\n# (%s)\n#%s =%s%s\n", e->help, e->kind, e->name,
	    *e->def != '\0' ? " " : "", e->def);
}

/* Text for mdoc: what would begin a request or an escape does not. */
static void
put_roff(struct buf *o, const char *s)
{
	size_t line = 0;

	if (*s == '.' || *s == '\'')
		buf_adds(o, "\\&");
	for (; *s != '\0'; s++) {
		if (*s == ' ' && ++line > ROFF_LINE && s[1] != '.' &&
		    s[1] != '\'') {
			buf_addc(o, '\n');
			line = 0;
			continue;
		}
		line++;
		if (*s == '\\')
			buf_adds(o, "\\e");
		else if (*s == '-')
			buf_adds(o, "\\-");
		else
			buf_addc(o, *s);
	}
}

static void
put_manual(void *arg, const struct config_entry *e)
{
	struct walk *w = arg;
	struct buf *o = &w->c->out;

	if (strcmp(w->section, e->section) != 0)
		buf_addf(o, "%s.Ss %s\n.Bl -tag -width Ds\n",
		    *w->section != '\0' ? ".El\n" : "", e->section);
	w->section = e->section;
	buf_addf(o, ".It Ic %s\n", e->name);
	put_roff(o, e->help);
	buf_adds(o, "\n.Pq ");
	put_roff(o, e->kind);
	if (*e->def != '\0') {
		buf_adds(o, "; default ");
		put_roff(o, e->def);
	}
	buf_addc(o, '\n');
}

static int
walk(struct walk *w, config_entry_fn *fn)
{
	return cli_failed(config_each(&w->c->config, fn, w),
	    "the configuration");
}

int
command_config_list(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 0, 0 };
	struct walk w = { .c = c };
	int code = cli_read(c, &line);

	if (code)
		return code;
	buf_adds(&c->out, c->json ? "{\"keys\":[" : "");
	code = walk(&w, list_key);
	buf_adds(&c->out, c->json ? "\n]}\n" : "");
	return code ? code : cli_flush(c);
}

int
command_config_get(struct cli *c)
{
	const struct cli_line line = { NULL, 0, 1, 1 };
	struct walk w = { .c = c };
	int code = cli_read(c, &line);

	if (code)
		return code;
	w.wanted = c->word[0];
	code = walk(&w, get_key);
	if (code == EX_OK && w.shown == 0)
		code = cli_fail(EX_NOINPUT, "%s: no such key", w.wanted);
	return code ? code : cli_flush(c);
}

/* What needs the table alone, so that no file can stand in its way. */
static int
print_table(struct cli *c, const char *head, config_entry_fn *fn,
    const char *tail)
{
	const struct cli_line line = { NULL, 0, 0, 0 };
	struct walk w = { .c = c, .section = "" };
	int code;

	c->config_path = "/dev/null";
	code = cli_read(c, &line);
	if (code)
		return code;
	buf_adds(&c->out, head);
	code = walk(&w, fn);
	buf_adds(&c->out, tail);
	return code ? code : cli_flush(c);
}

int
command_config_sample(struct cli *c)
{
	return print_table(c,
	    "# Notewire's configuration; notewire.conf(5) tells more.  Each key "
	    "stands here\n# with its default, as a comment.\n", put_sample, "");
}

int
command_config_manual(struct cli *c)
{
	return print_table(c, "", put_manual, ".El\n");
}
