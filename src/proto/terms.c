#include "proto/terms.h"

#include <string.h>

#include "base/fold.h"

/* The characters of Unicode's property White_Space. */
static bool
is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 ||
	    c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	    c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
	    c == 0x3000;
}

/* The term is whole, unless there is none. */
static void
end_term(struct terms *t)
{
	if (t->len == t->begun)
		return;
	t->text[t->len++] = '\0';
	t->term[t->n++] = t->text + t->begun;
	t->begun = t->len;
}

static void
take(struct terms *t, uint32_t c)
{
	if (c == '"') {
		end_term(t);
		t->quoted = !t->quoted;
	} else if (is_space(c) && !t->quoted)
		end_term(t);
	else
		t->len += utf8_encode(fold_char(c), t->text + t->len);
}

static bool
step(struct terms *t, char byte)
{
	uint32_t c;

	if (byte == '\0' || ++t->taken > TERMS_TEXT_MAX ||
	    !utf8_step(&t->utf8, (unsigned char)byte))
		return false;
	t->part[t->part_len++] = byte;
	if (!utf8_complete(&t->utf8))
		return true;
	(void)utf8_decode(t->part, t->part_len, &c);
	t->part_len = 0;
	take(t, c);
	return true;
}

void
terms_init(struct terms *t)
{
	memset(t, 0, sizeof(*t));
}

void
terms_feed(struct terms *t, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n && !t->failed; i++)
		t->failed = !step(t, bytes[i]);
}

enum status
terms_end(struct terms *t)
{
	if (!t->failed && utf8_complete(&t->utf8))
		end_term(t);
	else
		t->n = 0;
	return t->n > 0 ? ST_OK : ST_INVALID;
}

enum status
terms_parse(struct terms *t, const char *text)
{
	terms_init(t);
	terms_feed(t, text, strlen(text));
	return terms_end(t);
}
