#include <stdlib.h>
#include <string.h>

#include "config/config_priv.h"

enum status
config_note_origin(struct config *c, const struct config_key *k,
    const char *where)
{
	char **at = &c->origin[k - config_keys], *copy = strdup(where);

	if (copy == NULL)
		return ST_NOMEM;
	free(*at);
	*at = copy;
	return ST_OK;
}

enum status
config_each(const struct config *c, config_entry_fn *fn, void *arg)
{
	struct buf value, kind;
	enum status st = ST_OK;
	size_t i;

	buf_init(&value, TEXT_MAX);
	buf_init(&kind, TEXT_MAX);
	for (i = 0; i < config_keys_n && st == ST_OK; i++) {
		const struct config_key *k = &config_keys[i];

		buf_reset(&value);
		buf_reset(&kind);
		config_value_print(c, k, &value);
		config_kind_print(k, &kind);
		st = buf_status(&value) ? buf_status(&value) :
		    buf_status(&kind);
		if (st == ST_OK)
			fn(arg, &(struct config_entry){ k->section, k->name,
			    kind.data, value.data, k->def,
			    c->origin[i] ? c->origin[i] : "default", k->help });
	}
	buf_fini(&value);
	buf_fini(&kind);
	return st;
}

/* Breaks a long text between words, on to indented lines. */
static void
print_value(const char *s, FILE *out)
{
	size_t column = 0, word;

	for (; *s != '\0'; s += word) {
		word = strcspn(s + 1, " ") + 1;
		if (column > 0 && column + word > TEXT_WORD_MAX) {
			(void)fputs("\n\t", out);
			s++;		/* the break stands for the space */
			word--;
			column = 0;
		}
		(void)fwrite(s, 1, word, out);
		column += word;
	}
}

static void
print_key(const struct config *c, const struct config_key *k, FILE *out)
{
	struct buf value;

	buf_init(&value, TEXT_MAX);
	config_value_print(c, k, &value);
	(void)fprintf(out, "# %s\n%s = ", k->help, k->name);
	print_value(value.data, out);
	(void)fputc('\n', out);
	buf_fini(&value);
}

void
config_print(const struct config *c, FILE *out)
{
	const char *section = "";
	size_t i;

	for (i = 0; i < config_keys_n; i++) {
		if (strcmp(section, config_keys[i].section) != 0) {
			section = config_keys[i].section;
			(void)fprintf(out, "%s[%s]\n", i > 0 ? "\n" : "",
			    section);
		}
		print_key(c, &config_keys[i], out);
	}
}
