#include "notewire/setup/setup_priv.h"

#define PAGE_MODULES	\
	"alias", "authz_core", "deflate", "dir", "filter", "headers", "mime",	\
	"proxy", "proxy_http"

/* The first of each server is the one that is meant without --way. */
const struct way setup_ways[] = {
	{ "apache", "fcgi", KIND_APACHE,
	    { "apache-page.conf", "apache-fcgi.conf" }, "www http socket",
	    { PAGE_MODULES, "proxy_fcgi" } },
	{ "apache", "fcgid", KIND_APACHE,
	    { "apache-page.conf", "apache-fcgid.conf" }, "www http fcgi conf",
	    { PAGE_MODULES, "fcgid" } },
	{ "apache", "cgi", KIND_APACHE,
	    { "apache-page.conf", "apache-cgi.conf" }, "www http cgi conf",
	    { PAGE_MODULES, "env", "cgid" } },
	{ "lighttpd", "socket", KIND_LIGHTTPD,
	    { "lighttpd-page.conf", "lighttpd-socket.conf" },
	    "www http socket", { NULL } },
	{ "lighttpd", "spawn", KIND_LIGHTTPD,
	    { "lighttpd-page.conf", "lighttpd-spawn.conf" },
	    "www http fcgi conf socket processes", { NULL } },
	{ "lighttpd", "cgi", KIND_LIGHTTPD,
	    { "lighttpd-page.conf", "lighttpd-cgi.conf" },
	    "www http cgi conf", { NULL } },
	{ "nginx", "socket", KIND_NGINX, { "nginx.conf" },
	    "www http socket", { NULL } },
};

const size_t setup_ways_n = sizeof(setup_ways) / sizeof(setup_ways[0]);
