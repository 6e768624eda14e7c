#include "call/service.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum status
service_open(struct service *s, const struct config *config)
{
	struct store_options o = {
		.dir = config->data_dir,
		.readers = config->readers,
		.log_rows = config->log_rows,
		.log_age_ms = config->log_age_ms,
		.revisions = config->revisions,
		.key_age_ms = config->key_age_ms,
		.disk_floor = config->disk_floor,
		.board_bytes = config->board_bytes,
		.store_bytes = config->store_bytes,
	};
	struct store_stat stat;
	enum status st;

	memset(s, 0, sizeof(*s));
	s->config = config;
	st = holds_init(&s->holds, config);
	if (st)
		return st;
	spares_init(&s->daemon);
	s->stop = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (s->stop == -1)
		return ST_BUSY;
	st = store_open(&o, &s->store);
	if (st == ST_OK)
		st = store_stat(s->store, &stat);
	if (st)
		service_close(s);
	else
		memcpy(s->instance, stat.instance, sizeof(s->instance));
	return st;
}

void
service_close(struct service *s)
{
	store_close(s->store);
	s->store = NULL;
	spares_fini(&s->daemon);
	(void)close(s->stop);
}

void
service_stop(struct service *s)
{
	uint64_t one = 1;

	atomic_store(&s->stopping, true);
	(void)!write(s->stop, &one, sizeof(one));	/* full is stopped too */
}

bool
service_stopping(const struct service *s)
{
	return atomic_load(&s->stopping);
}
