#include <string.h>
#include <strings.h>

#include "notewire/doctor/trouble.h"

/*
 * One table: which line of which snippet mends what.  The words of a directive
 * stand in that snippet, as the tests see to.
 */

#define API		"<Location \"/notewire/api\">"
#define DIRECTORY	"<Directory \"${NOTEWIRE_WWW}\">"
#define SOCKET		"<Location \"/notewire/socket/\">"
#define L_API		"$HTTP[\"url\"] =~ \"^/notewire/api(/|$)\""
#define L_SERVER	L_API ", fastcgi.server"
#define L_IMPORT	"$HTTP[\"url\"] =~ \"^/notewire/api/boards/[^/]+/import$\""
#define L_FEEDS		\
	"$HTTP[\"url\"] =~ \"^/notewire/api/boards/[^/]+/(changes|live)$\""
#define L_PAGE		"$HTTP[\"url\"] =~ \"^/notewire/(?!api(/|$)|socket/)\""
#define L_OTHERS	\
	"$HTTP[\"url\"] =~ \"^/notewire/(?!api(/|$)|socket/|[0-9][^/]*/)\""
#define L_BUNDLE	"$HTTP[\"url\"] =~ \"^/notewire/[0-9][^/]*/\""
#define L_TYPES		L_PAGE ", mimetype.assign"
#define L_HEADERS	L_PAGE ", setenv.set-response-header"
#define L_SOCKET	"$HTTP[\"url\"] =~ \"^/notewire/socket/\""
#define N_BUNDLE	"if ($uri ~ \"^/notewire/[0-9][^/]*/\")"
#define N_PAGE		"location ^~ /notewire/"
#define N_TYPES		N_PAGE ", types"
#define N_API		"location ^~ /notewire/api"
#define N_IMPORT	"location ~ ^/notewire/api/boards/[^/]+/import$"
#define N_SOCKET	"location ^~ /notewire/socket/"

#define FCGI		"apache-fcgi.conf"
#define FCGID		"apache-fcgid.conf"
#define CGI		"apache-cgi.conf"
#define A_PAGE		"apache-page.conf"
#define L_FCGI		"lighttpd-socket.conf"
#define L_SPAWN		"lighttpd-spawn.conf"
#define L_CGI		"lighttpd-cgi.conf"
#define L_WWW		"lighttpd-page.conf"
#define NGINX		"nginx.conf"

static const struct advice table[] = {
#define APACHE(trouble, snippet, place, directive)			\
	{ TROUBLE_##trouble, SERVER_APACHE, snippet, place, directive },
#define LIGHTTPD(trouble, snippet, place, directive)			\
	{ TROUBLE_##trouble, SERVER_LIGHTTPD, snippet, place, directive },
#define EVERY_LIGHTTPD(trouble, place, directive)			\
	LIGHTTPD(trouble, L_FCGI, place, directive)			\
	LIGHTTPD(trouble, L_SPAWN, place, directive)			\
	LIGHTTPD(trouble, L_CGI, place, directive)
#define OURS_NGINX(trouble, place, directive)				\
	{ TROUBLE_##trouble, SERVER_NGINX, NGINX, place, directive },

	APACHE(API_ABSENT, FCGI, "", "ProxyPass \"/notewire/api\"")
	APACHE(API_ABSENT, FCGID, "", "Alias \"/notewire/api\"")
	APACHE(API_ABSENT, FCGID, API, "SetHandler fcgid-script")
	APACHE(API_ABSENT, CGI, "", "Alias \"/notewire/api\"")
	APACHE(API_ABSENT, CGI, API, "SetHandler cgi-script")
	LIGHTTPD(API_ABSENT, L_FCGI, L_API, "fastcgi.server")
	LIGHTTPD(API_ABSENT, L_FCGI, L_SERVER,
	    "\"check-local\" => \"disable\"")
	LIGHTTPD(API_ABSENT, L_FCGI, "", "server.modules += (\"mod_fastcgi\")")
	LIGHTTPD(API_ABSENT, L_SPAWN, L_API, "fastcgi.server")
	LIGHTTPD(API_ABSENT, L_SPAWN, L_SERVER,
	    "\"check-local\" => \"disable\"")
	LIGHTTPD(API_ABSENT, L_SPAWN, "", "server.modules += (\"mod_fastcgi\")")
	LIGHTTPD(API_ABSENT, L_CGI, L_API, "alias.url")
	LIGHTTPD(API_ABSENT, L_CGI, L_API, "cgi.assign")
	LIGHTTPD(API_ABSENT, L_CGI, "", "server.modules += (\"mod_cgi\")")
	OURS_NGINX(API_ABSENT, N_API, "fastcgi_pass $notewire_socket")

	APACHE(API_FORBIDDEN, FCGI, "", "ProxyPass \"/notewire/api\"")
	APACHE(API_FORBIDDEN, FCGID, "", "Alias \"/notewire/api\"")
	APACHE(API_FORBIDDEN, CGI, "", "Alias \"/notewire/api\"")
	APACHE(API_FORBIDDEN, FCGID, API, "Require all granted")
	APACHE(API_FORBIDDEN, FCGID, API, "Options +ExecCGI")
	APACHE(API_FORBIDDEN, CGI, API, "Require all granted")
	APACHE(API_FORBIDDEN, CGI, API, "Options +ExecCGI")
	LIGHTTPD(API_FORBIDDEN, L_CGI, L_API, "cgi.assign")
	OURS_NGINX(API_FORBIDDEN, N_API, "fastcgi_pass $notewire_socket")

	APACHE(API_BROKEN, FCGID, "", "FcgidInitialEnv NOTEWIRE_CONF")
	APACHE(API_BROKEN, CGI, API, "SetEnv NOTEWIRE_CONF")
	LIGHTTPD(API_BROKEN, L_SPAWN, L_SERVER, "\"bin-environment\"")
	LIGHTTPD(API_BROKEN, L_CGI, L_API, "setenv.set-environment")

	LIGHTTPD(API_AWAY, L_SPAWN, L_SERVER, "\"bin-path\"")
	LIGHTTPD(API_AWAY, L_SPAWN, L_SERVER, "\"bin-environment\"")

	APACHE(API_PATH, FCGI, API, "ProxyFCGISetEnvIf \"%{REQUEST_URI} =~ "
	    "m#(?s)^/notewire/api(.*)$#\" PATH_INFO \"$1\"")
	OURS_NGINX(API_PATH, N_API, "fastcgi_split_path_info")
	OURS_NGINX(API_PATH, N_API, "fastcgi_param PATH_INFO $fastcgi_path_info")
	OURS_NGINX(API_METHOD, N_API,
	    "fastcgi_param REQUEST_METHOD $request_method")
	APACHE(MOUNT, FCGI, API,
	    "ProxyFCGISetEnvIf \"true\" SCRIPT_NAME \"/notewire/api\"")
	OURS_NGINX(MOUNT, N_API,
	    "fastcgi_param SCRIPT_NAME $fastcgi_script_name")

	APACHE(AUTHORIZATION, FCGI, API, "CGIPassAuth On")
	APACHE(AUTHORIZATION, FCGID, API, "CGIPassAuth On")
	APACHE(AUTHORIZATION, CGI, API, "CGIPassAuth On")
	OURS_NGINX(CONTENT_TYPE, N_API,
	    "fastcgi_param CONTENT_TYPE $content_type")
	OURS_NGINX(QUERY, N_API, "fastcgi_param QUERY_STRING $query_string")
	OURS_NGINX(ADDRESS, N_API, "fastcgi_param REMOTE_ADDR $remote_addr")
	OURS_NGINX(SCHEME, N_API, "fastcgi_param REQUEST_SCHEME $scheme")
	EVERY_LIGHTTPD(RANGE_CUT, L_API, "server.range-requests = \"disable\"")

	APACHE(PAGE_ABSENT, A_PAGE, "", "AliasMatch")
	LIGHTTPD(PAGE_ABSENT, L_WWW, L_PAGE, "alias.url")
	LIGHTTPD(PAGE_ABSENT, L_WWW, L_PAGE,
	    "index-file.names = (\"index.html\")")
	LIGHTTPD(PAGE_ABSENT, L_WWW, "", "\"mod_alias\"")
	OURS_NGINX(PAGE_ABSENT, N_PAGE, "alias $notewire_www/")
	APACHE(PAGE_FORBIDDEN, A_PAGE, "", "AliasMatch")
	APACHE(PAGE_FORBIDDEN, A_PAGE, DIRECTORY, "Require all granted")
	LIGHTTPD(PAGE_FORBIDDEN, L_WWW, L_PAGE,
	    "index-file.names = (\"index.html\")")
	OURS_NGINX(PAGE_FORBIDDEN, N_PAGE, "alias $notewire_www/")

	APACHE(REDIRECT, A_PAGE, "", "RedirectMatch permanent \"^/notewire$\"")
	LIGHTTPD(REDIRECT, L_WWW, "", "url.redirect")
	LIGHTTPD(REDIRECT, L_WWW, "", "\"mod_redirect\"")
	OURS_NGINX(REDIRECT, "location = /notewire", "return 301 /notewire/")
	OURS_NGINX(REDIRECT_HOST, "location = /notewire",
	    "absolute_redirect off")

	APACHE(TYPE_HTML, A_PAGE, DIRECTORY,
	    "AddType \"text/html; charset=utf-8\" .html")
	LIGHTTPD(TYPE_HTML, L_WWW, L_TYPES, "\".html\"")
	OURS_NGINX(TYPE_HTML, N_TYPES, "text/html html")
	APACHE(TYPE_CSS, A_PAGE, DIRECTORY,
	    "AddType \"text/css; charset=utf-8\" .css")
	LIGHTTPD(TYPE_CSS, L_WWW, L_TYPES, "\".css\"")
	OURS_NGINX(TYPE_CSS, N_TYPES, "text/css css")
	APACHE(TYPE_JS, A_PAGE, DIRECTORY,
	    "AddType \"text/javascript; charset=utf-8\" .js")
	LIGHTTPD(TYPE_JS, L_WWW, L_TYPES, "\".js\"")
	OURS_NGINX(TYPE_JS, N_TYPES, "text/javascript js")
	APACHE(TYPE_SVG, A_PAGE, DIRECTORY, "AddType image/svg+xml .svg")
	LIGHTTPD(TYPE_SVG, L_WWW, L_TYPES, "\".svg\"")
	OURS_NGINX(TYPE_SVG, N_TYPES, "image/svg+xml svg")
	APACHE(CHARSET_HTML, A_PAGE, DIRECTORY,
	    "AddType \"text/html; charset=utf-8\" .html")
	LIGHTTPD(CHARSET_HTML, L_WWW, L_TYPES, "\".html\"")
	OURS_NGINX(CHARSET_HTML, N_PAGE, "charset utf-8")
	APACHE(CHARSET_CSS, A_PAGE, DIRECTORY,
	    "AddType \"text/css; charset=utf-8\" .css")
	LIGHTTPD(CHARSET_CSS, L_WWW, L_TYPES, "\".css\"")
	OURS_NGINX(CHARSET_CSS, N_PAGE, "charset_types text/css")
	APACHE(CHARSET_JS, A_PAGE, DIRECTORY,
	    "AddType \"text/javascript; charset=utf-8\" .js")
	LIGHTTPD(CHARSET_JS, L_WWW, L_TYPES, "\".js\"")
	OURS_NGINX(CHARSET_JS, N_PAGE,
	    "charset_types text/css text/javascript")

	APACHE(HEADER_CACHE, A_PAGE, DIRECTORY,
	    "Header set Cache-Control \"no-cache\"")
	LIGHTTPD(HEADER_CACHE, L_WWW, L_OTHERS,
	    "setenv.add-response-header = (\"Cache-Control\" => \"no-cache\")")
	OURS_NGINX(HEADER_CACHE, N_PAGE, "add_header Cache-Control")
	OURS_NGINX(HEADER_CACHE, "", "set $notewire_cache \"no-cache\"")
	APACHE(IMMUTABLE, A_PAGE, DIRECTORY, "Header set Cache-Control "
	    "\"public, max-age=31536000, immutable\"")
	LIGHTTPD(IMMUTABLE, L_WWW, L_BUNDLE,
	    "expire.url = (\"\" => \"access plus 365 days\")")
	LIGHTTPD(IMMUTABLE, L_WWW, "", "\"mod_expire\"")
	OURS_NGINX(IMMUTABLE, N_BUNDLE, "set $notewire_cache "
	    "\"public, max-age=31536000, immutable\"")
	LIGHTTPD(HEADER_CACHE, L_WWW, "", "\"mod_setenv\"")
	APACHE(HEADER_CSP, A_PAGE, DIRECTORY,
	    "Header set Content-Security-Policy")
	LIGHTTPD(HEADER_CSP, L_WWW, L_HEADERS, "\"Content-Security-Policy\"")
	OURS_NGINX(HEADER_CSP, N_PAGE, "add_header Content-Security-Policy")
	APACHE(HEADER_REFERRER, A_PAGE, DIRECTORY,
	    "Header set Referrer-Policy")
	LIGHTTPD(HEADER_REFERRER, L_WWW, L_HEADERS, "\"Referrer-Policy\"")
	OURS_NGINX(HEADER_REFERRER, N_PAGE, "add_header Referrer-Policy")
	APACHE(HEADER_NOSNIFF, A_PAGE, DIRECTORY,
	    "Header set X-Content-Type-Options")
	LIGHTTPD(HEADER_NOSNIFF, L_WWW, L_HEADERS,
	    "\"X-Content-Type-Options\"")
	OURS_NGINX(HEADER_NOSNIFF, N_PAGE, "add_header X-Content-Type-Options")

	APACHE(COMPRESSION, A_PAGE, DIRECTORY, "AddOutputFilterByType DEFLATE")
	LIGHTTPD(COMPRESSION, L_WWW, L_PAGE, "deflate.mimetypes")
	LIGHTTPD(COMPRESSION, L_WWW, L_PAGE,
	    "deflate.allowed-encodings = (\"gzip\")")
	LIGHTTPD(COMPRESSION, L_WWW, "", "\"mod_deflate\"")
	OURS_NGINX(COMPRESSION, N_PAGE, "gzip on")
	OURS_NGINX(COMPRESSION, N_PAGE, "gzip_types")
	OURS_NGINX(COMPRESSION, N_PAGE, "gzip_proxied any")
	APACHE(ENTITY_TAG, A_PAGE, "", "DeflateAlterEtag NoChange")
	OURS_NGINX(VARY, N_PAGE, "gzip_vary on")

	APACHE(BUFFERED, FCGI, "ProxyPass \"/notewire/api\"",
	    "flushpackets=on")
	APACHE(BUFFERED, FCGID, "", "FcgidOutputBufferSize 0")
	EVERY_LIGHTTPD(BUFFERED, L_FEEDS, "server.stream-response-body = 2")
	{ TROUBLE_BUFFERED, SERVER_NGINX, "", N_API,
	    "nothing like \"fastcgi_ignore_headers X-Accel-Buffering\"" },
	APACHE(IDLE, FCGI, "ProxyPass \"/notewire/api\"", "timeout=90")
	APACHE(IDLE, FCGID, "", "FcgidIOTimeout 90")
	APACHE(IDLE, CGI, API, "CGIDScriptTimeout 90s")
	OURS_NGINX(IDLE, N_API, "fastcgi_read_timeout 90s")
	LIGHTTPD(LEAVING, L_FCGI, L_SERVER,
	    "\"tcp-fin-propagate\" => \"enable\"")
	LIGHTTPD(LEAVING, L_SPAWN, L_SERVER,
	    "\"tcp-fin-propagate\" => \"enable\"")

	APACHE(BODY_JSON, FCGID, "", "FcgidMaxRequestLen 167772160")
	APACHE(BODY_FILE, FCGID, "", "FcgidMaxRequestLen 167772160")
	OURS_NGINX(BODY_FILE, N_API, "client_max_body_size 16m")
	APACHE(BODY_IMPORT, FCGID, "", "FcgidMaxRequestLen 167772160")
	EVERY_LIGHTTPD(BODY_IMPORT, L_IMPORT,
	    "server.max-request-size = 163840")
	OURS_NGINX(BODY_IMPORT, N_IMPORT, "client_max_body_size 160m")
	OURS_NGINX(BODY_IMPORT, N_IMPORT, "fastcgi_pass $notewire_socket")
	EVERY_LIGHTTPD(BODY_ENDLESS, L_API, "server.max-request-size = 16384")

	OURS_NGINX(PATH_PREFIX, N_API, "location ~ ^/notewire/api[^/]")
	OURS_NGINX(PATH_LINE, N_API,
	    "fastcgi_split_path_info \"(?s)^(/notewire/api)(.*)$\"")
	APACHE(PATH_LINE, FCGI, API, "ProxyFCGISetEnvIf \"%{REQUEST_URI} =~ "
	    "m#(?s)^/notewire/api(.*)$#\" PATH_INFO \"$1\"")

	APACHE(SOCKET_ABSENT, A_PAGE, "", "ProxyPass \"/notewire/socket/\"")
	LIGHTTPD(SOCKET_ABSENT, L_WWW, L_SOCKET, "proxy.server")
	LIGHTTPD(SOCKET_ABSENT, L_WWW, "", "\"mod_proxy\"")
	OURS_NGINX(SOCKET_ABSENT, N_SOCKET, "proxy_pass http://$notewire_http")
	APACHE(SOCKET_UPGRADE, A_PAGE, "ProxyPass \"/notewire/socket/\"",
	    "upgrade=websocket")
	LIGHTTPD(SOCKET_UPGRADE, L_WWW, L_SOCKET,
	    "proxy.header = (\"upgrade\" => \"enable\")")
	OURS_NGINX(SOCKET_UPGRADE, N_SOCKET, "proxy_http_version 1.1")
	OURS_NGINX(SOCKET_UPGRADE, N_SOCKET,
	    "proxy_set_header Upgrade $http_upgrade")
	OURS_NGINX(SOCKET_UPGRADE, N_SOCKET, "proxy_set_header Connection")
	APACHE(SOCKET_HOST, A_PAGE, SOCKET, "ProxyPreserveHost On")
	OURS_NGINX(SOCKET_HOST, N_SOCKET, "proxy_set_header Host $http_host")
	APACHE(SOCKET_SCHEME, A_PAGE, SOCKET,
	    "RequestHeader set X-Forwarded-Proto")
	OURS_NGINX(SOCKET_SCHEME, N_SOCKET,
	    "proxy_set_header X-Forwarded-Proto $scheme")
	OURS_NGINX(SOCKET_ADDRESS, N_SOCKET,
	    "proxy_set_header X-Forwarded-For $remote_addr")
};

const struct advice *
advice_next(const struct advice *at, enum trouble t, enum server s)
{
	const struct advice *end = table + sizeof(table) / sizeof(table[0]);

	for (at = at == NULL ? table : at + 1; at < end; at++)
		if (at->trouble == t && at->server == s)
			return at;
	return NULL;
}

static const char *const names[] = {
	[SERVER_OTHER] = "none that is known here",
	[SERVER_APACHE] = "Apache",
	[SERVER_LIGHTTPD] = "lighttpd",
	[SERVER_NGINX] = "nginx",
};

const char *
server_name(enum server s)
{
	return names[s];
}

enum server
server_find(const char *field)
{
	enum server s;

	for (s = SERVER_APACHE; s <= SERVER_NGINX; s++)
		if (strncasecmp(field, names[s], strlen(names[s])) == 0)
			return s;
	return SERVER_OTHER;
}
