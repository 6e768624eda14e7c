#ifndef CGI_CALL_SITE_H
#define CGI_CALL_SITE_H

#include "auth/session.h"
#include "call/call.h"

/* Where the service is, as browsers see it. */

/* Bytes of the app's path with its NUL. */
#define SITE_PATH_SIZE	256

/*
 * The path of the app: "/notewire/" where the responder is at
 * "/notewire/api", or that of the configured URL.  "/" when it is too long.
 */
void site_path(const struct call *c, char path[SITE_PATH_SIZE]);
/* Whether browsers reach it over TLS. */
bool site_https(const struct call *c);
/* What its cookies are set for; `path` is filled and must outlive it. */
struct session_site site_cookies(const struct call *c,
    char path[SITE_PATH_SIZE]);
/* Appends a link's whole URL, with its token as the fragment. */
void site_put_url(const struct call *c, const char *token, struct buf *b);
/* The same as JSON. */
void site_put_link(const struct call *c, const char *token, struct buf *b);

#endif
