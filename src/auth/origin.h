#ifndef AUTH_ORIGIN_H
#define AUTH_ORIGIN_H

#include <stdbool.h>

/*
 * Whether a request that carries this Origin header may use a cookie.
 *
 * The header must be one serialised http or https origin (RFC 6454, 6.2):
 * scheme, "://", host, and a port if need be.  Scheme and host are compared in
 * lower case and a missing port is the scheme's, so "HTTPS://A.example:443" is
 * "https://a.example".  Everything else is refused: "null", other schemes,
 * several origins, user information, paths, empty ports, leading zeros,
 * wildcards, names with a trailing dot or an empty label, bytes that an ASCII
 * host name or an IPv6 address does not have.
 *
 * `list` is the configured origins, separated by spaces.  If there are any,
 * the header must equal one of them; an entry that is no origin equals none.
 *
 * If there are none, host and port must equal those of the Host header.  A
 * port missing there is the default of the *origin's* scheme: where a proxy in
 * front ends TLS, this side sees plain http and a Host without port, and the
 * page is https all the same.  For the same reason https origins are taken
 * whatever this side sees; but if `https` says that the request itself came
 * over TLS, a plain http origin is refused, since anybody on the network path
 * can write such a page.
 *
 * `header` and `host` may be NULL for a header that is missing: refused.
 */
bool origin_allowed(const char *header, const char *list, const char *host,
    bool https);

/* Whether every entry of the list is an origin; an empty list is fine. */
bool origin_list_valid(const char *list);

#endif
