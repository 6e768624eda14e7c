#include "auth/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define NAME_DIGITS	8

enum status
session_names(const char *instance,
    char names[SESSION_NAMES][SESSION_NAME_SIZE])
{
	names[0][0] = '\0';
	names[1][0] = '\0';
	if (strspn(instance, "0123456789abcdef") < NAME_DIGITS)
		return ST_INVALID;
	(void)snprintf(names[0], SESSION_NAME_SIZE, "__Host-nw-%.*s",
	    NAME_DIGITS, instance);
	(void)snprintf(names[1], SESSION_NAME_SIZE, "nw-%.*s",
	    NAME_DIGITS, instance);
	return ST_OK;
}

static bool
is_cookie_path(const char *path)
{
	const char *p;

	for (p = path; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == ';')
			return false;
	return path[0] == '/';
}

static void
put_cookie(struct buf *b, const struct session_site *site, const char *value,
    int64_t max_age_s)
{
	char names[SESSION_NAMES][SESSION_NAME_SIZE];
	bool host_only = site->https && strcmp(site->path, "/") == 0;

	if (session_names(site->instance, names) ||
	    !is_cookie_path(site->path)) {
		buf_fail(b, ST_INVALID);
		return;
	}
	buf_addf(b, "%s=%s; Path=%s; Max-Age=%" PRId64
	    "; HttpOnly; SameSite=Lax%s", names[host_only ? 0 : 1], value,
	    site->path, max_age_s, site->https ? "; Secure" : "");
}

void
session_cookie_set(struct buf *b, const struct session_site *site,
    const char *handle, int64_t max_age_s)
{
	if (!str_is_id(handle) || max_age_s <= 0)
		buf_fail(b, ST_INVALID);
	put_cookie(b, site, handle, max_age_s);
}

void
session_cookie_clear(struct buf *b, const struct session_site *site)
{
	put_cookie(b, site, "", 0);
}
