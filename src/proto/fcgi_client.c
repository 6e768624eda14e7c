#include "proto/fcgi_client.h"

#include <string.h>

#include "base/str.h"
#include "proto/chars.h"

/* FCGI_RESPONDER, in the two bytes of a role; and a flag (5.1). */
#define ROLE_RESPONDER	1
#define KEEP_CONN	1
/* Lengths of a name or value from here on take four bytes (3.4). */
#define LONG_LENGTH	128
#define CONTENT_MAX	((size_t)65535)
#define STATUS_OK	200

static void
put_record(struct buf *b, enum fcgi_type type, const char *bytes, size_t len)
{
	unsigned char head[FCGI_HEAD];

	fcgi_head(head, type, FCGI_CLIENT_REQUEST, (uint16_t)len);
	buf_add(b, head, sizeof(head));
	buf_add(b, bytes, len);
}

void
fcgi_client_begin(struct buf *b)
{
	static const char body[FCGI_HEAD] = { 0, ROLE_RESPONDER, KEEP_CONN };

	put_record(b, FCGI_BEGIN_REQUEST, body, sizeof(body));
}

static size_t
put_length(unsigned char *out, size_t len)
{
	if (len < LONG_LENGTH) {
		out[0] = (unsigned char)len;
		return 1;
	}
	out[0] = (unsigned char)(len >> 24 | 0x80);
	out[1] = (unsigned char)(len >> 16);
	out[2] = (unsigned char)(len >> 8);
	out[3] = (unsigned char)len;
	return 4;
}

void
fcgi_client_param(struct buf *b, const char *name, const char *value)
{
	size_t name_len = strlen(name), value_len = strlen(value), n;
	unsigned char head[FCGI_HEAD], lengths[8];

	n = put_length(lengths, name_len);
	n += put_length(lengths + n, value_len);
	if (n + name_len + value_len > CONTENT_MAX) {
		buf_fail(b, ST_TOOBIG);
		return;
	}
	fcgi_head(head, FCGI_PARAMS, FCGI_CLIENT_REQUEST,
	    (uint16_t)(n + name_len + value_len));
	buf_add(b, head, sizeof(head));
	buf_add(b, lengths, n);
	buf_add(b, name, name_len);
	buf_add(b, value, value_len);
}

void
fcgi_client_body(struct buf *b, const char *body, size_t len)
{
	size_t part;

	put_record(b, FCGI_PARAMS, "", 0);
	for (; len > 0; body += part, len -= part) {
		part = len < CONTENT_MAX ? len : CONTENT_MAX;
		put_record(b, FCGI_STDIN, body, part);
	}
	put_record(b, FCGI_STDIN, "", 0);
}

void
fcgi_answer_init(struct fcgi_answer *a, size_t max)
{
	memset(a, 0, sizeof(*a));
	buf_init(&a->out, max);
}

void
fcgi_answer_fini(struct fcgi_answer *a)
{
	buf_fini(&a->out);
}

void
fcgi_answer_reset(struct fcgi_answer *a)
{
	const struct buf out = a->out;

	memset(a, 0, sizeof(*a));
	a->out = out;
	buf_reset(&a->out);
}

bool
fcgi_answer_is_fresh(const struct fcgi_answer *a)
{
	return a->state == FCGI_ANSWER_HEAD && a->have == 0 && a->out.len == 0;
}

static size_t
content_len(const struct fcgi_answer *a)
{
	return (size_t)a->head[4] << 8 | a->head[5];
}

/* A record's head is whole. */
static void
end_head(struct fcgi_answer *a)
{
	const unsigned request = (unsigned)a->head[2] << 8 | a->head[3];

	a->have = 0;
	a->state = FCGI_ANSWER_CONTENT;
	if (a->head[0] != 1 || request != FCGI_CLIENT_REQUEST ||
	    (a->head[1] != FCGI_STDOUT && a->head[1] != FCGI_STDERR &&
	    a->head[1] != FCGI_END_REQUEST) ||
	    (a->head[1] == FCGI_END_REQUEST && content_len(a) != FCGI_HEAD))
		a->state = FCGI_ANSWER_FAILED;
}

static void
take_content(struct fcgi_answer *a, const char *bytes, size_t n)
{
	if (a->head[1] == FCGI_STDOUT)
		buf_add(&a->out, bytes, n);
	else if (a->head[1] == FCGI_END_REQUEST)
		memcpy(a->end + a->have, bytes, n);
	a->have += n;
}

/* Goes on to what follows where nothing of this part is to come. */
static void
pass_on(struct fcgi_answer *a)
{
	if (a->state == FCGI_ANSWER_CONTENT && a->have == content_len(a)) {
		a->have = 0;
		a->state = FCGI_ANSWER_PADDING;
	}
	if (a->state == FCGI_ANSWER_PADDING && a->have == a->head[6]) {
		a->have = 0;
		a->state = a->head[1] == FCGI_END_REQUEST ?
		    FCGI_ANSWER_DONE : FCGI_ANSWER_HEAD;
	}
}

void
fcgi_answer_feed(struct fcgi_answer *a, const char *bytes, size_t n)
{
	size_t part, want;

	for (; n > 0 && a->state < FCGI_ANSWER_DONE; bytes += part, n -= part) {
		part = 1;
		if (a->state == FCGI_ANSWER_HEAD) {
			a->head[a->have++] = (unsigned char)*bytes;
			if (a->have == FCGI_HEAD)
				end_head(a);
		} else {
			want = (a->state == FCGI_ANSWER_CONTENT ?
			    content_len(a) : a->head[6]) - a->have;
			part = n < want ? n : want;
			if (a->state == FCGI_ANSWER_CONTENT)
				take_content(a, bytes, part);
			else
				a->have += part;
		}
		pass_on(a);
	}
}

/* "Status: 404 …", where the head of a CGI answer has it (RFC 3875, 6.3.3). */
static enum status
read_status(const char *line, size_t len, int *status)
{
	static const char name[] = "status:";
	char digits[4];
	uint64_t n;
	size_t i;

	for (i = 0; i < sizeof(name) - 1; i++)
		if (i >= len || chars_lower((unsigned char)line[i]) !=
		    (unsigned char)name[i])
			return ST_NOTFOUND;
	while (i < len && chars_is_ows((unsigned char)line[i]))
		i++;
	if (len - i < 3)
		return ST_INVALID;
	memcpy(digits, line + i, 3);
	digits[3] = '\0';
	if (str_uint(digits, 599, &n) || n < 100)
		return ST_INVALID;
	*status = (int)n;
	return ST_OK;
}

/* Takes the head of the answer off, whose lines end in CRLF or LF. */
static enum status
split(struct fcgi_answer *a)
{
	const char *p = a->out.data, *end = p + a->out.len, *eol;
	enum status st = ST_OK;
	size_t len;

	a->status = STATUS_OK;
	for (; st == ST_OK || st == ST_NOTFOUND; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (eol == NULL)
			return ST_INVALID;
		len = (size_t)(eol - p);
		if (len > 0 && p[len - 1] == '\r')
			len--;
		if (len == 0) {
			a->body = eol + 1;
			a->body_len = (size_t)(end - a->body);
			return ST_OK;
		}
		st = read_status(p, len, &a->status);
	}
	return st;
}

enum status
fcgi_answer_end(struct fcgi_answer *a)
{
	if (buf_status(&a->out))
		return buf_status(&a->out);
	if (a->state == FCGI_ANSWER_FAILED)
		return ST_INVALID;
	if (a->state != FCGI_ANSWER_DONE)
		return ST_BUSY;
	if (a->end[4] != 0)		/* not FCGI_REQUEST_COMPLETE */
		return ST_DENIED;
	return split(a);
}
