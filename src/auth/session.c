#include "auth/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define NAME_DIGITS	8

static enum status
make_names(const char *instance, const char *end,
    char names[SESSION_NAMES][SESSION_NAME_SIZE])
{
	names[0][0] = '\0';
	names[1][0] = '\0';
	if (strspn(instance, "0123456789abcdef") < NAME_DIGITS)
		return ST_INVALID;
	(void)snprintf(names[0], SESSION_NAME_SIZE, "__Host-nw-%.*s%s",
	    NAME_DIGITS, instance, end);
	(void)snprintf(names[1], SESSION_NAME_SIZE, "nw-%.*s%s",
	    NAME_DIGITS, instance, end);
	return ST_OK;
}

enum status
session_names(const char *instance,
    char names[SESSION_NAMES][SESSION_NAME_SIZE])
{
	return make_names(instance, "", names);
}

enum status
session_form_names(const char *instance,
    char names[SESSION_NAMES][SESSION_NAME_SIZE])
{
	return make_names(instance, "-form", names);
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
begin_cookie(struct buf *b, const struct session_site *site, const char *end,
    const char *value)
{
	char names[SESSION_NAMES][SESSION_NAME_SIZE];
	bool host_only = site->https && strcmp(site->path, "/") == 0;

	if (make_names(site->instance, end, names) ||
	    !is_cookie_path(site->path)) {
		buf_fail(b, ST_INVALID);
		return;
	}
	buf_addf(b, "%s=%s; Path=%s", names[host_only ? 0 : 1], value,
	    site->path);
}

static void
end_cookie(struct buf *b, const struct session_site *site,
    const char *same_site)
{
	buf_addf(b, "; HttpOnly; SameSite=%s%s", same_site,
	    site->https ? "; Secure" : "");
}

void
session_cookie_set(struct buf *b, const struct session_site *site,
    const char *handle, int64_t max_age_s)
{
	if (!str_is_id(handle) || max_age_s <= 0)
		buf_fail(b, ST_INVALID);
	begin_cookie(b, site, "", handle);
	buf_addf(b, "; Max-Age=%" PRId64, max_age_s);
	end_cookie(b, site, "Lax");
}

void
session_cookie_clear(struct buf *b, const struct session_site *site)
{
	begin_cookie(b, site, "", "");
	buf_adds(b, "; Max-Age=0");
	end_cookie(b, site, "Lax");
}

void
session_form_set(struct buf *b, const struct session_site *site,
    const char *handle)
{
	if (!str_is_id(handle))
		buf_fail(b, ST_INVALID);
	begin_cookie(b, site, "-form", handle);
	buf_addf(b, "; Max-Age=%d", SESSION_FORM_AGE_S);
	end_cookie(b, site, "Strict");
}
