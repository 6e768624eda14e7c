#include "config/config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_priv.h"

#define FILE_DEFAULT	SYSCONFDIR "/notewire/notewire.conf"

/* Sets one value from elsewhere than a file; `where` says from where. */
static enum status
set_from(struct config *c, const struct config_key *k, const char *text,
    const char *where, FILE *complaints)
{
	struct buf why;
	enum status st;

	buf_init(&why, 400);
	st = config_value_set(c, k, text, &why);
	if (st == ST_OK && strcmp(where, "default") != 0)
		st = config_note_origin(c, k, where);
	if (st)
		(void)fprintf(complaints, "%s: %s.%s %s\n", where, k->section,
		    k->name, why.data);
	buf_fini(&why);
	return st;
}

static enum status
set_defaults(struct config *c, FILE *complaints)
{
	enum status st = ST_OK;
	size_t i;

	memset(c, 0, sizeof(*c));
	for (i = 0; i < config_keys_n && st == ST_OK; i++)
		st = set_from(c, &config_keys[i], config_keys[i].def,
		    "default", complaints);
	return st;
}

static int
is_conf(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 5 &&
	    strcmp(e->d_name + n - 5, ".conf") == 0;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum status
worse(enum status a, enum status b)
{
	return a ? a : b;
}

static enum status
read_dropin(struct config *c, const char *dir, const char *name,
    FILE *complaints)
{
	struct buf path;
	enum status st;

	buf_init(&path, 8192);
	buf_addf(&path, "%s/%s", dir, name);
	st = buf_status(&path);
	if (st == ST_OK)
		st = config_file_read(c, path.data, complaints);
	buf_fini(&path);
	return st == ST_NOTFOUND ? ST_OK : st;	/* it has just gone */
}

/* Every file is read, so that every fault is told. */
static enum status
read_dropins(struct config *c, const char *dir, FILE *complaints)
{
	struct dirent **names;
	enum status st = ST_OK;
	int i, n;

	n = scandir(dir, &names, is_conf, by_bytes);
	if (n < 0 && (errno == ENOENT || errno == ENOTDIR))
		return ST_OK;
	if (n < 0) {
		(void)fprintf(complaints, "%s: %s\n", dir, strerror(errno));
		return ST_INVALID;
	}
	for (i = 0; i < n; i++) {
		st = worse(st, read_dropin(c, dir, names[i]->d_name,
		    complaints));
		free(names[i]);
	}
	free(names);
	return st;
}

static enum status
read_files(struct config *c, const char *path, bool named, FILE *complaints)
{
	const char *slash = strrchr(path, '/');
	struct buf dir;
	enum status st;

	st = config_file_read(c, path, complaints);
	if (st == ST_NOTFOUND && named)
		(void)fprintf(complaints, "%s: %s\n", path, strerror(ENOENT));
	else if (st == ST_NOTFOUND)
		st = ST_OK;
	buf_init(&dir, 4096);
	if (slash != NULL)
		buf_add(&dir, path, (size_t)(slash - path) + 1);
	buf_adds(&dir, "conf.d");
	st = worse(st, buf_status(&dir));
	st = worse(st, read_dropins(c, dir.data, complaints));
	buf_fini(&dir);
	return st;
}

/* NOTEWIRE_SECTION_KEY */
static void
variable_name(const struct config_key *k, char out[64])
{
	char *p;

	(void)snprintf(out, 64, "NOTEWIRE_%s_%s", k->section, k->name);
	for (p = out; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
}

static enum status
read_environment(struct config *c, FILE *complaints)
{
	enum status st = ST_OK;
	const char *value;
	char name[64];
	size_t i;

	for (i = 0; i < config_keys_n; i++) {
		variable_name(&config_keys[i], name);
		value = getenv(name);
		if (value != NULL)
			st = worse(st, set_from(c, &config_keys[i], value,
			    name, complaints));
	}
	return st;
}

static enum status
note_folder(struct config *c, const char *path)
{
	const char *slash = strrchr(path, '/');

	c->folder = slash == NULL ? strdup(".") :
	    strndup(path, (size_t)(slash - path) + 1);
	return c->folder == NULL ? ST_NOMEM : ST_OK;
}

enum status
config_load(const char *path, FILE *complaints, struct config *c)
{
	bool named = true;
	enum status st;

	if (path == NULL)
		path = getenv("NOTEWIRE_CONF");
	if (path == NULL) {
		path = FILE_DEFAULT;
		named = false;
	}
	st = set_defaults(c, complaints);
	if (st == ST_OK)
		st = read_files(c, path, named, complaints);
	st = worse(st, read_environment(c, complaints));
	if (st == ST_OK)
		st = note_folder(c, path);
	if (st == ST_OK)
		st = config_check(c, complaints);
	if (st) {
		config_fini(c);
		st = st == ST_NOMEM ? ST_NOMEM : ST_INVALID;
	}
	return st;
}

enum status
config_set(struct config *c, const char *key, const char *value,
    FILE *complaints)
{
	const struct config_key *k = NULL;
	const char *dot = strchr(key, '.');
	char section[32];

	if (dot != NULL && (size_t)(dot - key) < sizeof(section)) {
		memcpy(section, key, (size_t)(dot - key));
		section[dot - key] = '\0';
		k = config_key_find(section, dot + 1);
	}
	if (k == NULL) {
		(void)fprintf(complaints, "option: unknown key %s\n", key);
		return ST_INVALID;
	}
	return set_from(c, k, value, "option", complaints);
}

/* A certificate is of no use without its key, nor TLS without either. */
static enum status
check_tls(const struct config *c, FILE *complaints)
{
	if ((*c->certificate == '\0') != (*c->key == '\0')) {
		(void)fprintf(complaints, "configuration: daemon.certificate "
		    "and daemon.key go together\n");
		return ST_INVALID;
	}
	if (*c->listen_tls != '\0' && *c->key == '\0') {
		(void)fprintf(complaints, "configuration: daemon.listen_tls "
		    "needs daemon.certificate and daemon.key\n");
		return ST_INVALID;
	}
	return ST_OK;
}

enum status
config_check(const struct config *c, FILE *complaints)
{
	enum status st = ST_OK;

	if (c->retry_min_ms > c->retry_max_ms) {
		(void)fprintf(complaints, "configuration: feed.retry_min is "
		    "greater than feed.retry_max\n");
		st = ST_INVALID;
	}
	if (c->create == CREATE_TOKEN && strlen(c->create_token) < 16) {
		(void)fprintf(complaints, "configuration: board.create = token "
		    "needs a board.create_token of at least 16 characters\n");
		st = ST_INVALID;
	}
	return worse(st, check_tls(c, complaints));
}

void
config_fini(struct config *c)
{
	size_t i;

	for (i = 0; i < CONFIG_KEYS_MAX; i++)
		free(c->origin[i]);
	for (i = 0; i < config_keys_n; i++)
		config_value_free(c, &config_keys[i]);
	free(c->folder);
	memset(c, 0, sizeof(*c));
}
