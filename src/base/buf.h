#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/status.h"

/*
 * A byte buffer with a declared limit whose first failure sticks: append
 * freely, then check `buf_status` once.  After a failure (ST_TOOBIG, ST_NOMEM)
 * appends do nothing and the content is what was there before the failing one.
 * The bytes are always followed by a NUL that `len` does not count, so `data`
 * can be read as a string; it is "" (never NULL) in an empty buffer.
 */
struct buf {
	char		*data;
	size_t		 len;
	size_t		 cap;	/* allocated, 0 while `data` is static */
	size_t		 max;	/* len never passes this */
	enum status	 st;
};

/* `max` in bytes.  Allocates nothing yet. */
void buf_init(struct buf *b, size_t max);
/* Frees the bytes; the buffer is as after buf_init with the same limit. */
void buf_fini(struct buf *b);
/* Empties the buffer and forgets a failure; keeps the memory. */
void buf_reset(struct buf *b);
/* Drops all after the first `len` bytes.  Does not forget a failure. */
void buf_truncate(struct buf *b, size_t len);

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Makes a failure of the caller's own stick. */
void buf_fail(struct buf *b, enum status st);
enum status buf_status(const struct buf *b);

#endif
