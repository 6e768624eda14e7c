#include "base/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

/* A week; longer than anybody waits. */
#define WATCHDOG_MAX_US	(UINT64_C(7) * 24 * 3600 * 1000000)

enum status
notify_say(const char *text)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	socklen_t len;
	ssize_t sent = -1;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@'))
		return ST_NOTFOUND;
	if (str_copy(at.sun_path, sizeof(at.sun_path), path))
		return ST_TOOBIG;
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    strlen(path));
	if (path[0] == '@')
		at.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd != -1) {
		sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL,
		    (const struct sockaddr *)&at, len);
		(void)close(fd);
	}
	if (sent >= 0)
		return ST_OK;
	log_warn("notify", "send", "socket=\"%s\" errno=%d", path, errno);
	return ST_IO;
}

int64_t
notify_watchdog_ms(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	uint64_t n, whose;

	if (us == NULL || str_uint(us, WATCHDOG_MAX_US, &n) || n < 2000)
		return 0;
	if (pid != NULL && (str_uint(pid, INT32_MAX, &whose) ||
	    (pid_t)whose != getpid()))
		return 0;
	return (int64_t)(n / 2000);
}
