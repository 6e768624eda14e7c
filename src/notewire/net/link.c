#include "notewire/net/link.h"

#include <string.h>

bool
link_is_address(const char *text)
{
	return strncmp(text, "http://", 7) == 0 ||
	    strncmp(text, "https://", 8) == 0;
}

enum status
link_read(const char *text, struct link_parts *out)
{
	const char *hash = strchr(text, '#');
	size_t n = hash != NULL ? (size_t)(hash - text) : 0;
	enum role role;

	if (!link_is_address(text) || n == 0 || n >= LINK_BASE_MAX ||
	    memchr(text, '?', n) != NULL)
		return ST_INVALID;
	token_from_link(text, out->token);
	if (token_parse(out->token, &role))
		return ST_INVALID;
	memcpy(out->base, text, n);
	if (out->base[n - 1] != '/')
		out->base[n++] = '/';
	out->base[n] = '\0';
	return ST_OK;
}
