#ifndef NOTEWIRE_NET_HTTP_H
#define NOTEWIRE_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * A client of one site, which asks one thing after the other and keeps the
 * site's cookies as long as it lives.
 */
struct http;

/* What comes of an answer that is good, piece by piece; false: no more. */
typedef bool http_bytes_fn(void *arg, char *bytes, size_t n);

struct http_ask {
	const char	*url;
	const char	*token;		/* a link's, NULL for none */
	const char	*accept;	/* a media type, NULL for any */
	const char	*json;		/* to be posted; NULL: this is a GET … */
	const char	*method;	/* … or this, where it is there */
	long		 silence_s;	/* without a byte, before it is given up */
	http_bytes_fn	*fn;
	void		*arg;
};

/* ST_NOMEM, ST_IO; then `*out` is NULL. */
enum status http_new(struct http **out);
/* Takes any certificate from now on: for who wants to see what is behind it. */
void http_trust_any(struct http *h);
/* Accepts NULL. */
void http_free(struct http *h);

/*
 * ST_OK: an answer came, of the status http_status says, and its end, or the
 * function wanted no more.  ST_CLOSED: nobody answers there, or it was cut;
 * http_error says more.  ST_NOMEM.
 */
enum status http_do(struct http *h, const struct http_ask *ask);
/* Of the last answer; 0: there was none. */
long http_status(const struct http *h);
/* What went wrong, in words: libcurl's, or the problem that was answered. */
const char *http_error(const struct http *h);

/*
 * Opens a connection to the URL's host, by TLS where it is https, on which
 * nothing has been said yet.  As http_do.
 */
enum status http_connect(struct http *h, const char *url);
/* Sends all of it.  ST_CLOSED. */
enum status http_send(struct http *h, const void *bytes, size_t n);
/*
 * What has come, at least one byte.  ST_TIMEOUT: nothing did for so long;
 * ST_CLOSED.
 */
enum status http_recv(struct http *h, char *to, size_t room, int timeout_ms,
    size_t *got);

#endif
