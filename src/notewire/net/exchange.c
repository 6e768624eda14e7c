#include "notewire/net/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "base/str.h"

#define HEAD_MAX	((size_t)64 << 10)
/* How often a wait looks whether it is to stop. */
#define LOOK_MS		100
/* What an announced body waits for its 100 or its answer. */
#define EXPECT_MS	3000L
#define CONNECT_MS	10000L

struct exchanges {
	CURLM			*multi;
	struct exchanges_options	 o;
};

enum status
exchanges_open(const struct exchanges_options *o, struct exchanges **out)
{
	struct exchanges *h;

	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ST_IO;
	h = calloc(1, sizeof(*h));
	if (h == NULL)
		return ST_NOMEM;
	h->o = *o;
	h->multi = curl_multi_init();
	if (h->multi == NULL) {
		free(h);
		return ST_NOMEM;
	}
	*out = h;
	return ST_OK;
}

void
exchanges_close(struct exchanges *h)
{
	if (h == NULL)
		return;
	(void)curl_multi_cleanup(h->multi);
	free(h);
	curl_global_cleanup();
}

/* A status line begins the head anew: of a 100 nothing stays. */
static size_t
on_head(char *bytes, size_t one, size_t n, void *arg)
{
	struct exchange *e = arg;
	const char *space = memchr(bytes, ' ', n);

	(void)one;
	if (n > 5 && memcmp(bytes, "HTTP/", 5) == 0 && space != NULL) {
		buf_reset(&e->head);
		e->status = (int)strtol(space + 1, NULL, 10);
		e->version = bytes[5] == '2' ? HTTP_2 : HTTP_1_1;
		if (e->status == 100)
			e->status = 0;
		e->headed = false;
	} else
		buf_add(&e->head, bytes, n);
	if (n > 0 && (bytes[0] == '\r' || bytes[0] == '\n'))
		e->headed = true;
	return n;
}

static size_t
on_body(char *bytes, size_t one, size_t n, void *arg)
{
	struct exchange *e = arg;

	(void)one;
	buf_add(&e->body, bytes, n);
	if (buf_status(&e->body))
		return 0;
	if (e->pieces < EXCHANGE_PIECES)
		e->pieces++;
	e->piece[e->pieces - 1] = (struct exchange_piece){ .len = e->body.len,
	    .us = clock_mono_us() };
	return n;
}

/* Of an announced body nothing is sent: who asks for it has told enough. */
static size_t
send_none(char *bytes, size_t one, size_t n, void *arg)
{
	(void)bytes, (void)one, (void)n, (void)arg;
	return CURL_READFUNC_ABORT;
}

static bool
set_lines(struct exchange *e, const struct exchange_request *r)
{
	struct curl_slist *list = NULL, *more;
	const char *const *at;

	for (at = r->header; at != NULL && *at != NULL; at++) {
		more = curl_slist_append(list, *at);
		if (more == NULL) {
			curl_slist_free_all(list);
			return false;
		}
		list = more;
	}
	e->lines = list;
	return curl_easy_setopt(e->handle, CURLOPT_HTTPHEADER, list) ==
	    CURLE_OK;
}

static void
set_body(struct exchange *e, const struct exchange_request *r)
{
	CURL *c = e->handle;

	if (r->announced > 0) {
		(void)curl_easy_setopt(c, CURLOPT_POST, 1L);
		(void)curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)r->announced);
		(void)curl_easy_setopt(c, CURLOPT_READFUNCTION, send_none);
		(void)curl_easy_setopt(c, CURLOPT_EXPECT_100_TIMEOUT_MS,
		    EXPECT_MS);
	} else if (r->body != NULL) {
		(void)curl_easy_setopt(c, CURLOPT_POST, 1L);
		(void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body);
		(void)curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)r->len);
	}
}

static bool
set_peer(const struct exchanges *h, CURL *c, const char *url)
{
	long verify = h->o.unverified ? 0L : 1L;

	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(c, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(c, CURLOPT_USERAGENT,
	    "notewire/" PACKAGE_VERSION);
	(void)curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	(void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, verify);
	(void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2 * verify);
	if (h->o.ca_file != NULL)
		(void)curl_easy_setopt(c, CURLOPT_CAINFO, h->o.ca_file);
	return curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK;
}

static bool
set_up(struct exchange *e, const struct exchange_request *r)
{
	CURL *c = e->handle;

	set_body(e, r);
	if (r->method != NULL)
		(void)curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
	(void)curl_easy_setopt(c, CURLOPT_HTTP_VERSION,
	    r->version == HTTP_2 ? (long)CURL_HTTP_VERSION_2TLS :
	    (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(c, CURLOPT_CERTINFO, 1L);
	(void)curl_easy_setopt(c, CURLOPT_PRIVATE, e);
	(void)curl_easy_setopt(c, CURLOPT_ERRORBUFFER, e->fault);
	(void)curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_head);
	(void)curl_easy_setopt(c, CURLOPT_HEADERDATA, e);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, e);
	return set_peer(e->all, c, r->url) && set_lines(e, r) &&
	    curl_multi_add_handle(e->all->multi, c) == CURLM_OK;
}

struct exchange *
exchange_begin(struct exchanges *h, const struct exchange_request *r)
{
	struct exchange *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	_Static_assert(sizeof(e->fault) >= CURL_ERROR_SIZE, "curl writes there");
	e->all = h;
	e->announced = r->announced;
	e->began_us = clock_mono_us();
	buf_init(&e->head, HEAD_MAX);
	buf_init(&e->body, EXCHANGE_BODY_MAX);
	e->handle = curl_easy_init();
	if (e->handle == NULL || !set_up(e, r)) {
		exchange_drop(e);
		return NULL;
	}
	return e;
}

void
exchange_drop(struct exchange *e)
{
	if (e == NULL)
		return;
	if (e->handle != NULL) {
		(void)curl_multi_remove_handle(e->all->multi, e->handle);
		curl_easy_cleanup(e->handle);
	}
	curl_slist_free_all(e->lines);
	buf_fini(&e->head);
	buf_fini(&e->body);
	free(e);
}

static void
end(struct exchange *e, CURLcode code)
{
	e->ended = true;
	e->ended_us = clock_mono_us();
	e->untrusted = code == CURLE_PEER_FAILED_VERIFICATION;
	if (code == CURLE_OK || (code == CURLE_ABORTED_BY_CALLBACK &&
	    e->announced > 0))
		/* libcurl thinks nothing of a head that was cut */
		(void)snprintf(e->fault, sizeof(e->fault), "%s",
		    e->status == 0 || e->headed ? "" : "the head has no end");
	else if (e->fault[0] == '\0')
		(void)snprintf(e->fault, sizeof(e->fault), "%s",
		    curl_easy_strerror(code));
}

/* Lets everything go on, for at most that long; whether it is to stop. */
static bool
step(struct exchanges *h, int ms)
{
	struct exchange *e;
	CURLMsg *message;
	int left;

	if (ms > 0)
		(void)curl_multi_poll(h->multi, NULL, 0, ms, NULL);
	(void)curl_multi_perform(h->multi, &left);
	while ((message = curl_multi_info_read(h->multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE &&
		    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
		    (char **)&e) == CURLE_OK)
			end(e, message->data.result);
	return h->o.stop != NULL && *h->o.stop != 0;
}

/* What a wait is for. */
struct aim {
	const char	*text;		/* in the body; NULL: its end */
	size_t		 from;
	size_t		 after;
};

static bool
reached(const struct exchange *e, struct aim *a)
{
	const char *found;

	if (a->text == NULL)
		return e->ended;
	if (a->from > e->body.len)
		return false;
	found = memmem(e->body.data + a->from, e->body.len - a->from, a->text,
	    strlen(a->text));
	if (found != NULL)
		a->after = (size_t)(found - e->body.data) + strlen(a->text);
	return found != NULL;
}

static enum status
wait_for(struct exchange *e, struct aim *a, int64_t timeout_ms)
{
	int64_t until = clock_mono_ms() + timeout_ms, left;
	bool stop;

	while (!reached(e, a)) {
		if (e->ended)
			return ST_CLOSED;
		left = until - clock_mono_ms();
		if (left <= 0)
			return ST_TIMEOUT;
		stop = step(e->all, left > LOOK_MS ? LOOK_MS : (int)left);
		if (stop)
			return ST_BUSY;
	}
	return ST_OK;
}

enum status
exchange_until(struct exchange *e, size_t from, const char *text,
    int64_t timeout_ms, size_t *after)
{
	struct aim a = { .text = text, .from = from, .after = from };
	enum status st = wait_for(e, &a, timeout_ms);

	*after = a.after;
	return st;
}

enum status
exchange_end(struct exchange *e, int64_t timeout_ms)
{
	struct aim a = { .text = NULL };
	enum status st = wait_for(e, &a, timeout_ms);

	return st == ST_OK && e->fault[0] != '\0' ? ST_IO : st;
}

enum status
exchanges_pass(struct exchanges *h, int64_t ms)
{
	int64_t until = clock_mono_ms() + ms, left;

	while ((left = until - clock_mono_ms()) > 0)
		if (step(h, left > LOOK_MS ? LOOK_MS : (int)left))
			return ST_BUSY;
	return ST_OK;
}

int64_t
exchange_when(const struct exchange *e, size_t len)
{
	size_t i;

	for (i = 0; i < e->pieces; i++)
		if (e->piece[i].len >= len)
			return e->piece[i].us;
	return clock_mono_us();
}

void
exchange_field(const struct exchange *e, const char *name, char *out,
    size_t size)
{
	const char *line = e->head.data, *end, *last, *value;
	size_t n = strlen(name);

	out[0] = '\0';
	for (; (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
		if (strncasecmp(line, name, n) != 0 || line[n] != ':')
			continue;
		value = line + n + 1;
		value += strspn(value, " \t");
		for (last = end; last > value && (last[-1] == ' ' ||
		    last[-1] == '\t'); last--)
			;
		if ((size_t)(last - value) < size) {
			memcpy(out, value, (size_t)(last - value));
			out[last - value] = '\0';
		}
		return;
	}
}

/* "Name:value" of the list, or NULL. */
static const char *
find_line(const struct curl_slist *list, const char *name)
{
	for (; list != NULL; list = list->next)
		if (strncmp(list->data, name, strlen(name)) == 0)
			return list->data + strlen(name);
	return NULL;
}

void
exchange_certificate(const struct exchange *e, struct certificate *out)
{
	struct curl_certinfo *info = NULL;
	const char *value;

	memset(out, 0, sizeof(*out));
	if (curl_easy_getinfo(e->handle, CURLINFO_CERTINFO, &info) !=
	    CURLE_OK || info == NULL || info->num_of_certs < 1)
		return;
	out->any = true;
	value = find_line(info->certinfo[0], "Subject:");
	if (value != NULL)
		(void)snprintf(out->subject, sizeof(out->subject), "%s", value);
	value = find_line(info->certinfo[0], "Expire date:");
	if (value != NULL)
		(void)snprintf(out->expires, sizeof(out->expires), "%s", value);
}

void
exchange_peer(const struct exchange *e, char *out, size_t size)
{
	char *address = NULL;

	out[0] = '\0';
	if (curl_easy_getinfo(e->handle, CURLINFO_PRIMARY_IP, &address) ==
	    CURLE_OK && address != NULL)
		(void)str_copy(out, size, address);
}
