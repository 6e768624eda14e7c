#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "notewire/cli/cli.h"

int
cli_fail(int code, const char *fmt, ...)
{
	va_list ap;

	(void)fputs("notewire: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	return code;
}

/* For a person, and what the program ends with. */
static int
describe(enum status st, const char **text)
{
	*text = status_name(st);
	switch ((int)st) {
	case ST_NOTFOUND:
		*text = "not there";
		return EX_NOINPUT;
	case ST_GONE:
		*text = "there no more";
		return EX_NOINPUT;
	case ST_EXPIRED:
		*text = "good no more";
		return EX_NOINPUT;
	case ST_INVALID:
		*text = "breaks a rule";
		return EX_DATAERR;
	case ST_TOOBIG:
		*text = "too large";
		return EX_DATAERR;
	case ST_CONFLICT:
		*text = "taken already, or changed meanwhile";
		return EX_DATAERR;
	case ST_LIMIT:
		*text = "a limit is reached";
		return EX_TEMPFAIL;
	case ST_BUSY:
		*text = "busy";
		break;
	case ST_NOMEM:
		*text = "no memory";
		break;
	case ST_FULL:
		*text = "the disk is full";
		break;
	case ST_READONLY:
		*text = "cannot be written";
		break;
	case ST_DENIED:
		*text = "belongs to another user; be that one, or root";
		break;
	case ST_NEWER:
		*text = "written by a newer Notewire: install that one again, "
		    "or restore the copy that it made before the upgrade "
		    "(notes.db.before-N)";
		break;
	case ST_TIMEOUT:
		*text = "too slow";
		return EX_UNAVAILABLE;
	case ST_CLOSED:
		*text = "the other side has left";
		return EX_UNAVAILABLE;
	default:
		break;
	}
	return status_exit(st);
}

int
cli_failed(enum status st, const char *what)
{
	const char *text;
	int code;

	if (st == ST_OK)
		return EX_OK;
	code = describe(st, &text);
	return cli_fail(code, "%s: %s", what, text);
}

int
cli_problem(const char *what, const struct problem *why)
{
	return cli_fail(EX_DATAERR, "%s: %s%s%s", what,
	    problem_title(why->kind), why->detail[0] != '\0' ? ": " : "",
	    why->detail);
}

void
cli_put_text(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (iscntrl((unsigned char)*s))
			buf_addf(b, "\\x%02x", (unsigned)(unsigned char)*s);
		else
			buf_addc(b, *s);
}

void
cli_put_time(struct buf *b, int64_t wall_ms)
{
	char text[CLOCK_TEXT];

	clock_rfc3339(wall_ms, text);
	buf_adds(b, wall_ms == 0 ? "never" : text);
}

void
cli_put_link(const struct cli *c, const char *token, struct buf *b)
{
	const char *url = c->config.url;

	buf_adds(b, url);
	if (url[0] != '\0' && url[strlen(url) - 1] != '/')
		buf_addc(b, '/');
	buf_addf(b, "#%s", token);
}

enum status
cli_read_all(FILE *in, struct buf *out)
{
	char piece[4096];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), in)) > 0 &&
	    buf_status(out) == ST_OK)
		buf_add(out, piece, n);
	return ferror(in) ? ST_IO : buf_status(out);
}

int
cli_flush(struct cli *c)
{
	enum status st = buf_status(&c->out);
	int failed;

	if (st)
		return cli_failed(st, "the answer");
	failed = fwrite(c->out.data, 1, c->out.len, stdout) != c->out.len ||
	    fflush(stdout) != 0;
	buf_reset(&c->out);
	return failed ? cli_fail(EX_IOERR, "standard output: %s",
	    strerror(errno)) : EX_OK;
}
