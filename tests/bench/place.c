#include "place.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"
#include "bench.h"

#define BACKLOG		1024
#define PORT_MAX	65535

static void
parse_unix(const char *path, struct place *p)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(a.sun_path))
		bench_die("%s: too long a path", path);
	memcpy(a.sun_path, path, strlen(path));
	memcpy(&p->addr, &a, sizeof(a));
	p->len = sizeof(a);
}

static void
parse_tcp(const char *text, struct place *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	const char *colon = strrchr(text, ':');
	char host[INET_ADDRSTRLEN];
	uint64_t port = 0;

	if (colon == NULL || (size_t)(colon - text) >= sizeof(host) ||
	    str_uint(colon + 1, PORT_MAX, &port) != ST_OK)
		bench_die("%s: not ADDRESS:PORT", text);
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	if (inet_pton(AF_INET, host, &a.sin_addr) != 1)
		bench_die("%s: not an address", host);
	a.sin_port = htons((uint16_t)port);
	memcpy(&p->addr, &a, sizeof(a));
	p->len = sizeof(a);
}

void
place_parse(const char *text, struct place *p)
{
	memset(p, 0, sizeof(*p));
	if (strncmp(text, "unix:", 5) == 0) {
		parse_unix(text + 5, p);
	} else if (strncmp(text, "tcp:", 4) == 0) {
		parse_tcp(text + 4, p);
	} else if (strncmp(text, "tls:", 4) == 0) {
		parse_tcp(text + 4, p);
		p->tls = 1;
	} else {
		bench_die("%s: neither unix:, tcp: nor tls:", text);
	}
}

int
place_listen(const struct place *p)
{
	int fd = socket(p->addr.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&p->addr, p->len) != 0 ||
	    listen(fd, BACKLOG) != 0)
		bench_die("cannot listen: %s", strerror(errno));
	return fd;
}

void
place_print(int listener, char text[PLACE_TEXT])
{
	struct sockaddr_storage a = { 0 };
	struct sockaddr_in in;
	socklen_t len = sizeof(a);
	char host[INET_ADDRSTRLEN];

	if (getsockname(listener, (struct sockaddr *)&a, &len) != 0)
		bench_die("no address: %s", strerror(errno));
	if (a.ss_family == AF_UNIX) {
		(void)snprintf(text, PLACE_TEXT, "unix:%s",
		    ((struct sockaddr_un *)&a)->sun_path);
		return;
	}
	memcpy(&in, &a, sizeof(in));
	(void)snprintf(text, PLACE_TEXT, "tcp:%s:%d",
	    inet_ntop(AF_INET, &in.sin_addr, host, sizeof(host)),
	    ntohs(in.sin_port));
}

/* The port is chosen at connect, when the other end is known too. */
static int
bind_source(int fd, unsigned source)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int on = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK + source);
	return setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
	    sizeof(on)) || bind(fd, (const struct sockaddr *)&a, sizeof(a));
}

int
place_connect(const struct place *p, unsigned source)
{
	int fd = socket(p->addr.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		bench_die("no socket: %s", strerror(errno));
	if (p->addr.ss_family == AF_INET && bind_source(fd, source) != 0)
		bench_die("cannot bind: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)&p->addr, p->len) != 0)
		bench_die("cannot connect: %s", strerror(errno));
	if (p->addr.ss_family == AF_INET)
		place_no_delay(fd);
	return fd;
}

void
place_no_delay(int fd)
{
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void
place_raise_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		bench_die("no limit of files: %s", strerror(errno));
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0)
		bench_die("cannot raise the limit of files: %s",
		    strerror(errno));
}
