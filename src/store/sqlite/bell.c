#include "store/sqlite/bell.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "store/sqlite/datafile.h"

/* "<instance> <commits>\n", always of one length so that a write replaces it. */
#define COMMITS_DIGITS	19
#define BELL_LEN	(BELL_INSTANCE + 1 + COMMITS_DIGITS + 1)

enum status
bell_open(const char *dir, struct bell *b)
{
	return datafile_open(dir, "bell", &b->fd);
}

void
bell_close(struct bell *b)
{
	if (b->fd >= 0)
		(void)close(b->fd);
	b->fd = -1;
}

void
bell_ring(struct bell *b, const char *instance, int64_t commits)
{
	char line[BELL_LEN + 1];

	(void)snprintf(line, sizeof(line), "%-*.*s %0*" PRId64 "\n",
	    BELL_INSTANCE, BELL_INSTANCE, instance, COMMITS_DIGITS, commits);
	if (pwrite(b->fd, line, BELL_LEN, 0) != BELL_LEN)
		log_warn("store", "bell", "errno=%d", errno);
}

enum status
bell_read(struct bell *b, char instance[BELL_INSTANCE + 1], int64_t *commits)
{
	char line[BELL_LEN + 1];
	const char *digits = line + BELL_INSTANCE + 1;
	uint64_t n;

	instance[0] = '\0';
	*commits = 0;
	if (pread(b->fd, line, BELL_LEN, 0) != BELL_LEN)
		return ST_NOTFOUND;
	if (line[BELL_INSTANCE] != ' ' || line[BELL_LEN - 1] != '\n')
		return ST_NOTFOUND;
	line[BELL_LEN - 1] = '\0';
	while (*digits == '0' && digits[1] != '\0')
		digits++;
	if (str_uint(digits, INT64_MAX, &n))
		return ST_NOTFOUND;
	memcpy(instance, line, BELL_INSTANCE);
	instance[BELL_INSTANCE] = '\0';
	*commits = (int64_t)n;
	return ST_OK;
}
