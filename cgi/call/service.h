#ifndef CGI_CALL_SERVICE_H
#define CGI_CALL_SERVICE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "call/hold.h"
#include "call/spare.h"
#include "config/config.h"
#include "sandbox/sandbox.h"
#include "store/store.h"

/* What all requests of a process share. */
struct service {
	const struct config	*config;
	struct store		*store;
	char			 instance[17];
	struct holds		 holds;
	int			 stop;		/* eventfd: readable once we end */
	_Atomic bool		 stopping;	/* which is then */
	_Atomic int64_t		 daemon_at;	/* not asked before; monotonic */
	struct spares		 daemon;	/* connections to it */
	struct sandbox		 sandbox;	/* that the process is in */
	_Atomic bool		 at_chores;	/* some thread is (chore.h) */
	_Atomic int64_t		 requests;
	_Atomic int64_t		 problems;	/* of them, answered 4xx or 5xx */
	_Atomic int64_t		 changes_sent;
};

/* Opens the store.  The errors of store_open; nothing to close then. */
enum status service_open(struct service *s, const struct config *config);
void service_close(struct service *s);

/* Asks everything that waits to end soon.  Safe in a signal handler. */
void service_stop(struct service *s);
bool service_stopping(const struct service *s);

#endif
