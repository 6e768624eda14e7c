#include "notewired/socket/direct.h"

#include <string.h>

#include "base/listen.h"
#include "base/log.h"

static enum status
open_one(struct directs *ds, const char *text, size_t len,
    struct tls_house *tls, struct heritage *h)
{
	struct listen_address at;
	struct openings *o;
	enum status st;
	int fd;

	if (ds->n == HEIRS_TCP) {
		log_error("daemon", "listen", "error=\"more than %d "
		    "addresses\"", HEIRS_TCP);
		return ST_INVALID;
	}
	st = listen_read(text, len, &at);
	if (st)
		return st;
	fd = heritage_take_at(h, &at);
	if (fd == -1)
		st = listen_tcp(&at, &fd);
	if (st)
		return st;
	o = &ds->all[ds->n++];
	listener_init(&o->listener);
	websocks_prepare(ds->websocks, o);
	o->direct = true;
	o->tls = tls;
	return openings_open(o, fd);
}

/* The addresses of a setting, with spaces between them. */
static enum status
open_each(struct directs *ds, const char *list, struct tls_house *tls,
    struct heritage *h)
{
	enum status st = ST_OK;
	size_t len;

	for (; st == ST_OK && *list != '\0'; list += len) {
		list += strspn(list, " ");
		len = strcspn(list, " ");
		if (len > 0)
			st = open_one(ds, list, len, tls, h);
	}
	return st;
}

enum status
directs_open(struct directs *ds, struct websocks *websocks,
    struct heritage *h)
{
	const struct config *config = websocks->holder->config;
	enum status st;

	ds->websocks = websocks;
	st = open_each(ds, config->listen, NULL, h);
	if (st || config->listen_tls[0] == '\0')
		return st;
	st = tls_house_new(config->certificate, config->key, &ds->tls);
	return st ? st : open_each(ds, config->listen_tls, ds->tls, h);
}

void
directs_list(const struct directs *ds, struct heritage *h)
{
	size_t i;

	for (i = 0; i < ds->n; i++)
		h->fd[HEIR_TCP + i] = ds->all[i].listener.fd;
}

void
directs_reread(struct directs *ds)
{
	const struct config *config = ds->websocks->holder->config;
	size_t i;

	for (i = 0; i < ds->n; i++)
		websocks_prepare(ds->websocks, &ds->all[i]);
	if (ds->tls == NULL)
		return;
	if (tls_house_reread(ds->tls, config->certificate,
	    config->key) == ST_OK)
		log_info("tls", "reread", "certificate=\"%s\"",
		    config->certificate);
}

int64_t
directs_openings(const struct directs *ds)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < ds->n; i++)
		n += ds->all[i].n;
	return n;
}

void
directs_close(struct directs *ds)
{
	size_t i;

	for (i = 0; i < ds->n; i++)
		openings_close(&ds->all[i]);
}

void
directs_fini(struct directs *ds)
{
	size_t i;

	for (i = 0; i < ds->n; i++)
		openings_fini(&ds->all[i]);
	tls_house_free(ds->tls);
	ds->tls = NULL;
}
