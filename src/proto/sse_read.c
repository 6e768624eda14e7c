#include "proto/sse_read.h"

#include <string.h>

#include "base/str.h"

#define MARK	"\xef\xbb\xbf"	/* U+FEFF, the byte-order mark */
/* Of a field's name, its colon and the space behind it. */
#define LINE_EXTRA	64

void
sse_read_init(struct sse_read *r, size_t max, sse_seen_fn *fn, void *arg)
{
	memset(r, 0, sizeof(*r));
	r->fn = fn;
	r->arg = arg;
	buf_init(&r->line, max + LINE_EXTRA);
	buf_init(&r->data, max + 1);
}

void
sse_read_fini(struct sse_read *r)
{
	buf_fini(&r->line);
	buf_fini(&r->data);
}

static enum status
dispatch(struct sse_read *r)
{
	struct sse_seen e = { .name = r->name[0] != '\0' ? r->name :
	    "message", .id = r->id };
	enum status st = buf_status(&r->data);

	if (st == ST_OK && r->data.len > 0) {
		buf_truncate(&r->data, r->data.len - 1);  /* the last LF */
		e.data = r->data.data;
		e.len = r->data.len;
		st = r->fn(r->arg, &e);
	}
	buf_reset(&r->data);
	r->name[0] = '\0';
	return st;
}

/* A name or an id that is too long is none that anybody knows. */
static void
take_field(struct sse_read *r, const char *name, const char *value)
{
	if (strcmp(name, "data") == 0) {
		buf_adds(&r->data, value);
		buf_addc(&r->data, '\n');
	} else if (strcmp(name, "event") == 0)
		(void)str_copy(r->name, sizeof(r->name), value);
	else if (strcmp(name, "id") == 0)
		(void)str_copy(r->id, sizeof(r->id), value);
}

static enum status
end_line(struct sse_read *r)
{
	enum status st = buf_status(&r->line);
	char *line = r->line.data, *colon;

	if (!r->began && strncmp(line, MARK, 3) == 0)
		line += 3;
	r->began = true;
	if (st == ST_OK && line[0] == '\0')
		st = dispatch(r);
	else if (st == ST_OK && line[0] != ':') {
		colon = strchr(line, ':');
		if (colon != NULL)
			*colon = '\0';
		take_field(r, line, colon == NULL ? "" :
		    colon + 1 + (colon[1] == ' '));
	}
	buf_reset(&r->line);
	return st;
}

enum status
sse_read_feed(struct sse_read *r, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n && r->st == ST_OK; i++) {
		if (bytes[i] == '\n' && r->after_cr)
			r->after_cr = false;
		else if (bytes[i] == '\n' || bytes[i] == '\r') {
			r->after_cr = bytes[i] == '\r';
			r->st = end_line(r);
		} else {
			r->after_cr = false;
			buf_addc(&r->line, bytes[i]);
		}
	}
	return r->st;
}
