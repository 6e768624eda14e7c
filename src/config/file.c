#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <string.h>

#include "config/config_priv.h"

#define BLANK	" \t\r"
#define MARK	"\xef\xbb\xbf"	/* U+FEFF, the byte-order mark */

/*
 * One file on its way in.  libinih splits the lines into names and values but
 * tells of one fault only and cuts long lines in silence; so it is fed line by
 * line, and what it makes of each line is watched.
 */
struct reading {
	struct config			*c;
	const char			*path;
	FILE				*in;
	FILE				*complaints;
	unsigned			 line;
	unsigned			 faults;
	uint64_t			 seen;	/* keys of this file, by place */
	const struct config_key		*last;	/* may go on; NULL after a fault */
	bool				 in_key;	/* an indented line goes on */
	bool				 indented;
	bool				 expected;	/* the line must call take() */
	bool				 skip;	/* until the next good section */
};

static void complain(struct reading *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
complain(struct reading *r, const char *fmt, ...)
{
	va_list ap;

	r->faults++;
	(void)fprintf(r->complaints, "%s:%u: ", r->path, r->line);
	va_start(ap, fmt);
	(void)vfprintf(r->complaints, fmt, ap);
	va_end(ap);
	(void)fputc('\n', r->complaints);
}

static void
begin_section(struct reading *r, const char *s)
{
	char name[INI_LINE + 1];
	size_t n = strcspn(s, "]");

	r->in_key = false;
	r->skip = true;
	if (s[n] == '\0' || n >= sizeof(name)) {
		complain(r, "a section has no ]");
		return;
	}
	memcpy(name, s, n);
	name[n] = '\0';
	r->skip = !config_section_known(name);
	if (r->skip)
		complain(r, "unknown section [%s]", name);
}

/* Sees what libinih is about to see. */
static void
watch(struct reading *r, const char *line)
{
	const char *s;

	if (r->line == 1 && strncmp(line, MARK, 3) == 0)
		line += 3;		/* as libinih does */
	s = line + strspn(line, BLANK);
	r->indented = s > line;
	if (*s == '\n' || *s == ';' || *s == '#')
		return;
	if (*s == '[' && !(r->indented && r->in_key))
		begin_section(r, s + 1);
	else
		r->expected = true;
}

static void
finish_line(struct reading *r)
{
	if (r->expected && !r->skip)
		complain(r, "neither a section nor name = value");
	r->expected = false;
}

/* An ini_reader: fgets, but a line that does not fit is a fault. */
static char *
next_line(char *dst, int size, void *arg)
{
	struct reading *r = arg;
	const char *bad = NULL;
	size_t n = 0;
	int ch;

	finish_line(r);
	ch = getc(r->in);
	if (ch == EOF)
		return NULL;
	for (; ch != EOF && ch != '\n'; ch = getc(r->in)) {
		if (n + 2 >= (size_t)size)
			bad = "the line is too long";
		else if (ch == '\0')
			bad = "the line has a NUL byte";
		else
			dst[n++] = (char)ch;
	}
	r->line++;
	if (bad != NULL) {
		complain(r, "%s", bad);
		n = 0;
	}
	dst[n] = '\n';
	dst[n + 1] = '\0';
	watch(r, dst);
	return dst;
}

static void
set(struct reading *r, const struct config_key *k, const char *value)
{
	char where[TEXT_MAX];
	struct buf why;

	(void)snprintf(where, sizeof(where), "%s:%u", r->path, r->line);
	buf_init(&why, 400);
	r->last = k;
	if (config_value_set(r->c, k, value, &why) ||
	    config_note_origin(r->c, k, where)) {
		complain(r, "%s %s", k->name, why.data);
		r->last = NULL;
	}
	buf_fini(&why);
}

static bool
may_go_on(const struct config_key *k)
{
	return k->type == KEY_TEXT || k->type == KEY_PATH ||
	    k->type == KEY_FILE || k->type == KEY_URL ||
	    k->type == KEY_ICE;
}

/* The indented lines after a text are joined to it with single spaces. */
static void
go_on(struct reading *r, const char *more)
{
	struct buf whole;

	if (r->last == NULL)
		return;			/* its fault was told already */
	if (!may_go_on(r->last)) {
		complain(r, "%s takes one line", r->last->name);
		return;
	}
	buf_init(&whole, 2 * TEXT_MAX);
	config_value_print(r->c, r->last, &whole);
	if (whole.len > 0)
		buf_addc(&whole, ' ');
	buf_adds(&whole, more);
	set(r, r->last, whole.data);
	buf_fini(&whole);
}

static void
begin_key(struct reading *r, const char *section, const char *name,
    const char *value)
{
	const struct config_key *k = config_key_find(section, name);
	uint64_t bit;

	r->last = NULL;
	if (k == NULL) {
		complain(r, *section == '\0' ? "%s stands before any section" :
		    "unknown key %s", name);
		return;
	}
	bit = UINT64_C(1) << (k - config_keys);
	if (r->seen & bit) {
		complain(r, "%s is given twice", name);
		return;
	}
	r->seen |= bit;
	set(r, k, value);
}

/* An ini_handler. */
static int
take(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	bool more = r->indented && r->in_key;

	r->expected = false;
	r->in_key = true;
	if (r->skip)
		return 1;
	if (more)
		go_on(r, value);
	else
		begin_key(r, section, name, value);
	return 1;
}

enum status
config_file_read(struct config *c, const char *path, FILE *complaints)
{
	struct reading r = { .c = c, .path = path, .complaints = complaints };

	r.in = fopen(path, "re");
	if (r.in == NULL && errno == ENOENT)
		return ST_NOTFOUND;
	if (r.in == NULL) {
		(void)fprintf(complaints, "%s: %s\n", path, strerror(errno));
		return ST_INVALID;
	}
	(void)ini_parse_stream(next_line, &r, take, &r);
	if (ferror(r.in))
		complain(&r, "cannot be read further");
	(void)fclose(r.in);
	return r.faults ? ST_INVALID : ST_OK;
}
