#include "notewire/setup/mount.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define SHIPPED		"/notewire"
/* What stands for a host before a path, behind a Unix socket. */
#define NO_HOST		"://notewire"

static bool
ends_with(const char *text, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && memcmp(text + len - n, end, n) == 0;
}

/* Whether the mount begins there: not in a file's path, nor a host's name. */
static bool
is_mount(const char *text, size_t at, size_t len)
{
	size_t n = strlen(SHIPPED);
	unsigned char before, after;

	if (len - at < n || memcmp(text + at, SHIPPED, n) != 0)
		return false;
	before = at > 0 ? (unsigned char)text[at - 1] : ' ';
	after = at + n < len ? (unsigned char)text[at + n] : ' ';
	if (isalnum(after) || strchr("-_.", after) != NULL)
		return false;
	return ends_with(text, at, NO_HOST) ||
	    (!isalnum(before) && strchr("/._-", before) == NULL);
}

void
mount_put(struct buf *out, const char *text, size_t len, const char *mount)
{
	size_t at = 0;

	while (at < len)
		if (text[at] == '/' && is_mount(text, at, len)) {
			buf_adds(out, mount);
			at += strlen(SHIPPED);
		} else
			buf_addc(out, text[at++]);
}
