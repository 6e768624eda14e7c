#include "base/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

#define BACKLOG		1024

/* Whether a process still answers there. */
static bool
is_alive(const struct sockaddr_un *at, int type)
{
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	bool alive;

	alive = fd >= 0 &&
	    connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0;
	if (fd >= 0)
		(void)close(fd);
	return alive;
}

/* Bound with no mode of its own, so that nobody is let in too early. */
static int
open_socket(const struct sockaddr_un *at, int type, mode_t mode)
{
	mode_t before = umask(0177);
	int fd, why;

	fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    (bind(fd, (const struct sockaddr *)at, sizeof(*at)) == -1 ||
	    chmod(at->sun_path, mode) == -1 || listen(fd, BACKLOG) == -1)) {
		why = errno;
		(void)close(fd);
		errno = why;
		fd = -1;
	}
	(void)umask(before);
	return fd;
}

enum status
listen_unix(const char *path, int type, mode_t mode, int *out)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	*out = -1;
	if (str_copy(at.sun_path, sizeof(at.sun_path), path)) {
		log_error("serve", "listen", "path=\"%s\" error=toolong", path);
		return ST_TOOBIG;
	}
	if (is_alive(&at, type)) {
		log_error("serve", "listen", "path=\"%s\" error=inuse", path);
		return ST_BUSY;
	}
	(void)unlink(path);
	*out = open_socket(&at, type, mode);
	if (*out >= 0)
		return ST_OK;
	log_error("serve", "listen", "path=\"%s\" error=\"%s\"", path,
	    strerror(errno));
	return ST_IO;
}

/* Takes the port off, and the brackets of a version 6 address. */
static enum status
split(char *host, const char **port)
{
	char *colon = strrchr(host, ':');
	uint64_t number;
	size_t len;

	if (colon == NULL || colon == host ||
	    str_uint(colon + 1, UINT16_MAX, &number))
		return ST_INVALID;
	*colon = '\0';
	*port = colon + 1;
	len = strlen(host);
	if (host[0] != '[')
		return strchr(host, ':') == NULL ? ST_OK : ST_INVALID;
	if (host[len - 1] != ']')
		return ST_INVALID;
	memmove(host, host + 1, len - 2);
	host[len - 2] = '\0';
	return ST_OK;
}

static enum status
resolve(const char *host, const char *port, struct listen_address *out)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV | AI_NUMERICHOST };
	struct addrinfo *found;

	if (getaddrinfo(strcmp(host, "*") == 0 ? "0.0.0.0" : host, port,
	    &hints, &found) != 0)
		return ST_INVALID;
	memcpy(&out->at, found->ai_addr, found->ai_addrlen);
	out->len = found->ai_addrlen;
	freeaddrinfo(found);
	return ST_OK;
}

enum status
listen_read(const char *text, size_t len, struct listen_address *out)
{
	char host[sizeof(out->text)];
	const char *port;

	memset(out, 0, sizeof(*out));
	if (len < sizeof(host)) {
		memcpy(out->text, text, len);
		memcpy(host, out->text, sizeof(host));
		if (split(host, &port) == ST_OK &&
		    resolve(host, port, out) == ST_OK)
			return ST_OK;
	}
	log_error("serve", "listen", "address=\"%.*s\" error=\"no such "
	    "address\"", (int)len, text);
	return ST_INVALID;
}

enum status
listen_tcp(const struct listen_address *a, int *out)
{
	int fd, one = 1, why;

	*out = -1;
	fd = socket(a->at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one,
	    sizeof(one)) == -1 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
	    sizeof(one)) == -1 ||
	    bind(fd, (const struct sockaddr *)&a->at, a->len) == -1 ||
	    listen(fd, BACKLOG) == -1)) {
		why = errno;
		(void)close(fd);
		errno = why;
		fd = -1;
	}
	*out = fd;
	if (fd >= 0)
		return ST_OK;
	log_error("serve", "listen", "address=\"%s\" error=\"%s\"", a->text,
	    strerror(errno));
	return errno == EADDRINUSE ? ST_BUSY : ST_IO;
}

bool
listen_is_at(int fd, const struct listen_address *a)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);

	memset(&at, 0, sizeof(at));
	return getsockname(fd, (struct sockaddr *)&at, &len) == 0 &&
	    len == a->len && memcmp(&at, &a->at, len) == 0;
}
