#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "notewire/doctor/check.h"

/* The web server itself, the way to the responder, and the page. */

#define DAY_S		86400
#define EXPIRES_SOON	14	/* days */

static bool
answers(const struct exchange *e)
{
	return e->status == 200 && strstr(e->body.data, "\"status\":\"ok\"");
}

/* Why the responder's own answer did not come. */
static void
tell_why(struct doctor *d, const struct exchange *e)
{
	if (e->status == 0)
		doctor_fail(d, TROUBLE_OTHER, "no answer: %s", e->fault);
	else if (e->status == 405 && doctor_is_problem(e))
		doctor_fail(d, TROUBLE_API_METHOD,
		    "the responder was reached, but not told the method");
	else if (e->status < 500 && (doctor_is_problem(e) ||
	    doctor_field_begins(e,
	    "Content-Type", "text/html; charset=utf-8")))
		doctor_fail(d, TROUBLE_API_PATH, "the responder was reached, "
		    "but not told the path (%d)", e->status);
	else if (e->status == 401 || e->status == 403)
		doctor_fail(d, TROUBLE_API_FORBIDDEN,
		    "the web server forbids the way to the responder (%d)",
		    e->status);
	else if (e->status == 500)
		doctor_fail(d, TROUBLE_API_BROKEN, "the responder does not "
		    "start (500): the web server's log says why");
	else if (e->status > 500) {
		doctor_fail(d, TROUBLE_API_AWAY, "the responder is away (%d): "
		    "does it run, and may the web server open its socket?",
		    e->status);
		d->now.trouble[d->now.troubles++] = TROUBLE_API_BROKEN;
	} else
		doctor_fail(d, TROUBLE_API_ABSENT,
		    "the web server does not ask the responder (%d)",
		    e->status);
}

static bool
is_local(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

void
check_server(struct doctor *d)
{
	struct ask a = { .path = "/api/health", .plain = true };
	struct exchange *e = doctor_ask(d, &a);
	char address[64];

	if (e == NULL)
		return;
	exchange_peer(e, address, sizeof(address));
	d->local = is_local(address);
	exchange_field(e, "Server", d->server_name, sizeof(d->server_name));
	d->server = server_find(d->server_name);
	d->answers = e->status != 0;
	d->api = answers(e);
	if (d->api)
		doctor_note(d, "%s%s", d->server_name[0] != '\0' ?
		    d->server_name : "a server that does not tell its name",
		    d->server == SERVER_OTHER ? ", none that is known here" :
		    "");
	else
		tell_why(d, e);
	exchange_drop(e);
	if (!d->https || !d->api)
		return;
	a.plain = false;
	d->version = HTTP_2;
	e = doctor_ask(d, &a);
	d->speaks_h2 = e != NULL && answers(e) && e->version == HTTP_2;
	exchange_drop(e);
	d->version = HTTP_1_1;
}

/* The days that the certificate is still good. */
static long
days_left(const char *expires)
{
	struct tm when;

	memset(&when, 0, sizeof(when));
	if (strptime(expires, "%b %d %H:%M:%S %Y", &when) == NULL)
		return -1;
	return (long)((timegm(&when) - clock_wall_ms() / 1000) / DAY_S);
}

void
check_certificate(struct doctor *d)
{
	const struct exchanges_options strict = { .ca_file = d->ca_file };
	struct certificate c;
	struct exchange *e;
	struct exchange_request r = { .url = d->origin };
	struct exchanges *all;
	long days;

	if (!d->https) {
		doctor_skip(d, "the address is not https");
		return;
	}
	if (exchanges_open(&strict, &all)) {
		doctor_fail(d, TROUBLE_OTHER, "no memory");
		return;
	}
	e = exchange_begin(all, &r);
	if (e != NULL) {
		(void)exchange_end(e, DOCTOR_ASK_MS);
		exchange_certificate(e, &c);
		days = c.any ? days_left(c.expires) : -1;
		if (e->untrusted || !c.any)
			doctor_fail(d, TROUBLE_OTHER, "%s", e->fault);
		else if (days >= 0 && days < EXPIRES_SOON)
			doctor_warn(d, TROUBLE_OTHER, "it expires in %ld days, "
			    "on %s", days, c.expires);
		else
			doctor_note(d, "good for this host until %s",
			    c.expires);
	}
	exchange_drop(e);
	exchanges_close(all);
}

void
check_page(struct doctor *d)
{
	struct exchange *e = doctor_ask(d,
	    &(struct ask){ .path = "/", .plain = true });

	if (e == NULL)
		return;
	if (e->status == 200 && strstr(e->body.data, "<!doctype html>") &&
	    strstr(e->body.data, "id=\"composer\""))
		doctor_note(d, "%zu bytes", e->body.len);
	else if (e->status == 403)
		doctor_fail(d, TROUBLE_PAGE_FORBIDDEN,
		    "the web server forbids it (403)");
	else
		doctor_fail(d, TROUBLE_PAGE_ABSENT, "it is not there (%d)",
		    e->status);
	exchange_drop(e);
}

/* As through a forwarded port: another one than the web server listens on. */
#define OTHER_PORT	"1"

static void
judge_location(struct doctor *d, const char *host, const char *location)
{
	char want[640];

	(void)snprintf(want, sizeof(want), "http%s://%s:" OTHER_PORT "%s/",
	    d->https ? "s" : "", host, d->mount);
	if (location[0] != '/' && strcmp(location, want) != 0)
		doctor_fail(d, TROUBLE_REDIRECT_HOST, "asked as %s:" OTHER_PORT
		    " it leads away, to %s", host, location);
	else if (location[0] == '/' &&
	    strcmp(location, strchr(strstr(want, "://") + 3, '/')) != 0)
		doctor_fail(d, TROUBLE_REDIRECT, "it leads to %s", location);
}

void
check_redirect(struct doctor *d)
{
	char host[320], line[400], location[640];
	struct ask a = { .path = "", .plain = true, .line = { line } };
	struct exchange *e;

	if (d->mount[0] == '\0') {
		doctor_skip(d, "the page is at the root");
		return;
	}
	doctor_host(d, host, sizeof(host));
	(void)snprintf(line, sizeof(line), "Host: %s:" OTHER_PORT, host);
	e = doctor_ask(d, &a);
	if (e == NULL)
		return;
	exchange_field(e, "Location", location, sizeof(location));
	if (e->status / 100 != 3 || location[0] == '\0')
		doctor_fail(d, TROUBLE_REDIRECT,
		    "without its last slash the page is answered by %d",
		    e->status);
	else
		judge_location(d, host, location);
	exchange_drop(e);
}

/* A file of the page of each kind that it has. */
static const struct {
	const char	*path;
	const char	*type;
	bool		 text;		/* with its character set */
	enum trouble	 trouble;
	enum trouble	 charset;
} kinds[] = {
	{ "/", "text/html", true, TROUBLE_TYPE_HTML, TROUBLE_CHARSET_HTML },
	{ "/plain.css", "text/css", true, TROUBLE_TYPE_CSS,
	    TROUBLE_CHARSET_CSS },
	{ "/shell.js", "text/javascript", true, TROUBLE_TYPE_JS,
	    TROUBLE_CHARSET_JS },
	{ "/icon.svg", "image/svg+xml", false, TROUBLE_TYPE_SVG,
	    TROUBLE_OTHER },
};

static void
judge_type(struct doctor *d, const struct exchange *e, size_t i)
{
	char type[128];

	exchange_field(e, "Content-Type", type, sizeof(type));
	if (e->status != 200)
		doctor_fail(d, TROUBLE_OTHER, "%s is answered by %d",
		    kinds[i].path, e->status);
	else if (strncasecmp(type, kinds[i].type, strlen(kinds[i].type)) != 0)
		doctor_fail(d, kinds[i].trouble, "%s is sent as \"%s\", not %s",
		    kinds[i].path, type, kinds[i].type);
	else if (kinds[i].text && strcasestr(type, "charset=utf-8") == NULL)
		doctor_fail(d, kinds[i].charset,
		    "%s is sent as \"%s\", without charset=utf-8",
		    kinds[i].path, type);
}

void
check_types(struct doctor *d)
{
	struct exchange *e;
	size_t i, n = sizeof(kinds) / sizeof(kinds[0]);

	for (i = 0; i < n; i++) {
		e = doctor_ask(d, &(struct ask){ .path = kinds[i].path,
		    .plain = true });
		if (e != NULL)
			judge_type(d, e, i);
		exchange_drop(e);
	}
}

static const struct {
	const char	*name;
	const char	*begins;
	enum trouble	 trouble;
} headers[] = {
	{ "Cache-Control", "no-cache", TROUBLE_HEADER_CACHE },
	{ "Content-Security-Policy", "default-src 'none'",
	    TROUBLE_HEADER_CSP },
	{ "Referrer-Policy", "same-origin", TROUBLE_HEADER_REFERRER },
	{ "X-Content-Type-Options", "nosniff", TROUBLE_HEADER_NOSNIFF },
};

void
check_page_headers(struct doctor *d)
{
	struct exchange *e = doctor_ask(d,
	    &(struct ask){ .path = "/", .plain = true });
	size_t i;

	for (i = 0; e != NULL && i < sizeof(headers) / sizeof(headers[0]); i++)
		if (!doctor_field_begins(e, headers[i].name,
		    headers[i].begins))
			doctor_fail(d, headers[i].trouble, "no %s: %s",
			    headers[i].name, headers[i].begins);
	exchange_drop(e);
}

/*
 * The first file of the bundle that the page names, below the mount: a style,
 * in a folder that begins with a digit.  False: it names none.
 */
static bool
find_bundled(struct doctor *d, char *out, size_t size)
{
	static const char before[] = "<link rel=\"stylesheet\" href=\"";
	struct exchange *e = doctor_ask(d,
	    &(struct ask){ .path = "/", .plain = true });
	const char *at = e != NULL && e->status == 200 ?
	    strstr(e->body.data, before) : NULL;
	size_t n;

	out[0] = '\0';
	if (at != NULL) {
		at += sizeof(before) - 1;
		n = strcspn(at, "\"");
		if (*at >= '0' && *at <= '9' && n + 2 <= size)
			(void)snprintf(out, size, "/%.*s", (int)n, at);
	}
	exchange_drop(e);
	return out[0] != '\0';
}

/* Whether browsers would keep that answer for a year. */
static bool
is_kept(const struct exchange *e)
{
	char value[128];

	exchange_field(e, "Cache-Control", value, sizeof(value));
	return strstr(value, "max-age=31536000") != NULL;
}

/* A file that comes tomorrow must not be missed for a year. */
static void
try_absent(struct doctor *d, const char *file)
{
	char path[256 + sizeof(".absent")];
	struct exchange *e;

	(void)snprintf(path, sizeof(path), "%s.absent", file);
	e = doctor_ask(d, &(struct ask){ .path = path, .plain = true });
	if (e != NULL && e->status >= 400 && is_kept(e))
		doctor_warn(d, TROUBLE_IMMUTABLE,
		    "that %s is not there is kept for a year", path);
	exchange_drop(e);
}

/* What never changes under its name need never be asked for again. */
void
check_bundle(struct doctor *d)
{
	char path[256];
	struct exchange *e;

	if (!find_bundled(d, path, sizeof(path))) {
		doctor_fail(d, TROUBLE_OTHER, "the page names no bundle");
		return;
	}
	e = doctor_ask(d, &(struct ask){ .path = path, .plain = true });
	if (e == NULL)
		return;
	if (e->status != 200)
		doctor_fail(d, TROUBLE_OTHER, "%s is answered by %d", path,
		    e->status);
	else if (!is_kept(e))
		doctor_warn(d, TROUBLE_IMMUTABLE, "%s is not kept: no "
		    "Cache-Control: max-age=31536000", path);
	else
		try_absent(d, path);
	exchange_drop(e);
}

/* The page as a browser asks for it, through one more proxy. */
static void
try_compressed(struct doctor *d, const char *path)
{
	char tag[128], line[160];
	struct ask a = { .path = path, .plain = true, .line = {
	    "Accept-Encoding: gzip", "Via: 1.1 proxy.invalid", line } };
	struct exchange *e;

	line[0] = '\0';
	a.line[2] = NULL;
	e = doctor_ask(d, &a);
	if (e == NULL)
		return;
	exchange_field(e, "ETag", tag, sizeof(tag));
	if (!doctor_field_begins(e, "Content-Encoding", "gzip"))
		doctor_warn(d, TROUBLE_COMPRESSION, "%s is not compressed",
		    path);
	else if (!doctor_field_begins(e, "Vary", "Accept-Encoding"))
		doctor_warn(d, TROUBLE_VARY, "%s is compressed, but no "
		    "Vary says so to those between", path);
	exchange_drop(e);
	(void)snprintf(line, sizeof(line), "If-None-Match: %s", tag);
	a.line[2] = line;
	if (tag[0] != '\0' && doctor_status(d, &a) != 304)
		doctor_warn(d, TROUBLE_ENTITY_TAG,
		    "%s is sent again to who has it", path);
}

void
check_compression(struct doctor *d)
{
	try_compressed(d, "/");
	try_compressed(d, "/plain.css");
}
