#include "base/listen.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
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
