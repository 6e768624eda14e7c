#include "proto/media_type.h"

#include <string.h>

#include "proto/chars.h"

static enum media_state
put_name(struct media_type *m, unsigned char c, enum media_state next)
{
	if (m->name_len == MEDIA_TYPE_SIZE - 1)
		return MEDIA_FAILED;
	m->name[m->name_len++] = (char)chars_lower(c);
	return next;
}

static enum media_state
put_param(struct media_type *m, unsigned char c, enum media_state next)
{
	if (!m->same)
		return next;
	if (m->param_len == MEDIA_PARAM_SIZE - 1)
		return MEDIA_FAILED;
	m->param[m->param_len++] = (char)chars_lower(c);
	return next;
}

/* What may follow a whole type or parameter. */
static enum media_state
after_byte(unsigned char c)
{
	if (c == ';')
		return MEDIA_SEMICOLON;
	return chars_is_ows(c) ? MEDIA_AFTER : MEDIA_FAILED;
}

/* "type/subtype"; the slash only between two tokens. */
static enum media_state
type_byte(struct media_type *m, unsigned char c)
{
	if (m->state == MEDIA_START && chars_is_ows(c))
		return MEDIA_START;
	if (m->state == MEDIA_TYPE && c == '/')
		return put_name(m, c, MEDIA_SLASH);
	if (m->state == MEDIA_SUBTYPE && !chars_is_tchar(c))
		return after_byte(c);
	if (!chars_is_tchar(c))
		return MEDIA_FAILED;
	if (m->state == MEDIA_START || m->state == MEDIA_TYPE)
		return put_name(m, c, MEDIA_TYPE);
	return put_name(m, c, MEDIA_SUBTYPE);
}

/* The "=" after a parameter's name. */
static enum media_state
end_pname(struct media_type *m)
{
	m->same = m->same && m->wanted[m->len] == '\0';
	if (m->same && m->has_param)
		return MEDIA_FAILED;
	m->has_param = m->has_param || m->same;
	return MEDIA_EQUALS;
}

static enum media_state
pname_byte(struct media_type *m, unsigned char c)
{
	if (c == '=')
		return end_pname(m);
	if (!chars_is_tchar(c))
		return MEDIA_FAILED;
	m->same = m->same && m->wanted[m->len] == (char)chars_lower(c);
	if (m->same)
		m->len++;
	return MEDIA_PNAME;
}

/* Between parameters there may be none (RFC 9110, 5.6.6). */
static enum media_state
semicolon_byte(struct media_type *m, unsigned char c)
{
	if (c == ';' || chars_is_ows(c))
		return MEDIA_SEMICOLON;
	if (c == '=')
		return MEDIA_FAILED;
	m->same = true;
	m->len = 0;
	return pname_byte(m, c);
}

/* Inside the quotes (RFC 9110, 5.6.4). */
static enum media_state
quoted_byte(struct media_type *m, unsigned char c)
{
	if (chars_is_control(c) && c != '\t')
		return MEDIA_FAILED;
	if (m->state == MEDIA_QUOTED && c == '"')
		return MEDIA_UNQUOTED;
	if (m->state == MEDIA_QUOTED && c == '\\')
		return MEDIA_ESCAPE;
	return put_param(m, c, MEDIA_QUOTED);
}

static enum media_state
step(struct media_type *m, unsigned char c)
{
	switch (m->state) {
	case MEDIA_START:
	case MEDIA_TYPE:
	case MEDIA_SLASH:
	case MEDIA_SUBTYPE:
		return type_byte(m, c);
	case MEDIA_SEMICOLON:
		return semicolon_byte(m, c);
	case MEDIA_PNAME:
		return pname_byte(m, c);
	case MEDIA_EQUALS:
		if (c == '"')
			return MEDIA_QUOTED;
		return chars_is_tchar(c) ? put_param(m, c, MEDIA_PVALUE) :
		    MEDIA_FAILED;
	case MEDIA_PVALUE:
		return chars_is_tchar(c) ? put_param(m, c, MEDIA_PVALUE) :
		    after_byte(c);
	case MEDIA_QUOTED:
	case MEDIA_ESCAPE:
		return quoted_byte(m, c);
	case MEDIA_AFTER:
	case MEDIA_UNQUOTED:
		return after_byte(c);
	case MEDIA_FAILED:
		break;
	}
	return MEDIA_FAILED;
}

void
media_type_init(struct media_type *m, const char *wanted)
{
	memset(m, 0, sizeof(*m));
	m->wanted = wanted;
}

void
media_type_feed(struct media_type *m, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		m->state = step(m, (unsigned char)bytes[i]);
}

bool
media_type_in_quotes(const struct media_type *m)
{
	return m->state == MEDIA_QUOTED || m->state == MEDIA_ESCAPE;
}

/* Whether the bytes so far are a media type. */
static bool
is_whole(const struct media_type *m)
{
	return m->state == MEDIA_SUBTYPE || m->state == MEDIA_AFTER ||
	    m->state == MEDIA_SEMICOLON || m->state == MEDIA_PVALUE ||
	    m->state == MEDIA_UNQUOTED;
}

enum status
media_type_end(struct media_type *m)
{
	if (is_whole(m))
		return ST_OK;
	media_type_init(m, m->wanted);
	m->state = MEDIA_FAILED;
	return ST_INVALID;
}

enum status
media_type_parse(const char *header, const char *wanted, struct media_type *m)
{
	media_type_init(m, wanted);
	media_type_feed(m, header, strlen(header));
	return media_type_end(m);
}
