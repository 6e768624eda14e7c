#include <stddef.h>

#include "base/log.h"
#include "notewired/daemon.h"

/* What may change while connections are held; the rest needs a successor. */
static void
adopt(struct config *to, struct config *fresh)
{
	static const size_t numbers[] = {
		offsetof(struct config, connections),
		offsetof(struct config, connections_tls),
		offsetof(struct config, connections_board),
		offsetof(struct config, connections_address),
		offsetof(struct config, connections_session),
		offsetof(struct config, messages_per_second),
		offsetof(struct config, messages_burst),
		offsetof(struct config, unsent_bytes),
		offsetof(struct config, stall_ms),
		offsetof(struct config, ping_ms),
		offsetof(struct config, pong_ms),
		offsetof(struct config, header_timeout_ms),
		offsetof(struct config, drain_ms),
	};
	char *was;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		*(int64_t *)(void *)((char *)to + numbers[i]) =
		    *(int64_t *)(void *)((char *)fresh + numbers[i]);
	was = to->certificate;
	to->certificate = fresh->certificate;
	fresh->certificate = was;
	was = to->key;
	to->key = fresh->key;
	fresh->key = was;
}

void
daemon_reread(struct daemon *d)
{
	struct config fresh = { .debug = false };

	if (!d->load(d->load_arg, &fresh)) {
		log_error("daemon", "reread", "error=\"the configuration is "
		    "wrong: all stays as it was\"");
		config_fini(&fresh);
		return;
	}
	adopt(d->config, &fresh);
	config_fini(&fresh);
	d->hub.stall_ms = d->config->stall_ms;
	holder_reread(&d->holder);
	websocks_reread(&d->websocks);
	directs_reread(&d->directs);
	log_info("daemon", "reread", "connections=%lld",
	    (long long)d->config->connections);
}
