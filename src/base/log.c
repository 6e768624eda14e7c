#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

static bool debug_wanted;	/* written once, before threads */

void
log_set_debug(void)
{
	debug_wanted = true;
}

/* Appends `in` to `out`, which has room for `room` bytes; returns how many. */
static size_t
escape(char *out, size_t room, const char *in)
{
	static const char hex[] = "0123456789abcdef";
	bool utf8 = str_is_utf8(in, strlen(in));
	size_t n = 0;
	unsigned char c;

	for (; (c = (unsigned char)*in) != '\0'; in++) {
		bool plain = c >= 0x20 && c != 0x7f && (c < 0x80 || utf8);

		if (n + (plain ? 1 : 4) > room)
			break;
		if (plain) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	return n;
}

__attribute__((format(printf, 4, 0)))
static void
emit(int priority, const char *component, const char *event,
    const char *fmt, va_list ap)
{
	char when[CLOCK_TEXT], detail[LOG_LINE], line[LOG_LINE];
	size_t n;
	int head;

	clock_rfc3339(clock_wall_ms(), when);
	(void)vsnprintf(detail, sizeof(detail), fmt, ap);
	head = snprintf(line, sizeof(line), "<%d>%s %s %s ", priority, when,
	    component, event);
	if (head < 0 || (size_t)head >= sizeof(line))
		return;			/* the names are ours and short */
	n = (size_t)head;
	n += escape(line + n, sizeof(line) - n - 1, detail);
	line[n++] = '\n';
	(void)!write(STDERR_FILENO, line, n);	/* nowhere left to complain */
}

#define EMIT(priority) do {						\
	va_list ap;							\
	va_start(ap, fmt);						\
	emit(priority, component, event, fmt, ap);			\
	va_end(ap);							\
} while (0)

void
log_error(const char *component, const char *event, const char *fmt, ...)
{
	EMIT(3);
}

void
log_warn(const char *component, const char *event, const char *fmt, ...)
{
	EMIT(4);
}

void
log_info(const char *component, const char *event, const char *fmt, ...)
{
	EMIT(6);
}

void
log_debug(const char *component, const char *event, const char *fmt, ...)
{
	if (debug_wanted)
		EMIT(7);
}
