#include "notewire/cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "auth/token.h"

void
cli_options(struct cli *c, struct args_option out[CLI_COMMON])
{
	const struct args_option common[CLI_COMMON] = {
		{ "config", &c->config_path, NULL, NULL },
		{ "set", NULL, NULL, &c->sets },
		{ "json", NULL, &c->json, NULL },
	};

	memcpy(out, common, sizeof(common));
}

static int
bad_usage(const struct cli *c, const char *what)
{
	(void)cli_fail(EX_USAGE, "%s", what);
	(void)fprintf(stderr, "usage: notewire %s %s\n", c->command->name,
	    c->command->line);
	return EX_USAGE;
}

static int
read_words(struct cli *c, const struct cli_line *line)
{
	struct args_option known[CLI_COMMON + CLI_OWN_MAX];
	const char *word;
	int code;

	cli_options(c, known);
	if (line->own_n > 0)
		memcpy(known + CLI_COMMON, line->own,
		    line->own_n * sizeof(known[0]));
	while ((word = args_next(&c->args, known, CLI_COMMON + line->own_n,
	    &code)) != NULL) {
		if (c->words == line->max || c->words == CLI_WORDS_MAX)
			return bad_usage(c, "too many arguments");
		c->word[c->words++] = word;
	}
	if (code)
		return code;
	return c->words < line->min ?
	    bad_usage(c, "an argument is missing") : EX_OK;
}

static int
apply_set(struct cli *c, const char *set)
{
	const char *equals = strchr(set, '=');
	char key[64];

	if (equals == NULL || (size_t)(equals - set) >= sizeof(key))
		return cli_fail(EX_USAGE, "--set %s: not SECTION.KEY=VALUE",
		    set);
	(void)snprintf(key, sizeof(key), "%.*s", (int)(equals - set), set);
	return config_set(&c->config, key, equals + 1, stderr) ?
	    EX_CONFIG : EX_OK;
}

int
cli_read(struct cli *c, const struct cli_line *line)
{
	int code = read_words(c, line);
	size_t i;

	if (code)
		return code;
	if (config_load(c->config_path, stderr, &c->config))
		return EX_CONFIG;
	for (i = 0; i < c->sets.n && code == EX_OK; i++)
		code = apply_set(c, c->sets.at[i]);
	if (code == EX_OK && config_check(&c->config, stderr))
		code = EX_CONFIG;
	return code;
}

struct store_options
cli_store_options(const struct cli *c)
{
	return (struct store_options){
		.dir = c->config.data_dir,
		.readers = c->config.readers,
		.log_rows = c->config.log_rows,
		.log_age_ms = c->config.log_age_ms,
		.revisions = c->config.revisions,
		.key_age_ms = c->config.key_age_ms,
		.disk_floor = c->config.disk_floor,
		.board_bytes = c->config.board_bytes,
		.store_bytes = c->config.store_bytes,
	};
}

int
cli_open(struct cli *c)
{
	struct store_options o = cli_store_options(c);
	int code = cli_become_owner(c);

	return code ? code : cli_failed(store_open(&o, &c->store),
	    c->config.data_dir);
}

void
cli_fini(struct cli *c)
{
	store_close(c->store);
	config_fini(&c->config);
	buf_fini(&c->out);
}

int
cli_board(struct cli *c, const char *text, char id[ID_SIZE])
{
	unsigned char digest[DIGEST_SIZE];
	struct credential who = { .link = digest };
	char token[TOKEN_SIZE];
	struct access access;
	enum status st;
	enum role role;

	if (str_is_id(text))
		return cli_failed(str_copy(id, ID_SIZE, text), text);
	token_from_link(text, token);
	if (token_parse(token, &role))
		return cli_fail(EX_NOINPUT,
		    "%s: neither a board's id nor a link to one", text);
	st = token_hash(token, digest);
	if (st == ST_OK)
		st = store_access(c->store, &who, NULL, &access);
	if (st == ST_OK)
		st = str_copy(id, ID_SIZE, access.board);
	return cli_failed(st, "that link");
}

int
cli_start(struct cli *c, const struct cli_line *line)
{
	int code = cli_read(c, line);

	return code ? code : cli_open(c);
}

int
cli_start_board(struct cli *c, const struct cli_line *line, char id[ID_SIZE])
{
	int code = cli_start(c, line);

	return code ? code : cli_board(c, c->word[0], id);
}
