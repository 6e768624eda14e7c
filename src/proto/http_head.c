#include "proto/http_head.h"

#include <string.h>

#include "proto/chars.h"

void
http_head_init(struct http_head *h)
{
	memset(h, 0, offsetof(struct http_head, bytes));
	h->bytes[0] = '\0';
}

static void
fail(struct http_head *h)
{
	h->state = HTTP_FAILED;
}

/* Ends what was collected, so that it reads as a string. */
static void
end_string(struct http_head *h)
{
	h->bytes[h->len++] = '\0';
}

static bool
is_visible(unsigned char c)
{
	return c > 0x20 && c < 0x7f;
}

static void
take_method(struct http_head *h, unsigned char c)
{
	if (c == ' ' && h->len > 0) {
		end_string(h);
		h->target = h->bytes + h->len;
		h->state = HTTP_TARGET;
	} else if (chars_is_tchar(c))
		h->bytes[h->len++] = (char)c;
	else
		fail(h);
}

static void
take_target(struct http_head *h, unsigned char c)
{
	if (c == ' ' && h->target < h->bytes + h->len) {
		end_string(h);
		h->version = h->len;
		h->state = HTTP_VERSION;
	} else if (is_visible(c))
		h->bytes[h->len++] = (char)c;
	else
		fail(h);
}

/* "HTTP/1.1" or "HTTP/1.0", nothing else. */
static void
take_version(struct http_head *h, unsigned char c)
{
	static const char one[] = "HTTP/1.1", zero[] = "HTTP/1.0";
	size_t at = h->len - h->version;

	if (c == '\r' && at == sizeof(one) - 1) {
		h->http11 = h->bytes[h->len - 1] == '1';
		end_string(h);
		h->state = HTTP_LF;
	} else if (at < sizeof(one) - 1 &&
	    (c == (unsigned char)one[at] || c == (unsigned char)zero[at]))
		h->bytes[h->len++] = (char)c;
	else
		fail(h);
}

static void
take_name_first(struct http_head *h, unsigned char c)
{
	if (c == '\r') {
		h->state = HTTP_LAST_LF;
		return;
	}
	if (!chars_is_tchar(c)) {
		fail(h);
		return;
	}
	if (h->lines == HTTP_LINES_MAX) {
		h->toolong = true;
		fail(h);
		return;
	}
	h->line[h->lines].name = (uint16_t)h->len;
	h->bytes[h->len++] = (char)chars_lower(c);
	h->state = HTTP_NAME;
}

static void
take_name(struct http_head *h, unsigned char c)
{
	if (c == ':') {
		end_string(h);
		h->line[h->lines++].value = (uint16_t)h->len;
		h->state = HTTP_VALUE_FIRST;
	} else if (chars_is_tchar(c))
		h->bytes[h->len++] = (char)chars_lower(c);
	else
		fail(h);
}

static void
take_value(struct http_head *h, unsigned char c)
{
	const size_t from = h->line[h->lines - 1].value;

	if (c == '\r') {
		while (h->len > from &&
		    chars_is_ows((unsigned char)h->bytes[h->len - 1]))
			h->len--;
		end_string(h);
		h->state = HTTP_LF;
	} else if (chars_is_control(c) && c != '\t')
		fail(h);
	else if (h->state == HTTP_VALUE || !chars_is_ows(c)) {
		h->bytes[h->len++] = (char)c;
		h->state = HTTP_VALUE;
	}
}

static void
take(struct http_head *h, unsigned char c)
{
	switch (h->state) {
	case HTTP_METHOD:
		take_method(h, c);
		break;
	case HTTP_TARGET:
		take_target(h, c);
		break;
	case HTTP_VERSION:
		take_version(h, c);
		break;
	case HTTP_NAME_FIRST:
		take_name_first(h, c);
		break;
	case HTTP_NAME:
		take_name(h, c);
		break;
	case HTTP_VALUE_FIRST:
	case HTTP_VALUE:
		take_value(h, c);
		break;
	case HTTP_LF:
		h->state = c == '\n' ? HTTP_NAME_FIRST : HTTP_FAILED;
		break;
	case HTTP_LAST_LF:
		h->state = c == '\n' ? HTTP_DONE : HTTP_FAILED;
		break;
	case HTTP_DONE:
	case HTTP_FAILED:
		break;
	}
}

size_t
http_head_feed(struct http_head *h, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n && h->state < HTTP_DONE; i++) {
		/* blanks before a value count, although none is kept */
		if (h->taken++ == HTTP_HEAD_MAX) {
			h->toolong = true;
			fail(h);
			break;
		}
		take(h, (unsigned char)bytes[i]);
	}
	if (h->state != HTTP_METHOD && h->method == NULL)
		h->method = h->bytes;
	return i;
}

enum status
http_head_end(const struct http_head *h)
{
	if (h->state == HTTP_DONE)
		return ST_OK;
	if (h->state != HTTP_FAILED)
		return ST_BUSY;
	return h->toolong ? ST_TOOBIG : ST_INVALID;
}

static bool
is_named(const struct http_head *h, size_t line, const char *name)
{
	return strcmp(h->bytes + h->line[line].name, name) == 0;
}

enum status
http_head_value(const struct http_head *h, const char *name,
    const char **value)
{
	size_t i, n = 0;

	*value = "";
	for (i = 0; i < h->lines; i++)
		if (is_named(h, i, name) && n++ == 0)
			*value = h->bytes + h->line[i].value;
	if (n > 1)
		*value = "";
	return n > 1 ? ST_INVALID : ST_OK;
}

/* Whether the `len` bytes are that token. */
typedef bool same_fn(const char *text, size_t len, const char *token);

static bool
is_exactly(const char *text, size_t len, const char *token)
{
	return strlen(token) == len && memcmp(text, token, len) == 0;
}

/* The same letters, in any case. */
static bool
is_same(const char *text, size_t len, const char *token)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (chars_lower((unsigned char)text[i]) !=
		    chars_lower((unsigned char)token[i]))
			return false;		/* its end included */
	return token[len] == '\0';
}

static bool
list_has(const char *list, const char *token, same_fn *same)
{
	size_t len, end;

	for (; *list != '\0'; list += len + (list[len] == ',')) {
		list += strspn(list, " \t");
		len = strcspn(list, ",");
		for (end = len; end > 0 &&
		    chars_is_ows((unsigned char)list[end - 1]);)
			end--;
		if (end > 0 && same(list, end, token))
			return true;
	}
	return false;
}

static bool
lists(const struct http_head *h, const char *name, const char *token,
    same_fn *same)
{
	size_t i;

	for (i = 0; i < h->lines; i++)
		if (is_named(h, i, name) &&
		    list_has(h->bytes + h->line[i].value, token, same))
			return true;
	return false;
}

bool
http_head_lists(const struct http_head *h, const char *name,
    const char *token)
{
	return lists(h, name, token, is_same);
}

bool
http_head_lists_exactly(const struct http_head *h, const char *name,
    const char *token)
{
	return lists(h, name, token, is_exactly);
}
