#ifndef CGI_SERVE_H
#define CGI_SERVE_H

#include "base/status.h"
#include "call/service.h"

/*
 * Serves FastCGI on a listening socket with config->threads threads until
 * service_stop; then requests under way have `config->io_timeout_ms` to end.
 * ST_NOMEM, ST_IO; ST_TIMEOUT when some did not end, and their threads go on.
 */
enum status serve(struct service *s, int listener);

#endif
