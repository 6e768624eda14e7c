#include "auth/origin.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

/* Bytes of a host name (RFC 1035, 2.3.4), and of an entry of the list. */
#define HOST_MAX	253
#define ORIGIN_MAX	(sizeof("https://") + HOST_MAX + sizeof(":65535"))
#define PORT_MAX	65535

struct origin {
	bool		https;
	uint64_t	port;
	char		host[HOST_MAX + 1];	/* lower case */
};

static const char host_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

/* Lower case, by ASCII alone. */
static void
fold(char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
}

/* "[...]" around an IPv6 address (RFC 3986, 3.2.2), no zone. */
static bool
is_ipv6(const char *host)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr parsed;
	size_t n = strlen(host);

	if (n < 2 || host[n - 1] != ']' || n - 2 >= sizeof(address))
		return false;
	memcpy(address, host + 1, n - 2);
	address[n - 2] = '\0';
	return inet_pton(AF_INET6, address, &parsed) == 1;
}

static bool
is_host(const char *host)
{
	size_t n = strlen(host);

	if (host[0] == '[')
		return is_ipv6(host);
	return n > 0 && strspn(host, host_bytes) == n && host[0] != '.' &&
	    host[n - 1] != '.' && strstr(host, "..") == NULL;
}

/* The ":" that begins a port; the end of the text when there is none. */
static const char *
port_colon(const char *text)
{
	const char *bracket = strchr(text, ']');
	const char *colon = strchr(bracket ? bracket : text, ':');

	return colon ? colon : text + strlen(text);
}

static uint64_t
default_port(bool https)
{
	return https ? 443 : 80;
}

/* "host" or "host:port"; without port `o->port` stays as it is. */
static bool
read_authority(const char *text, struct origin *o)
{
	const char *colon = port_colon(text);
	size_t n = (size_t)(colon - text);

	if (n > HOST_MAX)
		return false;
	memcpy(o->host, text, n);
	o->host[n] = '\0';
	fold(o->host);
	if (!is_host(o->host))
		return false;
	if (*colon == '\0')
		return true;
	return str_uint(colon + 1, PORT_MAX, &o->port) == ST_OK && o->port > 0;
}

static bool
read_origin(const char *text, struct origin *o)
{
	char folded[ORIGIN_MAX];

	if (str_copy(folded, sizeof(folded), text))
		return false;
	fold(folded);
	o->https = strncmp(folded, "https://", 8) == 0;
	if (!o->https && strncmp(folded, "http://", 7) != 0)
		return false;
	o->port = default_port(o->https);
	return read_authority(folded + (o->https ? 8 : 7), o);
}

/* The next entry of a list of `*n` bytes, and where to look on; or NULL. */
static const char *
next_entry(const char **list, size_t *n)
{
	const char *entry = *list + strspn(*list, " ");

	*n = strcspn(entry, " ");
	*list = entry + *n;
	return *n > 0 ? entry : NULL;
}

static bool
read_entry(const char *entry, size_t n, struct origin *o)
{
	char text[ORIGIN_MAX];

	if (n >= sizeof(text))
		return false;
	memcpy(text, entry, n);
	text[n] = '\0';
	return read_origin(text, o);
}

static bool
is_listed(const struct origin *o, const char *list)
{
	struct origin listed;
	const char *entry;
	size_t n;

	while ((entry = next_entry(&list, &n)) != NULL)
		if (read_entry(entry, n, &listed) &&
		    listed.https == o->https && listed.port == o->port &&
		    strcmp(listed.host, o->host) == 0)
			return true;
	return false;
}

static bool
is_same_host(const struct origin *o, const char *host, bool https)
{
	struct origin own = { .port = default_port(o->https) };

	if (https && !o->https)
		return false;
	return host != NULL && read_authority(host, &own) &&
	    own.port == o->port && strcmp(own.host, o->host) == 0;
}

bool
origin_allowed(const char *header, const char *list, const char *host,
    bool https)
{
	struct origin o;

	if (header == NULL || !read_origin(header, &o))
		return false;
	if (list[strspn(list, " ")] != '\0')
		return is_listed(&o, list);
	return is_same_host(&o, host, https);
}

bool
origin_list_valid(const char *list)
{
	struct origin o;
	const char *entry;
	size_t n;

	while ((entry = next_entry(&list, &n)) != NULL)
		if (!read_entry(entry, n, &o))
			return false;
	return true;
}
