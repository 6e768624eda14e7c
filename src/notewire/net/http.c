#include "notewire/net/http.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "codec/json.h"

#define CONNECT_S	10L
#define PROBLEM_MAX	((size_t)16 << 10)
#define ANSWER_OK	200
#define ORIGIN_SIZE	200

struct http {
	CURL			*curl;
	char			 error[CURL_ERROR_SIZE + 256];
	long			 status;
	struct buf		 problem;	/* the body of what is not good */
	const struct http_ask	*ask;		/* under way */
	bool			 enough;
	bool			 trusts_any;
};

enum status
http_new(struct http **out)
{
	struct http *h;

	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ST_IO;
	h = calloc(1, sizeof(*h));
	if (h == NULL)
		return ST_NOMEM;
	buf_init(&h->problem, PROBLEM_MAX);
	h->curl = curl_easy_init();
	if (h->curl == NULL) {
		free(h);
		return ST_NOMEM;
	}
	/* cookies in memory: a file, be it none, a reset would forget to free */
	(void)curl_easy_setopt(h->curl, CURLOPT_COOKIELIST,
	    "Set-Cookie: none=; Max-Age=0");
	*out = h;
	return ST_OK;
}

void
http_trust_any(struct http *h)
{
	h->trusts_any = true;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->curl);
	buf_fini(&h->problem);
	free(h);
	curl_global_cleanup();
}

/* libcurl's; taking less than was offered ends the transfer. */
static size_t
take(char *bytes, size_t one, size_t n, void *arg)
{
	struct http *h = arg;
	long status = 0;

	(void)one;
	(void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != ANSWER_OK) {
		buf_add(&h->problem, bytes, n);
		return n;
	}
	h->enough = !h->ask->fn(h->ask->arg, bytes, n);
	return h->enough ? 0 : n;
}

/* What the answer's problem details say (RFC 9457). */
static void
read_problem(struct http *h)
{
	static const struct json_limits limits = { 8, 64 };
	struct cJSON *json = NULL;
	struct problem why;
	const char *title, *detail;

	(void)json_parse(h->problem.data, h->problem.len, &limits, &json, &why);
	title = json_string_member(json, "title");
	detail = json_string_member(json, "detail");
	(void)snprintf(h->error, sizeof(h->error), "HTTP %ld%s%.200s%s%.200s",
	    h->status, title != NULL ? ": " : "", title != NULL ? title : "",
	    detail != NULL && *detail != '\0' ? ": " : "",
	    detail != NULL ? detail : "");
	json_free(json);
}

/* "https://host:8443", which says that a page of the site itself asks. */
static void
put_origin(const char *url, char out[ORIGIN_SIZE])
{
	const char *host = strstr(url, "://");
	size_t n = host != NULL ? (size_t)(host + 3 - url) : 0;

	n += strcspn(url + n, "/");
	(void)snprintf(out, ORIGIN_SIZE, "%.*s", (int)n, url);
}

static struct curl_slist *
add_header(struct curl_slist *list, const char *name, const char *value)
{
	char line[256];

	(void)snprintf(line, sizeof(line), "%s: %s", name, value);
	return curl_slist_append(list, line);
}

/* Names no place but the one that was meant, and speaks no other protocol. */
static void
set_common(struct http *h, const char *url)
{
	CURL *c = h->curl;

	curl_easy_reset(c);
	h->error[0] = '\0';
	h->status = 0;
	h->enough = false;
	buf_reset(&h->problem);
	(void)curl_easy_setopt(c, CURLOPT_URL, url);
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->error);
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (h->trusts_any) {
		(void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
		(void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	(void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(c, CURLOPT_USERAGENT,
	    "notewire/" PACKAGE_VERSION);
}

static enum status
judge(struct http *h, CURLcode rc)
{
	(void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &h->status);
	if (rc == CURLE_OUT_OF_MEMORY)
		return ST_NOMEM;
	if (rc != CURLE_OK && !h->enough) {
		if (h->error[0] == '\0')
			(void)snprintf(h->error, sizeof(h->error), "%s",
			    curl_easy_strerror(rc));
		return ST_CLOSED;
	}
	if (h->status != ANSWER_OK)
		read_problem(h);
	return ST_OK;
}

enum status
http_do(struct http *h, const struct http_ask *ask)
{
	struct curl_slist *headers = NULL;
	char bearer[128], origin[ORIGIN_SIZE];
	CURLcode rc;

	set_common(h, ask->url);
	h->ask = ask;
	if (ask->token != NULL) {
		(void)snprintf(bearer, sizeof(bearer), "Bearer %s", ask->token);
		headers = add_header(headers, "Authorization", bearer);
	}
	if (ask->accept != NULL)
		headers = add_header(headers, "Accept", ask->accept);
	if (ask->method != NULL) {
		put_origin(ask->url, origin);
		headers = add_header(headers, "Origin", origin);
		(void)curl_easy_setopt(h->curl, CURLOPT_CUSTOMREQUEST,
		    ask->method);
	}
	if (ask->json != NULL) {
		headers = add_header(headers, "Content-Type",
		    "application/json");
		(void)curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, ask->json);
	}
	(void)curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, take);
	(void)curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, h);
	(void)curl_easy_setopt(h->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	(void)curl_easy_setopt(h->curl, CURLOPT_LOW_SPEED_TIME, ask->silence_s);
	rc = curl_easy_perform(h->curl);
	curl_slist_free_all(headers);
	return judge(h, rc);
}

long
http_status(const struct http *h)
{
	return h->status;
}

const char *
http_error(const struct http *h)
{
	return h->error;
}

enum status
http_connect(struct http *h, const char *url)
{
	CURLcode rc;

	set_common(h, url);
	(void)curl_easy_setopt(h->curl, CURLOPT_CONNECT_ONLY, 1L);
	(void)curl_easy_setopt(h->curl, CURLOPT_HTTP_VERSION,
	    CURL_HTTP_VERSION_1_1);
	rc = curl_easy_perform(h->curl);
	if (rc == CURLE_OK)
		return ST_OK;
	(void)judge(h, rc);
	return rc == CURLE_OUT_OF_MEMORY ? ST_NOMEM : ST_CLOSED;
}

/* Whether the connection has become ready in that time. */
static bool
wait_for(struct http *h, short events, int timeout_ms)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	struct pollfd p = { .events = events };

	(void)curl_easy_getinfo(h->curl, CURLINFO_ACTIVESOCKET, &fd);
	p.fd = fd;
	return fd != CURL_SOCKET_BAD && poll(&p, 1, timeout_ms) == 1;
}

enum status
http_send(struct http *h, const void *bytes, size_t n)
{
	const char *p = bytes;
	size_t sent;
	CURLcode rc;

	while (n > 0) {
		rc = curl_easy_send(h->curl, p, n, &sent);
		if (rc == CURLE_AGAIN && wait_for(h, POLLOUT,
		    1000 * (int)CONNECT_S))
			continue;
		if (rc != CURLE_OK)
			return ST_CLOSED;
		p += sent;
		n -= sent;
	}
	return ST_OK;
}

enum status
http_recv(struct http *h, char *to, size_t room, int timeout_ms, size_t *got)
{
	CURLcode rc;

	*got = 0;
	/* TLS may hold bytes that the socket does not show */
	while ((rc = curl_easy_recv(h->curl, to, room, got)) == CURLE_AGAIN)
		if (!wait_for(h, POLLIN, timeout_ms))
			return ST_TIMEOUT;
	return rc == CURLE_OK && *got > 0 ? ST_OK : ST_CLOSED;
}
