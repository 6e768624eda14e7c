#include "proto/htmlfile.h"

#include <string.h>

#include "proto/chars.h"

/* Bytes of U+2028 and of U+2029 in UTF-8. */
#define SEPARATOR_LEN	3

void
htmlfile_init(struct htmlfile *h, const char *nonce)
{
	h->nonce = nonce;
	h->in_batch = false;
}

/* It stands in a header and in an attribute, so nothing in it may end those. */
static void
put_nonce(const struct htmlfile *h, struct buf *b)
{
	const char *p;

	for (p = h->nonce; *p != '\0'; p++)
		if (!chars_is_word((unsigned char)*p))
			buf_fail(b, ST_INVALID);
	if (p == h->nonce)
		buf_fail(b, ST_INVALID);
	buf_adds(b, h->nonce);
}

void
htmlfile_policy(const struct htmlfile *h, struct buf *b)
{
	buf_adds(b, "default-src 'none'; script-src 'nonce-");
	put_nonce(h, b);
	buf_adds(b, "'; base-uri 'none'; form-action 'none'; "
	    "frame-ancestors 'self'");
}

void
htmlfile_begin(struct buf *b)
{
	buf_addf(b, "<!DOCTYPE html>\n<html lang=\"en\">\n"
	    "<meta charset=\"utf-8\">\n<title>Notewire</title>\n"
	    "<!--%*s-->\n", HTMLFILE_PRELUDE, "");
}

/* Bytes at `p` that a script or the document around it would misread. */
static size_t
special(const char *p, const char *end)
{
	if (*p == '<' || *p == '>' || *p == '&')
		return 1;
	if (end - p >= SEPARATOR_LEN && (memcmp(p, "\xe2\x80\xa8", 3) == 0 ||
	    memcmp(p, "\xe2\x80\xa9", 3) == 0))
		return SEPARATOR_LEN;
	return 0;
}

void
htmlfile_escape(struct buf *b, const char *json, size_t len)
{
	const char *p, *end = json + len, *from = json;
	size_t n;

	for (p = json; p < end; p++) {
		n = special(p, end);
		if (n == 0)
			continue;
		buf_add(b, from, (size_t)(p - from));
		buf_addf(b, "\\u%04x", n == 1 ? (unsigned)*p :
		    0x2000U | ((unsigned char)p[2] & 0x3fU));
		p += n - 1;
		from = p + 1;
	}
	buf_add(b, from, (size_t)(end - from));
}

void
htmlfile_begin_batch(struct htmlfile *h, struct buf *b)
{
	buf_adds(b, "<script nonce=\"");
	put_nonce(h, b);
	buf_adds(b, "\">document.currentScript.remove();parent.notewire([");
	h->in_batch = true;
}

void
htmlfile_put(struct htmlfile *h, struct buf *b, const char *json, size_t len)
{
	bool was_in_batch = h->in_batch;
	size_t start = b->len;

	if (h->in_batch)
		buf_addc(b, ',');
	else
		htmlfile_begin_batch(h, b);
	htmlfile_escape(b, json, len);
	if (buf_status(b)) {
		buf_truncate(b, start);
		h->in_batch = was_in_batch;
	}
}

void
htmlfile_end_batch(struct htmlfile *h, struct buf *b)
{
	if (h->in_batch)
		buf_adds(b, "])</script>\n");
	h->in_batch = false;
}
