/*
 * Whatever bytes are written as text, nothing of HTML's own comes out but
 * references, it is UTF-8, and a parser that undoes the references reads what
 * was put in, where that was fit to stand there.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "proto/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

/* Undoes the reference at `s`; its length. */
static size_t
undo(const char *s, struct buf *b)
{
	static const struct {
		const char *name, *text;
	} all[] = {
		{ "&lt;", "<" }, { "&gt;", ">" }, { "&amp;", "&" },
		{ "&quot;", "\"" }, { "&#39;", "'" },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strncmp(s, all[i].name, strlen(all[i].name)) == 0) {
			buf_adds(b, all[i].text);
			return strlen(all[i].name);
		}
	abort();
}

static void
read_back(const struct buf *out, struct buf *b)
{
	size_t at = 0;

	while (at < out->len) {
		if (out->data[at] == '&') {
			at += undo(out->data + at, b);
			continue;
		}
		must(strchr("<>\"'\r", out->data[at]) == NULL);
		must((unsigned char)out->data[at] >= 0x20 ||
		    out->data[at] == '\n' || out->data[at] == '\t');
		buf_addc(b, out->data[at++]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out, back, again;
	char *lines;

	buf_init(&out, size * 6 + 1);
	buf_init(&back, size * 6 + 1);
	buf_init(&again, size * 6 + 1);
	html_text(&out, (const char *)data, size);
	must(buf_status(&out) == ST_OK);
	must(str_is_utf8(out.data, out.len));
	read_back(&out, &back);
	html_text(&again, back.data, back.len);		/* it was fit: no change */
	must(out.len == again.len &&
	    memcmp(out.data, again.data, out.len) == 0);
	lines = malloc(size + 1);
	must(lines != NULL);
	memcpy(lines, data, size);
	lines[size] = '\0';
	html_newlines(lines);
	must(strchr(lines, '\r') == NULL && strlen(lines) <= size);
	free(lines);
	buf_fini(&out);
	buf_fini(&back);
	buf_fini(&again);
	return 0;
}
