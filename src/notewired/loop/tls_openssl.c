#include "notewired/loop/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"

/* Plain text of a record, at most (RFC 8446, 5.1). */
#define RECORD_MAX	16384
/* The one protocol spoken here (RFC 7301), with its length before it. */
#define ALPN		"\x08http/1.1"
/* OpenSSL 3 has no name for it: of a ticket key, its name and two keys. */
#define TICKET_KEYS	80

struct tls_house {
	SSL_CTX		*ctx;
	BIO_METHOD	*method;
	BIO		*bio;		/* of all connections: see aim() */
};

/* ---- the way to the socket: OpenSSL's own would go through its file ---- */

static int
fd_of(const SSL *ssl)
{
	return (int)(intptr_t)SSL_get_app_data(ssl);
}

/*
 * One thread does everything, so one BIO is enough: before each call it is
 * pointed at the connection.
 */
static void
aim(SSL *ssl)
{
	ERR_clear_error();
	BIO_set_data(SSL_get_rbio(ssl), SSL_get_app_data(ssl));
}

static int
send_some(BIO *bio, const char *bytes, size_t n, size_t *sent)
{
	ssize_t wrote;

	BIO_clear_retry_flags(bio);
	do
		wrote = send((int)(intptr_t)BIO_get_data(bio), bytes, n,
		    MSG_NOSIGNAL);
	while (wrote == -1 && errno == EINTR);
	if (wrote == -1 && errno == EAGAIN)
		BIO_set_retry_write(bio);
	*sent = wrote > 0 ? (size_t)wrote : 0;
	return wrote > 0;
}

static int
receive_some(BIO *bio, char *to, size_t room, size_t *got)
{
	ssize_t n;

	BIO_clear_retry_flags(bio);
	do
		n = recv((int)(intptr_t)BIO_get_data(bio), to, room, 0);
	while (n == -1 && errno == EINTR);
	if (n == -1 && errno == EAGAIN)
		BIO_set_retry_read(bio);
	*got = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* Nothing is kept here, so a flush has always been made. */
static long
control(BIO *bio, int command, long number, void *p)
{
	(void)bio;
	(void)number;
	(void)p;
	return command == BIO_CTRL_FLUSH;
}

static enum status
make_bio(struct tls_house *h)
{
	h->method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
	    "peer");
	if (h->method == NULL ||
	    BIO_meth_set_write_ex(h->method, send_some) != 1 ||
	    BIO_meth_set_read_ex(h->method, receive_some) != 1 ||
	    BIO_meth_set_ctrl(h->method, control) != 1)
		return ST_NOMEM;
	h->bio = BIO_new(h->method);
	if (h->bio == NULL)
		return ST_NOMEM;
	BIO_set_init(h->bio, 1);
	return ST_OK;
}

/* ---- the certificate ---- */

/* What OpenSSL says of the last failure; its queue is empty then. */
static void
log_failure(const char *what, const char *path)
{
	char why[160];

	ERR_error_string_n(ERR_peek_error(), why, sizeof(why));
	log_error("tls", what, "path=\"%s\" error=\"%s\"", path, why);
	ERR_clear_error();
}

/* A client that names protocols must name ours. */
static int
choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *len,
    const unsigned char *offered, unsigned offered_len, void *arg)
{
	static const unsigned char ours[] = ALPN;
	unsigned char *chosen;

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto(&chosen, len, ours, sizeof(ours) - 1,
	    offered, offered_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static enum status
load(SSL_CTX *ctx, const char *certificate, const char *key)
{
	if (SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1) {
		log_failure("certificate", certificate);
		return ST_INVALID;
	}
	if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1) {
		log_failure("key", key);
		return ST_INVALID;
	}
	return ST_OK;
}

static enum status
make(const char *certificate, const char *key, SSL_CTX **out)
{
	static const unsigned char context[] = "notewire";
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	enum status st;

	*out = NULL;
	if (ctx == NULL)
		return ST_NOMEM;
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	(void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_IGNORE_UNEXPECTED_EOF);
	/* a retry comes from another place, and may be longer; buffers of 17
	   and 16 KiB go while a connection is idle */
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	/* tickets need no memory here */
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_num_tickets(ctx, 1);
	(void)SSL_CTX_set_session_id_context(ctx, context,
	    sizeof(context) - 1);
	SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
	st = load(ctx, certificate, key);
	if (st)
		SSL_CTX_free(ctx);
	else
		*out = ctx;
	return st;
}

enum status
tls_house_new(const char *certificate, const char *key,
    struct tls_house **out)
{
	struct tls_house *h = calloc(1, sizeof(*h));
	enum status st;

	*out = NULL;
	if (h == NULL)
		return ST_NOMEM;
	st = make_bio(h);
	if (st == ST_OK)
		st = make(certificate, key, &h->ctx);
	if (st)
		tls_house_free(h);
	else
		*out = h;
	return st;
}

void
tls_house_free(struct tls_house *h)
{
	if (h == NULL)
		return;
	SSL_CTX_free(h->ctx);
	(void)BIO_free(h->bio);
	BIO_meth_free(h->method);
	free(h);
}

enum status
tls_house_reread(struct tls_house *h, const char *certificate, const char *key)
{
	unsigned char tickets[TICKET_KEYS];
	SSL_CTX *ctx;
	enum status st;

	st = make(certificate, key, &ctx);
	if (st)
		return st;
	if (SSL_CTX_get_tlsext_ticket_keys(h->ctx, tickets,
	    sizeof(tickets)) == 1)
		(void)SSL_CTX_set_tlsext_ticket_keys(ctx, tickets,
		    sizeof(tickets));
	OPENSSL_cleanse(tickets, sizeof(tickets));
	SSL_CTX_free(h->ctx);		/* connections keep theirs */
	h->ctx = ctx;
	return ST_OK;
}

struct ssl_st *
tls_new(struct tls_house *h, int fd)
{
	SSL *ssl = SSL_new(h->ctx);

	if (ssl == NULL)
		return NULL;
	/* each connection owns it twice, to read and to write */
	(void)BIO_up_ref(h->bio);
	(void)BIO_up_ref(h->bio);
	SSL_set0_rbio(ssl, h->bio);
	SSL_set0_wbio(ssl, h->bio);
	(void)SSL_set_app_data(ssl, (void *)(intptr_t)fd);
	SSL_set_accept_state(ssl);
	return ssl;
}

void
tls_free(struct ssl_st *t)
{
	SSL_free(t);
}

/* Whoever speaks plain HTTP here is told so, plainly. */
static void
refuse_plain(SSL *ssl)
{
	static const char answer[] = "HTTP/1.1 400 Bad Request\r\n"
	    "Connection: close\r\nContent-Type: text/plain\r\n"
	    "Content-Length: 26\r\n\r\nThis port speaks TLS only\n";

	(void)send(fd_of(ssl), answer, sizeof(answer) - 1, MSG_NOSIGNAL);
}

/* Why a call did nothing: ST_OK, it has to wait; ST_CLOSED. */
static enum status
judge(SSL *ssl, int result)
{
	int why = SSL_get_error(ssl, result);

	if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
		return ST_OK;
	if (why == SSL_ERROR_SSL &&
	    ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST)
		refuse_plain(ssl);
	ERR_clear_error();
	return ST_CLOSED;
}

enum status
tls_read(struct ssl_st *t, char *to, size_t room, size_t *got)
{
	int result;

	*got = 0;
	aim(t);
	result = SSL_read_ex(t, to, room, got);
	return result == 1 ? ST_OK : judge(t, result);
}

/* As much as fits into one record of what begins `skip` bytes later. */
static size_t
gather(const struct iovec *piece, int n, size_t skip, char record[RECORD_MAX])
{
	size_t len = 0, take;
	int i;

	for (i = 0; i < n && len < RECORD_MAX; i++) {
		if (skip >= piece[i].iov_len) {
			skip -= piece[i].iov_len;
			continue;
		}
		take = piece[i].iov_len - skip;
		if (take > RECORD_MAX - len)
			take = RECORD_MAX - len;
		memcpy(record + len, (const char *)piece[i].iov_base + skip,
		    take);
		len += take;
		skip = 0;
	}
	return len;
}

enum status
tls_write(struct ssl_st *t, const struct iovec *piece, int n, size_t *sent)
{
	char record[RECORD_MAX];
	size_t len, wrote;
	int result;

	*sent = 0;
	while ((len = gather(piece, n, *sent, record)) > 0) {
		aim(t);
		result = SSL_write_ex(t, record, len, &wrote);
		if (result != 1)
			return judge(t, result);
		*sent += wrote;
	}
	return ST_OK;
}

void
tls_shut(struct ssl_st *t)
{
	aim(t);
	(void)SSL_shutdown(t);
	ERR_clear_error();
}
