#include "fan_conn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "bench.h"
#include "fan_frame.h"

#define HEAD_MOST	1024
#define CONTROL_MOST	125
/* RFC 6455's own example of a key, and its answer (1.3). */
#define KEY		"dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT		"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

void
fan_request_init(struct fan_request *r)
{
	r->tls = NULL;
	if (!r->place.tls)
		return;
	/* Who the server is does not matter here: nothing is verified. */
	r->tls = SSL_CTX_new(TLS_client_method());
	if (r->tls == NULL)
		bench_die("no TLS");
	(void)SSL_CTX_set_mode(r->tls, SSL_MODE_RELEASE_BUFFERS);
}

void
fan_request_fini(struct fan_request *r)
{
	SSL_CTX_free(r->tls);
	r->tls = NULL;
}

static void
start_tls(struct fan_conn *c, const struct fan_request *r)
{
	c->ssl = SSL_new(r->tls);
	if (c->ssl == NULL || SSL_set_fd(c->ssl, c->fd) != 1 ||
	    SSL_connect(c->ssl) != 1)
		bench_die("no TLS handshake");
}

static void
write_all(struct fan_conn *c, const char *bytes, size_t len)
{
	ssize_t n;

	if (c->ssl != NULL)
		n = SSL_write(c->ssl, bytes, (int)len);
	else
		n = send(c->fd, bytes, len, MSG_NOSIGNAL);
	if (n != (ssize_t)len)
		bench_die("cannot send: %s", strerror(errno));
}

static void
send_head(struct fan_conn *c, const struct fan_request *r)
{
	const char *a = r->authorization;
	char head[HEAD_MOST];
	int len = snprintf(head, sizeof(head), "GET %s HTTP/1.1\r\n"
	    "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n"
	    "Sec-WebSocket-Protocol: notewire.v1\r\n%s%s%s\r\n", r->path,
	    a != NULL ? "Authorization: " : "", a != NULL ? a : "",
	    a != NULL ? "\r\n" : "");

	if (len < 0 || (size_t)len >= sizeof(head))
		bench_die("too long a head");
	write_all(c, head, (size_t)len);
}

void
fan_conn_open(struct fan_conn *c, const struct fan_request *r, size_t i)
{
	memset(c, 0, sizeof(*c));
	c->fd = place_connect(&r->place, (unsigned)(i % r->sources));
	if (r->tls != NULL)
		start_tls(c, r);
	send_head(c, r);
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0)
		bench_die("fcntl: %s", strerror(errno));
}

size_t
fan_conn_answer(const char *bytes, size_t len)
{
	static const char status[] = "HTTP/1.1 101 ", accept[] = ACCEPT "\r\n";
	const char *end = memmem(bytes, len, "\r\n\r\n", 4);
	size_t used = end != NULL ? (size_t)(end - bytes) + 4 : 0;

	if (used == 0 && len < HEAD_MOST)
		return 0;
	if (used < sizeof(status) ||
	    memcmp(bytes, status, sizeof(status) - 1) != 0 ||
	    memmem(bytes, used, accept, sizeof(accept) - 1) == NULL)
		bench_die("no upgrade: %.*s", (int)len, bytes);
	return used;
}

static ssize_t
read_tls(struct fan_conn *c, char *out, size_t size)
{
	int n = SSL_read(c->ssl, out, (int)size);
	int why = n > 0 ? SSL_ERROR_NONE : SSL_get_error(c->ssl, n);

	if (n > 0)
		return n;
	return why == SSL_ERROR_WANT_READ ? 0 : -1;
}

ssize_t
fan_conn_read(struct fan_conn *c, char *out, size_t size)
{
	ssize_t n;

	if (c->ssl != NULL)
		return read_tls(c, out, size);
	n = recv(c->fd, out, size, 0);
	if (n < 0 && errno == EAGAIN)
		return 0;
	return n > 0 ? n : -1;
}

void
fan_conn_keep(struct fan_conn *c, const char *bytes, size_t len)
{
	c->rest_len = (uint16_t)len;
	if (len == 0)
		return;
	if (c->rest == NULL)
		c->rest = malloc(FRAME_MOST);
	if (c->rest == NULL || len > FRAME_MOST)
		bench_die("no room for a frame");
	memcpy(c->rest, bytes, len);
}

/* Masked, as a client's frames are, with a mask that changes nothing. */
void
fan_conn_pong(struct fan_conn *c, const char *payload, size_t len)
{
	char frame[6 + CONTROL_MOST] = { (char)(0x80 | FRAME_PONG) };

	if (len > CONTROL_MOST)
		bench_die("a ping of %zu bytes", len);
	frame[1] = (char)(0x80 | len);
	memcpy(frame + 6, payload, len);
	write_all(c, frame, 6 + len);
}

void
fan_conn_finish(struct fan_conn *c)
{
	if (c->ssl != NULL)
		(void)SSL_shutdown(c->ssl);
	(void)shutdown(c->fd, SHUT_WR);
}

void
fan_conn_close(struct fan_conn *c)
{
	if (c->ended)
		return;
	SSL_free(c->ssl);
	free(c->rest);
	(void)close(c->fd);
	c->ssl = NULL;
	c->rest = NULL;
	c->fd = -1;
	c->ended = true;
}
