#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP	256

static char empty[1];

void
buf_init(struct buf *b, size_t max)
{
	b->data = empty;
	b->len = 0;
	b->cap = 0;
	b->max = max < SIZE_MAX / 2 ? max : SIZE_MAX / 2;
	b->st = ST_OK;
}

void
buf_fini(struct buf *b)
{
	if (b->cap)
		free(b->data);
	buf_init(b, b->max);
}

void
buf_reset(struct buf *b)
{
	b->st = ST_OK;
	buf_truncate(b, 0);
}

void
buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		len = b->len;
	b->len = len;
	if (b->cap)
		b->data[len] = '\0';
}

/* Room for `n` more bytes and the NUL, or a failure that sticks. */
static enum status
reserve(struct buf *b, size_t n)
{
	size_t cap;
	char *p;

	if (b->st)
		return b->st;
	if (n > b->max - b->len)
		return b->st = ST_TOOBIG;
	if (b->cap - b->len > n)
		return ST_OK;
	cap = b->cap ? b->cap : FIRST_CAP;
	while (cap - b->len <= n)
		cap *= 2;
	p = realloc(b->cap ? b->data : NULL, cap);
	if (p == NULL)
		return b->st = ST_NOMEM;
	p[b->len] = '\0';
	b->data = p;
	b->cap = cap;
	return ST_OK;
}

void
buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0 || reserve(b, n))
		return;
	memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		buf_fail(b, ST_INVALID);
	else if (reserve(b, (size_t)n) == ST_OK) {
		(void)vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void
buf_fail(struct buf *b, enum status st)
{
	if (b->st == ST_OK)
		b->st = st;
}

enum status
buf_status(const struct buf *b)
{
	return b->st;
}
