#include "call/site.h"

#include <string.h>

#include "codec/json.h"

#define URL_MAX		2048

/* The configured URL's path; NULL where none is configured. */
static const char *
configured_path(const struct call *c)
{
	const char *host = strstr(c->service->config->url, "://");

	if (host == NULL)
		return NULL;
	return strchr(host + 3, '/');
}

/* Cuts the responder's own name off its mount: "/notewire/api". */
void
site_path(const struct call *c, char path[SITE_PATH_SIZE])
{
	const char *configured = configured_path(c);
	const char *mount = exchange_env(c->x, "SCRIPT_NAME");
	const char *end = strrchr(mount, '/');
	struct buf b;

	buf_init(&b, SITE_PATH_SIZE - 2);
	if (configured != NULL)
		buf_adds(&b, configured);
	else if (end != NULL)
		buf_add(&b, mount, (size_t)(end - mount));
	if (b.len == 0 || b.data[b.len - 1] != '/')
		buf_addc(&b, '/');
	if (buf_status(&b) || b.data[0] != '/' ||
	    str_copy(path, SITE_PATH_SIZE, b.data))
		(void)str_copy(path, SITE_PATH_SIZE, "/");
	buf_fini(&b);
}

bool
site_https(const struct call *c)
{
	const char *url = c->service->config->url;

	return url[0] != '\0' ? strncmp(url, "https:", 6) == 0 :
	    c->request.https;
}

struct session_site
site_cookies(const struct call *c, char path[SITE_PATH_SIZE])
{
	site_path(c, path);
	return (struct session_site){ .instance = c->service->instance,
	    .path = path, .https = site_https(c) };
}

void
site_put_url(const struct call *c, const char *token, struct buf *b)
{
	const char *url = c->service->config->url;
	char path[SITE_PATH_SIZE];

	site_path(c, path);
	if (url[0] != '\0') {
		buf_adds(b, url);
		if (url[strlen(url) - 1] != '/')
			buf_addc(b, '/');
	} else
		buf_addf(b, "%s://%s%s", c->request.https ? "https" :
		    "http", c->request.host, path);
	buf_addf(b, "#%s", token);
}

void
site_put_link(const struct call *c, const char *token, struct buf *b)
{
	struct buf whole;

	buf_init(&whole, URL_MAX);
	site_put_url(c, token, &whole);
	if (buf_status(&whole))
		buf_fail(b, buf_status(&whole));
	json_put_string(b, whole.data, whole.len);
	buf_fini(&whole);
}
