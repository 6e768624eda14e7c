#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * One line an event, to stderr, in one write:
 *
 *	<N>2026-01-31T23:59:59.123Z component event key=value key=value
 *
 * N is a syslog priority (3 error, 4 warning, 6 information, 7 debugging), as
 * systemd reads it.  `fmt` makes the key=value part and may be "".  Control
 * bytes, DEL and bytes that are no UTF-8 come out as \xHH, so a value cannot
 * forge a line.  A line is cut at LOG_LINE bytes.
 *
 * A failure is logged where it is first seen, once.  Never log a note's text
 * or a token.
 */
#define LOG_LINE	1024

void log_error(const char *component, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void log_warn(const char *component, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void log_info(const char *component, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Does nothing until log_set_debug was called. */
void log_debug(const char *component, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Turns debugging lines on; before the first thread starts. */
void log_set_debug(void);

#endif
