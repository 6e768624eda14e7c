#include "notewired/socket/echo.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/listen.h"
#include "base/log.h"
#include "base/str.h"
#include "notewired/loop/loop.h"
#include "notewired/socket/opening.h"
#include "notewired/socket/ws.h"

#define LOOPBACK	"127.0.0.1:"
#define HEAD_MS		10000
#define OPENINGS_MAX	1000

struct echo {
	struct loop	 loop;
	struct openings	 openings;
	struct ws_house	 house;
};

static void
send_back(struct ws *w, enum ws_opcode opcode, const char *bytes, size_t len)
{
	(void)ws_send(w, opcode, bytes, len);
}

static void
closed(struct ws *w)
{
	free(w);
}

static void
on_input(struct peer *c, bool ended)
{
	(void)ended;			/* reading comes to the end */
	ws_look(c->owner);
}

static void
on_room(struct peer *c)
{
	ws_room(c->owner);
}

static void
on_gone(struct peer *c)
{
	ws_gone(c->owner);
}

static void
ready(void *arg, struct opening *o)
{
	static const struct peer_kind peer_kind = {
		.name = "echo",
		.input = on_input,
		.room = on_room,
		.gone = on_gone,
	};
	struct echo *e = arg;
	struct ws *w = calloc(1, sizeof(*w));
	struct opening_rest rest;

	if (w == NULL || (w->peer = opening_accept(o, NULL, &peer_kind, w,
	    &rest)) == NULL) {
		free(w);
		return;
	}
	w->house = &e->house;
	ws_begin(w);
	ws_go_on(w, &rest);
}

static void
on_signal(void *arg, int number)
{
	struct echo *e = arg;

	(void)number;
	loop_stop(&e->loop);
}

/* Strangers must not reach it, so no other address can be given. */
static int
listen_loopback(const char *address)
{
	struct listen_address at;
	struct sockaddr_in got;
	socklen_t len = sizeof(got);
	char text[sizeof(LOOPBACK) + 8];
	uint64_t port;
	int fd;

	if (strncmp(address, LOOPBACK, strlen(LOOPBACK)) == 0)
		address += strlen(LOOPBACK);
	if (str_uint(address, UINT16_MAX, &port))
		return -1;
	(void)snprintf(text, sizeof(text), LOOPBACK "%u", (unsigned)port);
	if (listen_read(text, strlen(text), &at) || listen_tcp(&at, &fd))
		return -1;
	memset(&got, 0, sizeof(got));
	(void)getsockname(fd, (struct sockaddr *)&got, &len);
	(void)printf("notewired echo: ws://" LOOPBACK "%u/\n",
	    (unsigned)ntohs(got.sin_port));
	(void)fflush(stdout);
	return fd;
}

static void
link_parts(struct echo *e, size_t max_message)
{
	e->loop.signal = on_signal;
	e->loop.arg = e;
	e->loop.peers.poller.fd = -1;
	e->house.peers = e->openings.listener.peers = &e->loop.peers;
	e->house.wheel = e->openings.listener.wheel = &e->loop.wheel;
	e->house.max_message = max_message;
	e->openings.timeout_ms = HEAD_MS;
	e->openings.max = OPENINGS_MAX;
	e->openings.direct = true;
	e->openings.ready = ready;
	e->openings.arg = e;
	listener_init(&e->openings.listener);
}

int
echo_run(const char *address, size_t max_message)
{
	static const struct ws_kind kind = { send_back, closed };
	static struct echo e;
	int fd, code = EX_OSERR;

	link_parts(&e, max_message);
	if (loop_open(&e.loop) == ST_OK &&
	    ws_house_init(&e.house, &kind) == ST_OK) {
		fd = listen_loopback(address);
		if (fd == -1) {
			log_error("echo", "listen", "address=\"%s\"", address);
			code = EX_UNAVAILABLE;
		} else if (openings_open(&e.openings, fd) == ST_OK) {
			loop_run(&e.loop);
			code = EX_OK;
		}
	}
	openings_close(&e.openings);
	loop_close(&e.loop);
	ws_house_fini(&e.house);
	openings_fini(&e.openings);
	return code;
}
