#include "proto/accept.h"

#include <string.h>

#include "proto/chars.h"

/*
 * A qvalue (RFC 9110, 12.4.2), "0" or "1" and up to three digits, in
 * thousandths.
 */
static bool
read_weight(const char *q, unsigned *weight)
{
	unsigned unit = 1000;
	const char *p;

	*weight = q[0] == '1' ? unit : 0;
	if (q[0] != '0' && q[0] != '1')
		return false;
	if (q[1] == '\0')
		return true;
	if (q[1] != '.' || strlen(q) > strlen("0.123"))
		return false;
	for (p = q + 2; *p != '\0'; p++) {
		if (!chars_is_digit((unsigned char)*p) ||
		    (q[0] == '1' && *p != '0'))
			return false;
		unit /= 10;
		*weight += (unsigned)(*p - '0') * unit;
	}
	return true;
}

/* The element is whole; between two commas there need not be one. */
static bool
end_element(struct accept *a)
{
	unsigned weight = 1000;

	if (!a->begun)
		return true;
	a->begun = false;
	if (media_type_end(&a->element))
		return false;
	if (a->element.has_param && !read_weight(a->element.param, &weight))
		return false;
	if (weight > a->weight && strcmp(a->element.name, a->type) == 0)
		a->weight = weight;
	a->named = a->weight > 0;
	return true;
}

static bool
step(struct accept *a, char c)
{
	if (c == ',' && !(a->begun && media_type_in_quotes(&a->element)))
		return end_element(a);
	if (!a->begun) {
		if (chars_is_ows((unsigned char)c))
			return true;
		a->begun = true;
		media_type_init(&a->element, "q");
	}
	media_type_feed(&a->element, &c, 1);
	return true;
}

void
accept_init(struct accept *a, const char *type)
{
	memset(a, 0, sizeof(*a));
	a->type = type;
}

void
accept_feed(struct accept *a, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n && !a->failed; i++)
		a->failed = !step(a, bytes[i]);
}

enum status
accept_end(struct accept *a)
{
	if (!a->failed)
		a->failed = !end_element(a);
	if (a->failed)
		return ST_INVALID;
	return a->named ? ST_OK : ST_NOTFOUND;
}

bool
accept_names(const char *header, const char *type)
{
	struct accept a;

	accept_init(&a, type);
	accept_feed(&a, header, strlen(header));
	return accept_end(&a) == ST_OK;
}

unsigned
accept_weight(const char *header, const char *type)
{
	struct accept a;

	accept_init(&a, type);
	accept_feed(&a, header, strlen(header));
	return accept_end(&a) == ST_OK ? a.weight : 0;
}
