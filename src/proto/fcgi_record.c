#include "proto/fcgi_record.h"

#include <string.h>

#define FCGI_VERSION		1

/* Where things stand in a record's head. */
#define AT_TYPE		1
#define AT_REQUEST	2
#define AT_LEN		4
#define AT_PADDING	6

void
fcgi_head(unsigned char out[FCGI_HEAD], enum fcgi_type type, uint16_t request,
    uint16_t len)
{
	memset(out, 0, FCGI_HEAD);
	out[0] = FCGI_VERSION;
	out[AT_TYPE] = (unsigned char)type;
	out[AT_REQUEST] = (unsigned char)(request >> 8);
	out[AT_REQUEST + 1] = (unsigned char)request;
	out[AT_LEN] = (unsigned char)(len >> 8);
	out[AT_LEN + 1] = (unsigned char)len;
}

void
fcgi_end(unsigned char out[FCGI_END], uint16_t request)
{
	fcgi_head(out, FCGI_STDOUT, request, 0);
	fcgi_head(out + FCGI_HEAD, FCGI_END_REQUEST, request, FCGI_HEAD);
	/* status 0, FCGI_REQUEST_COMPLETE, and what is reserved */
	memset(out + 2 * FCGI_HEAD, 0, FCGI_HEAD);
}

void
fcgi_listener_init(struct fcgi_listener *l, uint16_t request)
{
	*l = (struct fcgi_listener){ .request = request };
}

static unsigned
number(const struct fcgi_listener *l, size_t at)
{
	return (unsigned)l->head[at] << 8 | l->head[at + 1];
}

static void
end_head(struct fcgi_listener *l)
{
	l->have = 0;
	l->skip = number(l, AT_LEN) + l->head[AT_PADDING];
	if (l->head[0] != FCGI_VERSION)
		l->failed = true;
	else if (l->head[AT_TYPE] == FCGI_ABORT_REQUEST &&
	    number(l, AT_REQUEST) == l->request)
		l->aborted = true;
}

void
fcgi_listener_feed(struct fcgi_listener *l, const char *bytes, size_t n)
{
	size_t part;

	while (n > 0 && !l->failed) {
		if (l->skip > 0) {
			part = n < l->skip ? n : l->skip;
			l->skip -= (uint32_t)part;
		} else {
			part = 1;
			l->head[l->have++] = (unsigned char)*bytes;
			if (l->have == FCGI_HEAD)
				end_head(l);
		}
		bytes += part;
		n -= part;
	}
}
