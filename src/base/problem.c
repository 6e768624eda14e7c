#include "base/problem.h"

#include <stdarg.h>
#include <stdio.h>

struct entry {
	const char	*slug;
	int		 http;
	const char	*title;
};

static const struct entry entries[] = {
	[PROBLEM_NONE] = { "", 200, "" },
#define X(name, slug, http, title)	[PROBLEM_##name] = { slug, http, title },
	PROBLEM_LIST(X)
#undef X
};

enum status
problem_set(struct problem *p, enum problem_kind kind, const char *fmt, ...)
{
	va_list ap;

	p->kind = kind;
	va_start(ap, fmt);
	(void)vsnprintf(p->detail, sizeof(p->detail), fmt, ap);
	va_end(ap);
	return ST_INVALID;
}

const char *
problem_slug(enum problem_kind kind)
{
	return entries[kind].slug;
}

int
problem_http(enum problem_kind kind)
{
	return entries[kind].http;
}

const char *
problem_title(enum problem_kind kind)
{
	return entries[kind].title;
}

enum problem_kind
problem_of_status(enum status st)
{
	switch (st) {
	case ST_OK:		return PROBLEM_NONE;
	case ST_NOMEM:		return PROBLEM_BUSY;
	case ST_INVALID:	return PROBLEM_INVALID;
	case ST_TOOBIG:		return PROBLEM_TOO_LARGE;
	case ST_NOTFOUND:	return PROBLEM_NOT_FOUND;
	case ST_DENIED:		return PROBLEM_FORBIDDEN;
	case ST_EXPIRED:	return PROBLEM_SESSION_EXPIRED;
	case ST_CONFLICT:	return PROBLEM_PRECONDITION_FAILED;
	case ST_REUSED:		return PROBLEM_KEY_REUSED;
	case ST_GONE:		return PROBLEM_BAD_CURSOR;
	case ST_LIMIT:		return PROBLEM_RATE_LIMITED;
	case ST_BUSY:		return PROBLEM_BUSY;
	case ST_FULL:		return PROBLEM_DISK_FULL;
	case ST_READONLY:	return PROBLEM_READ_ONLY;
	case ST_NEWER:		return PROBLEM_INTERNAL;
	case ST_CLOSED:		return PROBLEM_TRUNCATED;
	case ST_TIMEOUT:	return PROBLEM_TIMEOUT;
	case ST_IO:		return PROBLEM_INTERNAL;
	}
	return PROBLEM_INTERNAL;
}
