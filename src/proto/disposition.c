#include "proto/disposition.h"

#include <stdbool.h>
#include <string.h>

#include "base/str.h"
#include "proto/chars.h"

/* A byte that follows the first of its UTF-8 character. */
static bool
is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

static bool
is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && strchr("\"\\%/", c) == NULL;
}

/* RFC 8187, 3.2.1 */
static bool
is_attr_char(unsigned char c)
{
	return chars_is_alnum(c) || (c != '\0' && strchr("!#$&+-.^_`|~", c));
}

static bool
may_stand(const char *name)
{
	const char *p;

	if (name[0] == '\0' || !str_is_utf8(name, strlen(name)))
		return false;
	for (p = name; *p != '\0'; p++)
		if (chars_is_control((unsigned char)*p))
			return false;
	return true;
}

void
disposition_attachment(struct buf *b, const char *name)
{
	const char *p;

	if (!may_stand(name)) {
		buf_fail(b, ST_INVALID);
		return;
	}
	buf_adds(b, "attachment; filename=\"");
	for (p = name; *p != '\0'; p++)
		if (is_plain((unsigned char)*p))
			buf_addc(b, *p);
		else if (!is_tail((unsigned char)*p))
			buf_addc(b, '_');
	buf_adds(b, "\"; filename*=UTF-8''");
	for (p = name; *p != '\0'; p++)
		if (is_attr_char((unsigned char)*p))
			buf_addc(b, *p);
		else
			buf_addf(b, "%%%02X", (unsigned char)*p);
}
