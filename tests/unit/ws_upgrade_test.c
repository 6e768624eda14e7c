#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ws_upgrade.h"

#define START	"GET /notewire/socket/b HTTP/1.1\r\n"
#define HOST	"Host: a.example\r\n"
#define UP	"Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define KEY	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define V13	"Sec-WebSocket-Version: 13\r\n"

static enum ws_refusal
check_text(const char *text, const char **key)
{
	static struct http_head h;

	http_head_init(&h);
	(void)http_head_feed(&h, text, strlen(text));
	assert_int_equal(http_head_end(&h), ST_OK);
	return ws_upgrade_check(&h, key);
}

static void
the_handshake_of_the_rfc_is_one(void **state)
{
	const char *key;

	(void)state;
	assert_int_equal(check_text(START HOST UP KEY V13 "\r\n", &key),
	    WS_ACCEPTED);
	assert_string_equal(key, "dGhlIHNhbXBsZSBub25jZQ==");
	assert_int_equal(check_text(START HOST "upgrade: foo, WebSocket\r\n"
	    "Connection: upgrade\r\nContent-Length: 0\r\n" KEY V13 "\r\n",
	    &key), WS_ACCEPTED);
}

static void
what_is_none_is_told_why(void **state)
{
	static const struct {
		const char	*text;
		enum ws_refusal	 why;
	} all[] = {
		{ START HOST "\r\n", WS_NO_UPGRADE },
		{ START HOST "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
		    WS_NO_UPGRADE },
		{ START HOST UP KEY "Sec-WebSocket-Version: 8\r\n\r\n",
		    WS_WRONG_VERSION },
		{ START HOST UP KEY "\r\n", WS_WRONG_VERSION },
		{ START HOST UP KEY V13 V13 "\r\n", WS_MALFORMED },
		{ START HOST UP KEY KEY V13 "\r\n", WS_MALFORMED },
		{ START HOST UP V13 "\r\n", WS_MALFORMED },
		{ START UP KEY V13 "\r\n", WS_MALFORMED },
		{ START HOST HOST UP KEY V13 "\r\n", WS_MALFORMED },
		{ START HOST "Upgrade: websocket\r\n" KEY V13 "\r\n",
		    WS_MALFORMED },
		{ "POST / HTTP/1.1\r\n" HOST UP KEY V13 "\r\n",
		    WS_MALFORMED },
		{ "GET / HTTP/1.0\r\n" HOST UP KEY V13 "\r\n",
		    WS_MALFORMED },
		{ START HOST UP KEY V13 "Content-Length: 5\r\n\r\n",
		    WS_MALFORMED },
		{ START HOST UP KEY V13 "Transfer-Encoding: chunked\r\n\r\n",
		    WS_MALFORMED },
		{ START HOST UP V13 "Sec-WebSocket-Key: short\r\n\r\n",
		    WS_MALFORMED },
		{ START HOST UP V13
		    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==\r\n\r\n",
		    WS_MALFORMED },
		{ START HOST UP V13
		    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q==\r\n\r\n",
		    WS_MALFORMED },
	};
	const char *key;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(check_text(all[i].text, &key), all[i].why);
		assert_string_equal(key, "");
	}
}

static void
subprotocols_are_offered_letter_by_letter(void **state)
{
	static const struct {
		const char	*fields;
		bool		 offered;
	} all[] = {
		{ "", false },
		{ "Sec-WebSocket-Protocol: notewire.v1\r\n", true },
		{ "Sec-WebSocket-Protocol: a, notewire.v1 ,b\r\n", true },
		{ "Sec-WebSocket-Protocol: a\r\n"
		    "sec-websocket-protocol: b,notewire.v1\r\n", true },
		{ "Sec-WebSocket-Protocol: Notewire.v1\r\n", false },
		{ "Sec-WebSocket-Protocol: notewire.v11\r\n", false },
		{ "Sec-WebSocket-Protocol: notewire.v\r\n", false },
		{ "Sec-WebSocket-Protocol: notewire v1, ,\r\n", false },
		{ "Sec-WebSocket-Protocols: notewire.v1\r\n", false },
	};
	static struct http_head h;
	char text[1024];
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		n = snprintf(text, sizeof(text), START HOST UP KEY V13
		    "%s\r\n", all[i].fields);
		http_head_init(&h);
		(void)http_head_feed(&h, text, (size_t)n);
		assert_int_equal(http_head_end(&h), ST_OK);
		assert_int_equal(ws_upgrade_offers(&h, "notewire.v1"),
		    all[i].offered);
	}
}

static void
answers_are_whole(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	ws_upgrade_accept(&b, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "notewire.v1");
	assert_string_equal(b.data, "HTTP/1.1 101 Switching Protocols\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	    "Sec-WebSocket-Protocol: notewire.v1\r\n\r\n");
	buf_fini(&b);
}

/* An answer that ends with its body, as long as it says. */
static void
check_refusal(const char *text, const char *start, const char *fields)
{
	const char *body = strstr(text, "\r\n\r\n");
	char length[40];

	assert_int_equal(strncmp(text, start, strlen(start)), 0);
	assert_non_null(strstr(text, fields));
	assert_non_null(body);
	body += strlen("\r\n\r\n");
	assert_true(strlen(body) > 1 && body[strlen(body) - 1] == '\n');
	(void)snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n",
	    strlen(body));
	assert_non_null(strstr(text, length));
}

static void
each_refusal_has_its_answer(void **state)
{
	static const struct {
		enum ws_refusal	 why;
		const char	*start;
		const char	*fields;
	} all[] = {
		{ WS_NO_UPGRADE, "HTTP/1.1 426 Upgrade Required\r\n",
		    "\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
		    "Connection: Upgrade, close\r\n" },
		{ WS_WRONG_VERSION, "HTTP/1.1 426 Upgrade Required\r\n",
		    "\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
		    "Connection: Upgrade, close\r\n" },
		{ WS_MALFORMED, "HTTP/1.1 400 Bad Request\r\n",
		    "\r\nConnection: close\r\n" },
		{ WS_TOO_LONG,
		    "HTTP/1.1 431 Request Header Fields Too Large\r\n",
		    "\r\nConnection: close\r\n" },
		{ WS_TOO_SLOW, "HTTP/1.1 408 Request Timeout\r\n",
		    "\r\nConnection: close\r\n" },
	};
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 1000);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		buf_reset(&b);
		ws_upgrade_refuse(&b, all[i].why);
		check_refusal(b.data, all[i].start, all[i].fields);
	}
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_handshake_of_the_rfc_is_one),
		cmocka_unit_test(what_is_none_is_told_why),
		cmocka_unit_test(subprotocols_are_offered_letter_by_letter),
		cmocka_unit_test(answers_are_whole),
		cmocka_unit_test(each_refusal_has_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
