#include "notewired/loop/heritage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

/* The first descriptor that an init system passes. */
#define INIT_FDS	3
#define NAMES_SIZE	128
#define ASK_S		5

static const char *
name_of(enum heirloom which)
{
	static const char *const names[] = {
		[HEIR_LOCK] = "lock",
		[HEIR_CONTROL] = "control",
		[HEIR_HANDOVER] = "handover",
		[HEIR_STATUS] = "status",
		[HEIR_HTTP] = "http",
		[HEIR_TCP] = "tcp",
	};

	return names[which < HEIR_TCP ? which : HEIR_TCP];
}

void
heritage_init(struct heritage *h)
{
	int i;

	for (i = 0; i < HEIRS; i++)
		h->fd[i] = -1;
}

void
heritage_fini(struct heritage *h)
{
	int i;

	for (i = 0; i < HEIRS; i++)
		if (h->fd[i] >= 0)
			(void)close(h->fd[i]);
	heritage_init(h);
}

int
heritage_take(struct heritage *h, enum heirloom which)
{
	int fd = h->fd[which];

	h->fd[which] = -1;
	return fd;
}

int
heritage_take_at(struct heritage *h, const struct listen_address *at)
{
	int i;

	for (i = HEIR_TCP; i < HEIRS; i++)
		if (h->fd[i] >= 0 && listen_is_at(h->fd[i], at))
			return heritage_take(h, (enum heirloom)i);
	return -1;
}

/* The first free place of that name; HEIRS: there is none. */
static int
place_of(const struct heritage *h, const char *name, size_t len)
{
	const char *of;
	int i;

	for (i = 0; i < HEIRS; i++) {
		of = name_of((enum heirloom)i);
		if (h->fd[i] == -1 && strlen(of) == len &&
		    memcmp(of, name, len) == 0)
			break;
	}
	return i;
}

/*
 * Gives the descriptors the names of a list with colons between them, as many
 * as there are; those without a good one are closed.
 */
static enum status
name_all(struct heritage *h, const int *fds, size_t n, const char *list)
{
	enum status st = ST_OK;
	size_t i, len;
	int which;

	for (i = 0; i < n; i++) {
		len = strcspn(list, ":");
		which = place_of(h, list, len);
		list += len + (list[len] == ':');
		if (which < HEIRS) {
			h->fd[which] = fds[i];
			(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
			continue;
		}
		(void)close(fds[i]);
		st = ST_INVALID;
	}
	return st;
}

enum status
heritage_of_init(struct heritage *h)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	const char *list = getenv("LISTEN_FDNAMES");
	uint64_t for_pid, n;
	int fds[HEIRS];
	enum status st;
	size_t i;

	if (pid == NULL || str_uint(pid, INT32_MAX, &for_pid) ||
	    for_pid != (uint64_t)getpid())
		return ST_OK;		/* meant for nobody, or another */
	st = count == NULL ? ST_INVALID : str_uint(count, HEIRS, &n);
	if (st == ST_OK) {
		for (i = 0; i < n; i++)
			fds[i] = INIT_FDS + (int)i;
		st = name_all(h, fds, n, list != NULL ? list : "");
	}
	(void)unsetenv("LISTEN_PID");
	if (st)
		log_error("heritage", "init", "names=\"%s\"",
		    list != NULL ? list : "");
	return st ? ST_INVALID : ST_OK;
}

union control {
	char		room[CMSG_SPACE(HEIRS * sizeof(int))];
	struct cmsghdr	align;
};

enum status
heritage_give(const struct heritage *h, int to)
{
	char list[NAMES_SIZE];		/* all names have room in it */
	union control control;
	struct iovec piece = { .iov_base = list };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1,
	    .msg_control = control.room };
	struct cmsghdr *c = &control.align;
	int fds[HEIRS];
	size_t n = 0, len = 0;
	int i;

	for (i = 0; i < HEIRS; i++)
		if (h->fd[i] >= 0) {
			len += (size_t)snprintf(list + len,
			    sizeof(list) - len, "%s%s", n > 0 ? ":" : "",
			    name_of((enum heirloom)i));
			fds[n++] = h->fd[i];
		}
	memset(&control, 0, sizeof(control));
	piece.iov_len = len;
	m.msg_controllen = CMSG_SPACE(n * sizeof(int));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	return sendmsg(to, &m, MSG_NOSIGNAL) == (ssize_t)piece.iov_len ?
	    ST_OK : ST_CLOSED;
}

static enum status
receive(struct heritage *h, int from)
{
	char list[NAMES_SIZE];
	union control control;
	struct iovec piece = { list, sizeof(list) - 1 };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1,
	    .msg_control = control.room,
	    .msg_controllen = sizeof(control.room) };
	struct cmsghdr *c;
	int fds[HEIRS];
	ssize_t n;
	size_t bytes;

	n = recvmsg(from, &m, MSG_CMSG_CLOEXEC);
	if (n == -1)
		return errno == EAGAIN ? ST_TIMEOUT : ST_CLOSED;
	list[n] = '\0';
	c = CMSG_FIRSTHDR(&m);
	if (c == NULL || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len > CMSG_LEN(sizeof(fds)))
		return ST_INVALID;
	bytes = c->cmsg_len - CMSG_LEN(0);
	memcpy(fds, CMSG_DATA(c), bytes);
	return name_all(h, fds, bytes / sizeof(int), list);
}

enum status
heritage_ask(struct heritage *h, const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct timeval wait = { .tv_sec = ASK_S };
	enum status st;
	int fd;

	if (str_copy(at.sun_path, sizeof(at.sun_path), path))
		return ST_TOOBIG;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return status_of_errno(errno);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) == -1)
		st = ST_NOTFOUND;
	else if (send(fd, "take-over", 9, MSG_NOSIGNAL) != 9)
		st = ST_CLOSED;
	else
		st = receive(h, fd);
	(void)close(fd);
	if (st)
		log_error("heritage", "ask", "path=\"%s\" status=%s", path,
		    status_name(st));
	return st;
}
