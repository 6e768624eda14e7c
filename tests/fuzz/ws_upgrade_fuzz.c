/*
 * A request that is taken as an upgrade has all that RFC 6455 (4.2.1) wants,
 * looked for here in its plain fields; one that is not gives no key; and every
 * refusal is one whole answer.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "proto/ws_upgrade.h"

#define PROTOCOL	"notewire.v1"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The one field of that name; NULL: there is none, or more than one. */
static const char *
only(const struct http_head *h, const char *name)
{
	const char *value = NULL;
	size_t i, n = 0;

	for (i = 0; i < h->lines; i++)
		if (strcmp(h->bytes + h->line[i].name, name) == 0) {
			value = h->bytes + h->line[i].value;
			n++;
		}
	return n == 1 ? value : NULL;
}

/* Whether the letters stand anywhere in a field of that name. */
static bool
mentions(const struct http_head *h, const char *name, const char *letters)
{
	size_t i;

	for (i = 0; i < h->lines; i++)
		if (strcmp(h->bytes + h->line[i].name, name) == 0 &&
		    strcasestr(h->bytes + h->line[i].value, letters) != NULL)
			return true;
	return false;
}

static void
is_proper(const struct http_head *h, const char *key)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *version = only(h, "sec-websocket-version");
	const char *host = only(h, "host");

	must(strcmp(h->method, "GET") == 0 && h->http11);
	must(host != NULL && host[0] != '\0');
	must(version != NULL && strcmp(version, "13") == 0);
	must(mentions(h, "upgrade", "websocket"));
	must(mentions(h, "connection", "upgrade"));
	must(!mentions(h, "transfer-encoding", "chunked"));
	must(key == only(h, "sec-websocket-key"));
	must(strspn(key, base64) == 22 && strcmp(key + 22, "==") == 0);
}

static void
answers_are_whole(enum ws_refusal why)
{
	struct buf b;
	const char *end;

	buf_init(&b, 1024);
	if (why == WS_ACCEPTED)
		ws_upgrade_accept(&b, "x", PROTOCOL);
	else
		ws_upgrade_refuse(&b, why);
	must(buf_status(&b) == ST_OK);
	must(strncmp(b.data, why == WS_ACCEPTED ? "HTTP/1.1 101 " :
	    "HTTP/1.1 4", why == WS_ACCEPTED ? 13 : 10) == 0);
	end = strstr(b.data, "\r\n\r\n");
	must(end != NULL && (end[4] == '\0') == (why == WS_ACCEPTED));
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_head h;
	enum ws_refusal why;
	const char *key;

	http_head_init(&h);
	(void)http_head_feed(&h, (const char *)data, size);
	if (http_head_end(&h) != ST_OK)
		return 0;
	why = ws_upgrade_check(&h, &key);
	if (why == WS_ACCEPTED)
		is_proper(&h, key);
	else
		must(key[0] == '\0');
	must(!ws_upgrade_offers(&h, PROTOCOL) ||
	    mentions(&h, "sec-websocket-protocol", PROTOCOL));
	answers_are_whole(why);
	return 0;
}
