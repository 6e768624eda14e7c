#ifndef NOTEWIRED_SOCKET_DIRECT_H
#define NOTEWIRED_SOCKET_DIRECT_H

#include "notewired/loop/heritage.h"
#include "notewired/socket/websock.h"

/*
 * WebSockets that come without a web server: at addresses of our own
 * (daemon.listen), with TLS at others (daemon.listen_tls).
 */
struct directs {
	struct websocks		*websocks;
	struct tls_house	*tls;		/* NULL: none */
	struct openings		 all[HEIRS_TCP];
	size_t			 n;
};

/*
 * Listens at all of them, on the sockets that were inherited where those are
 * bound there.  ST_INVALID: an address, the certificate, or too many; ST_BUSY:
 * somebody else's; ST_IO, ST_NOMEM.  Logged.  directs_close is due in any case.
 */
enum status directs_open(struct directs *ds, struct websocks *websocks,
    struct heritage *h);
/* Adds them to what a successor goes on with. */
void directs_list(const struct directs *ds, struct heritage *h);
/*
 * The configuration has changed.  Reads the certificate anew, too; if that fails
 * the old one stays.  Logged.
 */
void directs_reread(struct directs *ds);
/* Connections that are no WebSockets yet. */
int64_t directs_openings(const struct directs *ds);
/* Lets nobody in any more. */
void directs_close(struct directs *ds);
/* No connection may be left. */
void directs_fini(struct directs *ds);

#endif
