#include "proto/html.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"

/* U+FFFD, in the place of what cannot stand there. */
#define REPLACEMENT	"\xef\xbf\xbd"

/* One character of the input: where its bytes are, and what it is. */
struct letter {
	const char	*bytes;
	size_t		 len;
	uint32_t	 code;
	bool		 whole;		/* valid UTF-8 */
};

/* The bits of the code point that a character's first byte carries. */
static uint32_t
first_bits(unsigned char c)
{
	if (c < 0x80)
		return c;
	if (c < 0xe0)
		return c & 0x1f;
	return c < 0xf0 ? c & 0x0f : c & 0x07;
}

/* The letter at the start of `len` bytes (not 0); a broken one ends early. */
static struct letter
next_letter(const char *text, size_t len)
{
	struct letter l = { .bytes = text };
	struct utf8 u = { 0 };
	unsigned char c;

	while (l.len < len) {
		c = (unsigned char)text[l.len];
		if (!utf8_step(&u, c)) {
			l.len += l.len == 0;
			return l;
		}
		l.code = l.len == 0 ? first_bits(c) : l.code << 6 | (c & 0x3f);
		l.len++;
		if (utf8_complete(&u)) {
			l.whole = true;
			return l;
		}
	}
	return l;
}

/* Whether HTML takes the character as it is (13.2.3.5, "input stream"). */
static bool
may_stand(uint32_t code)
{
	if (code < 0x20)
		return code == '\n' || code == '\t';
	if (code >= 0x7f && code < 0xa0)
		return false;
	if (code >= 0xfdd0 && code <= 0xfdef)
		return false;
	return (code & 0xfffe) != 0xfffe;
}

static const char *
reference(uint32_t code)
{
	switch (code) {
	case '<':	return "&lt;";
	case '>':	return "&gt;";
	case '&':	return "&amp;";
	case '"':	return "&quot;";
	case '\'':	return "&#39;";
	default:	return NULL;
	}
}

static void
put_letter(struct buf *b, const struct letter *l)
{
	const char *as = reference(l->code);

	if (!l->whole || !may_stand(l->code))
		buf_adds(b, REPLACEMENT);
	else if (as != NULL)
		buf_adds(b, as);
	else
		buf_add(b, l->bytes, l->len);
}

void
html_text(struct buf *b, const char *text, size_t len)
{
	struct letter l;
	size_t at;

	for (at = 0; at < len; at += l.len) {
		l = next_letter(text + at, len - at);
		if (l.whole && l.code == '\r') {
			if (at + 1 == len || text[at + 1] != '\n')
				buf_addc(b, '\n');
			continue;
		}
		put_letter(b, &l);
	}
}

void
html_attr(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, " %s=\"", name);
	html_text(b, value, strlen(value));
	buf_addc(b, '"');
}

void
html_element(struct buf *b, const char *name, const char *text)
{
	buf_addf(b, "<%s>", name);
	html_text(b, text, strlen(text));
	buf_addf(b, "</%s>", name);
}

void
html_hidden(struct buf *b, const char *name, const char *value)
{
	buf_adds(b, "<input type=\"hidden\"");
	html_attr(b, "name", name);
	html_attr(b, "value", value);
	buf_adds(b, ">");
}

void
html_lines(struct buf *b, const char *text)
{
	buf_addc(b, '\n');
	html_text(b, text, strlen(text));
}

void
html_breaks(struct buf *b, const char *text)
{
	size_t n;

	for (;;) {
		n = strcspn(text, "\r\n");
		html_text(b, text, n);
		text += n;
		if (*text == '\0')
			return;
		buf_adds(b, "<br>");
		text += text[0] == '\r' && text[1] == '\n' ? 2 : 1;
	}
}

void
html_time(struct buf *b, int64_t wall_ms)
{
	char text[CLOCK_TEXT];

	clock_rfc3339(wall_ms, text);
	buf_adds(b, "<time");
	html_attr(b, "datetime", text);
	buf_addf(b, ">%.10s %.5s UTC</time>", text, text + 11);
}

void
html_newlines(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text != '\r')
			*to++ = *text;
		else if (text[1] != '\n')
			*to++ = '\n';
	}
	*to = '\0';
}
