#ifndef NOTEWIRE_DOCTOR_TROUBLE_H
#define NOTEWIRE_DOCTOR_TROUBLE_H

#include <stddef.h>

#include "base/buf.h"

/* What can be wrong with a web server's configuration, as seen from outside. */
enum trouble {
	TROUBLE_OTHER = 0,	/* nothing that a directive mends */
	TROUBLE_API_ABSENT,
	TROUBLE_API_FORBIDDEN,
	TROUBLE_API_BROKEN,
	TROUBLE_API_AWAY,
	TROUBLE_API_PATH,
	TROUBLE_API_METHOD,
	TROUBLE_MOUNT,
	TROUBLE_AUTHORIZATION,
	TROUBLE_CONTENT_TYPE,
	TROUBLE_QUERY,
	TROUBLE_ADDRESS,
	TROUBLE_SCHEME,
	TROUBLE_RANGE_CUT,
	TROUBLE_PAGE_ABSENT,
	TROUBLE_PAGE_FORBIDDEN,
	TROUBLE_REDIRECT,
	TROUBLE_REDIRECT_HOST,
	TROUBLE_TYPE_HTML,
	TROUBLE_TYPE_CSS,
	TROUBLE_TYPE_JS,
	TROUBLE_TYPE_SVG,
	TROUBLE_CHARSET_HTML,
	TROUBLE_CHARSET_CSS,
	TROUBLE_CHARSET_JS,
	TROUBLE_HEADER_CACHE,
	TROUBLE_IMMUTABLE,
	TROUBLE_HEADER_CSP,
	TROUBLE_HEADER_REFERRER,
	TROUBLE_HEADER_NOSNIFF,
	TROUBLE_COMPRESSION,
	TROUBLE_ENTITY_TAG,
	TROUBLE_VARY,
	TROUBLE_BUFFERED,
	TROUBLE_IDLE,
	TROUBLE_LEAVING,
	TROUBLE_BODY_JSON,
	TROUBLE_BODY_FILE,
	TROUBLE_BODY_IMPORT,
	TROUBLE_BODY_ENDLESS,
	TROUBLE_PATH_PREFIX,
	TROUBLE_PATH_LINE,
	TROUBLE_SOCKET_ABSENT,
	TROUBLE_SOCKET_UPGRADE,
	TROUBLE_SOCKET_HOST,
	TROUBLE_SOCKET_SCHEME,
	TROUBLE_SOCKET_ADDRESS,
	TROUBLES
};

enum server {
	SERVER_OTHER = 0,
	SERVER_APACHE,
	SERVER_LIGHTTPD,
	SERVER_NGINX,
};

/* What its Server field calls it. */
enum server server_find(const char *field);
const char *server_name(enum server s);

/* A line of a snippet whose absence, or loss, makes that trouble. */
struct advice {
	enum trouble	 trouble;
	enum server	 server;
	const char	*snippet;	/* a file of cgi/conf; "": none of ours */
	const char	*place;		/* the block that it stands in; "": none */
	const char	*directive;	/* as it stands there, for /notewire */
};

/* The next behind `at` (NULL: the first), or NULL. */
const struct advice *advice_next(const struct advice *at, enum trouble t,
    enum server s);

#endif
