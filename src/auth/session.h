#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * The session's cookie (RFC 6265).  It is called "nw-" and the first 8 of the
 * instance's hexadecimal digits, so that several services on one host keep
 * apart; over https at path "/" it carries the prefix "__Host-", which keeps
 * other hosts of the domain from setting it.
 */

/* Bytes of a name with its NUL. */
#define SESSION_NAME_SIZE	(sizeof("__Host-nw--form") + 8)
/* Names that a session's cookie may have. */
#define SESSION_NAMES		2

/* Where cookies are set for. */
struct session_site {
	const char	*instance;	/* hexadecimal, lower case */
	const char	*path;		/* of the app: begins with "/" */
	bool		 https;		/* as the browser sees it */
};

/*
 * The names to look for in a request, the stronger first: the first one found
 * counts.  ST_INVALID when the instance does not begin with 8 hexadecimal
 * digits; then the names are "".
 */
enum status session_names(const char *instance,
    char names[SESSION_NAMES][SESSION_NAME_SIZE]);

/*
 * Appends the value of a Set-Cookie header that gives, or takes away, the
 * session.  HttpOnly and SameSite=Lax always, Secure over https; the cookie
 * lasts `max_age_s` seconds.  The buffer fails with ST_INVALID when the handle
 * is no id, the age is not above 0, or the site is malformed: a path holds
 * neither ";" nor control bytes.
 */
void session_cookie_set(struct buf *b, const struct session_site *site,
    const char *handle, int64_t max_age_s);
void session_cookie_clear(struct buf *b, const struct session_site *site);

/* How long a page without a session may lie open before its form is sent. */
#define SESSION_FORM_AGE_S	86400

/*
 * The cookie that forms lean on where there is no session yet: its names end
 * in "-form", and no request from another site brings it (SameSite=Strict).
 * Failures as above.
 */
enum status session_form_names(const char *instance,
    char names[SESSION_NAMES][SESSION_NAME_SIZE]);
void session_form_set(struct buf *b, const struct session_site *site,
    const char *handle);

#endif
