#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "notewire/net/exchange.h"

#define PIECES		8
#define HEARD_MAX	4096
#define BETWEEN_MS	30
#define SOON_MS		200
#define LONG_MS		10000
#define OK_4		"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"

/* A web server of one answer. */
struct play {
	const char	*say[PIECES];	/* one after the other */
	size_t		 n;		/* of the last, where it has a NUL */
	bool		 stays;		/* it ends with the client */
	int		 listener;
	char		 url[64];	/* of "/" */
	pthread_t	 thread;
	char		 heard[HEARD_MAX];
	size_t		 len;
};

static void
nap(long ms)
{
	const struct timespec t = { .tv_sec = ms / 1000,
	    .tv_nsec = ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* Hears until the head has ended, or everything. */
static void
hear(struct play *p, int fd, bool all)
{
	ssize_t n;

	while (p->len < HEARD_MAX - 1 &&
	    (all || strstr(p->heard, "\r\n\r\n") == NULL)) {
		n = recv(fd, p->heard + p->len, HEARD_MAX - 1 - p->len, 0);
		if (n <= 0)
			return;
		p->len += (size_t)n;
	}
}

static void *
perform(void *arg)
{
	struct play *p = arg;
	int fd = accept(p->listener, NULL, NULL);
	size_t i, n, sent;
	ssize_t done;

	if (fd == -1)
		return NULL;
	hear(p, fd, false);
	for (i = 0; i < PIECES && p->say[i] != NULL; i++) {
		n = p->n > 0 && (i + 1 == PIECES || p->say[i + 1] == NULL) ?
		    p->n : strlen(p->say[i]);
		for (sent = 0; sent < n; sent += (size_t)done) {
			done = send(fd, p->say[i] + sent, n - sent,
			    MSG_NOSIGNAL);
			if (done <= 0)
				break;
		}
		nap(BETWEEN_MS);
	}
	if (p->stays)
		hear(p, fd, true);
	(void)close(fd);
	return NULL;
}

static void
play_begin(struct play *p)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_not_equal(p->listener, -1);
	assert_int_equal(bind(p->listener, (void *)&at, n), 0);
	assert_int_equal(listen(p->listener, 8), 0);
	assert_int_equal(getsockname(p->listener, (void *)&at, &n), 0);
	(void)snprintf(p->url, sizeof(p->url), "http://127.0.0.1:%d/",
	    ntohs(at.sin_port));
	assert_int_equal(pthread_create(&p->thread, NULL, perform, p), 0);
}

static void
play_end(struct play *p)
{
	(void)shutdown(p->listener, SHUT_RDWR);
	assert_int_equal(pthread_join(p->thread, NULL), 0);
	(void)close(p->listener);
}

/* Each test has the client, and a flag that stops it. */
struct world {
	struct exchanges	*all;
	volatile int		 stop;
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	const struct exchanges_options o = { .stop = w != NULL ? &w->stop :
	    NULL };

	*state = w;
	return w == NULL || exchanges_open(&o, &w->all) != ST_OK;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	exchanges_close(w->all);
	free(w);
	exchanges_close(NULL);
	exchange_drop(NULL);
	return 0;
}

static struct exchange *
begin(struct world *w, const char *url)
{
	const struct exchange_request r = { .url = url };
	struct exchange *e = exchange_begin(w->all, &r);

	assert_non_null(e);
	return e;
}

static void
an_answer_is_kept_and_when_it_came(void **state)
{
	struct play p = { .say = { "HTTP/1.1 201 Made\r\nServer: it/1\r\n"
	    "Content-Length: 4\r\n\r\n", "ab", "cd" } };
	struct exchange *e;
	char text[64];
	struct certificate c;

	play_begin(&p);
	e = begin(*state, p.url);
	assert_int_equal(e->status, 0);
	assert_int_equal(exchange_end(e, LONG_MS), ST_OK);
	assert_true(e->ended);
	assert_int_equal(e->status, 201);
	assert_int_equal(e->version, HTTP_1_1);
	assert_string_equal(e->body.data, "abcd");
	assert_string_equal(e->fault, "");
	exchange_field(e, "server", text, sizeof(text));
	assert_string_equal(text, "it/1");
	assert_true(e->began_us <= exchange_when(e, 1));
	assert_true(exchange_when(e, 2) < exchange_when(e, 3));
	assert_int_equal(exchange_when(e, 3), exchange_when(e, 4));
	assert_true(exchange_when(e, 4) <= e->ended_us);
	exchange_peer(e, text, sizeof(text));
	assert_string_equal(text, "127.0.0.1");
	memset(&c, 'x', sizeof(c));
	exchange_certificate(e, &c);
	assert_false(c.any);
	assert_string_equal(c.subject, "");
	exchange_drop(e);
	play_end(&p);
}

static void
a_text_is_found_across_pieces_and_only_behind(void **state)
{
	struct play p = { .say = { "HTTP/1.1 200 OK\r\n\r\n", "one, t", "wo, o",
	    "ne" }, .stays = true };
	struct world *w = *state;
	struct exchange *e;
	size_t after = 99;

	play_begin(&p);
	e = begin(w, p.url);
	assert_int_equal(exchange_until(e, 0, "two", LONG_MS, &after), ST_OK);
	assert_int_equal(after, 8);
	assert_int_equal(exchange_until(e, 1, "one", LONG_MS, &after), ST_OK);
	assert_int_equal(after, 13);
	assert_int_equal(exchange_until(e, 13, "", 0, &after), ST_OK);
	assert_int_equal(exchange_until(e, 11, "one", SOON_MS, &after),
	    ST_TIMEOUT);
	assert_int_equal(after, 11);
	/* of what has not come nothing is found */
	assert_int_equal(exchange_until(e, 1000, "", SOON_MS, &after),
	    ST_TIMEOUT);
	assert_int_equal(after, 1000);
	w->stop = 1;
	assert_int_equal(exchange_until(e, 3, "three", LONG_MS, &after),
	    ST_BUSY);
	assert_int_equal(after, 3);
	assert_int_equal(exchange_end(e, LONG_MS), ST_BUSY);
	assert_int_equal(exchanges_pass(w->all, LONG_MS), ST_BUSY);
	exchange_drop(e);
	play_end(&p);
}

static void
what_ended_before_is_closed(void **state)
{
	struct play p = { .say = { OK_4, "abcd" } };
	struct exchange *e;
	size_t after = 0;

	play_begin(&p);
	e = begin(*state, p.url);
	assert_int_equal(exchange_until(e, 2, "x", LONG_MS, &after),
	    ST_CLOSED);
	assert_int_equal(after, 2);
	/* what came is found still, and no time is needed */
	assert_int_equal(exchange_until(e, 2, "cd", 0, &after), ST_OK);
	assert_int_equal(after, 4);
	exchange_drop(e);
	play_end(&p);
}

/* Answers that are none, or not whole. */
static void
what_is_not_well_has_a_fault(void **state)
{
	static const char *const all[] = {
		"",
		"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		"zz\r\nab",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		"4\r\nab",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab",
		"HTTP/1.1 200 OK\r\nServer: it",
		"HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\nServer: it",
		"HTTP/1.1 \r\n\r\n",
		"HTTP/7.1 200 OK\r\n\r\n",
		"no head at all, as before HTTP/1.0\r\n\r\n",
		"\r\n\r\n\r\n",
	};
	struct exchange *e;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct play p = { .say = { all[i] } };

		play_begin(&p);
		e = begin(*state, p.url);
		assert_int_equal(exchange_end(e, LONG_MS), ST_IO);
		assert_true(e->ended);
		assert_string_not_equal(e->fault, "");
		assert_false(e->untrusted);
		exchange_drop(e);
		play_end(&p);
	}
}

static void
nobody_there_is_a_fault_too(void **state)
{
	static const char *const all[] = { "file:///etc/passwd",
	    "ftp://127.0.0.1/", "http://", "http://a b/", "" };
	struct play p = { .say = { NULL } };
	struct exchange *e;
	size_t i;

	play_begin(&p);
	play_end(&p);
	e = begin(*state, p.url);
	assert_int_equal(exchange_end(e, LONG_MS), ST_IO);
	assert_int_equal(e->status, 0);
	exchange_drop(e);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		e = begin(*state, all[i]);
		assert_int_equal(exchange_end(e, LONG_MS), ST_IO);
		assert_int_equal(e->status, 0);
		assert_int_equal(e->body.len, 0);
		exchange_drop(e);
	}
}

static void
a_body_that_never_ends_is_cut(void **state)
{
	char *much = malloc(EXCHANGE_BODY_MAX + 1);
	struct play p = { .say = { "HTTP/1.1 200 OK\r\n\r\n", much },
	    .n = EXCHANGE_BODY_MAX + 1 };
	struct exchange *e;

	assert_non_null(much);
	memset(much, 'x', EXCHANGE_BODY_MAX + 1);
	play_begin(&p);
	e = begin(*state, p.url);
	assert_int_equal(exchange_end(e, 6 * LONG_MS), ST_IO);
	assert_true(e->body.len <= EXCHANGE_BODY_MAX);
	assert_true(e->pieces <= EXCHANGE_PIECES);
	assert_true(exchange_when(e, e->body.len) <= clock_mono_us());
	exchange_drop(e);
	play_end(&p);
	free(much);
}

static void
of_a_head_that_is_too_long_fields_stay_findable(void **state)
{
	enum { FIELD = 4000, FIELDS = 17 };
	struct play p = { .say = { NULL } };
	struct exchange *e;
	char text[64];
	struct buf head;
	size_t i, n;

	buf_init(&head, (size_t)128 << 10);
	buf_adds(&head, "HTTP/1.1 200 OK\r\nServer: it\r\n");
	for (i = 0; i < FIELDS; i++) {
		buf_addf(&head, "X-%zu: ", i);
		for (n = 0; n < FIELD; n++)
			buf_addc(&head, 'x');
		buf_adds(&head, "\r\n");
	}
	buf_adds(&head, "Late: x\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(buf_status(&head), ST_OK);
	p.say[0] = head.data;
	play_begin(&p);
	e = begin(*state, p.url);
	assert_int_equal(exchange_end(e, LONG_MS), ST_OK);
	exchange_field(e, "Server", text, sizeof(text));
	assert_string_equal(text, "it");
	exchange_field(e, "X-0", text, sizeof(text));
	assert_string_equal(text, "");
	exchange_field(e, "Late", text, sizeof(text));
	assert_string_equal(text, "");
	exchange_drop(e);
	play_end(&p);
	buf_fini(&head);
}

static void
of_a_100_nothing_stays(void **state)
{
	struct play p = { .say = { "HTTP/1.1 100 Continue\r\nServer: early\r\n"
	    "\r\n", "HTTP/1.1 404 No\r\nServer: late\r\nContent-Length: 0\r\n"
	    "\r\n" } };
	struct exchange *e;
	char text[64];

	play_begin(&p);
	e = begin(*state, p.url);
	assert_int_equal(exchange_end(e, LONG_MS), ST_OK);
	assert_int_equal(e->status, 404);
	exchange_field(e, "Server", text, sizeof(text));
	assert_string_equal(text, "late");
	exchange_drop(e);
	play_end(&p);
}

static void
a_request_is_sent_as_it_is_written(void **state)
{
	static const char *const lines[] = { "X-One: 1", "Accept:", NULL };
	struct play p = { .say = { OK_4, "abcd" } };
	struct exchange_request r = { .method = "PATCH", .header = lines,
	    .body = "a\0b", .len = 3 };
	struct world *w = *state;
	struct exchange *e;
	char url[128];

	play_begin(&p);
	(void)snprintf(url, sizeof(url), "%sa/../%%2e/./b?q#f", p.url);
	r.url = url;
	e = exchange_begin(w->all, &r);
	assert_non_null(e);
	assert_int_equal(exchange_end(e, LONG_MS), ST_OK);
	exchange_drop(e);
	play_end(&p);
	assert_memory_equal(p.heard, "PATCH /a/../%2e/./b?q HTTP/1.1\r\n", 32);
	assert_non_null(strstr(p.heard, "\r\nX-One: 1\r\n"));
	assert_non_null(strstr(p.heard, "\r\nContent-Length: 3\r\n"));
	assert_null(strstr(p.heard, "\r\nAccept:"));
	assert_memory_equal(p.heard + p.len - 7, "\r\n\r\na\0b", 7);
}

/* Of a body that is announced the web server hears the length alone. */
static void
an_announced_body_is_not_sent(void **state)
{
	static const char *const all[] = {
		"HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\n",
	};
	struct world *w = *state;
	struct exchange *e;
	size_t i;

	for (i = 0; i < 2; i++) {
		struct play p = { .say = { all[i] }, .stays = true };
		struct exchange_request r = { .announced = (uint64_t)1 << 40 };

		play_begin(&p);
		r.url = p.url;
		e = exchange_begin(w->all, &r);
		assert_non_null(e);
		assert_int_equal(exchange_end(e, LONG_MS), ST_OK);
		assert_int_equal(e->status, i == 0 ? 413 : 0);
		assert_string_equal(e->fault, "");
		exchange_drop(e);
		play_end(&p);
		assert_non_null(strstr(p.heard,
		    "\r\nContent-Length: 1099511627776\r\n"));
		assert_string_equal(p.heard + p.len - 4, "\r\n\r\n");
	}
}

static void
all_go_on_whichever_is_waited_for(void **state)
{
	struct play p = { .say = { OK_4, "ab", "cd" } };
	struct play q = { .say = { OK_4, "e", "f", "g", "h" } };
	struct world *w = *state;
	struct exchange *e, *f;

	play_begin(&p);
	play_begin(&q);
	e = begin(w, p.url);
	f = begin(w, q.url);
	assert_int_equal(exchange_end(f, LONG_MS), ST_OK);
	assert_true(e->ended);
	assert_string_equal(e->body.data, "abcd");
	assert_string_equal(f->body.data, "efgh");
	assert_int_equal(exchanges_pass(w->all, 1), ST_OK);
	exchange_drop(e);
	exchange_drop(f);
	play_end(&p);
	play_end(&q);
}

static void
one_that_is_dropped_is_cut(void **state)
{
	struct play p = { .say = { OK_4 }, .stays = true };
	struct world *w = *state;
	struct exchange *e;

	play_begin(&p);
	e = begin(w, p.url);
	assert_int_equal(exchange_end(e, SOON_MS), ST_TIMEOUT);
	assert_int_equal(e->status, 200);
	assert_false(e->ended);
	exchange_drop(e);
	play_end(&p);		/* or it would wait for ever */
}

static void
fields_are_found_by_their_whole_name(void **state)
{
	static const char head[] = "X-Late: no\r\nlate: \t a b \t\r\n"
	    "Late: second\r\nno colon\r\n: no name\r\nEmpty:\r\nBare:1\r\n";
	static const char *const all[][2] = {
		{ "Late", "a b" }, { "LATE", "a b" }, { "X-Late", "no" },
		{ "X-", "" }, { "Lat", "" }, { "no colon", "" },
		{ "no", "" }, { "Empty", "" }, { "Bare", "1" },
		{ "None", "" },
	};
	struct exchange e = { .status = 200 };
	char text[8];
	size_t i;

	(void)state;
	buf_init(&e.head, 1024);
	exchange_field(&e, "Late", text, sizeof(text));
	assert_string_equal(text, "");
	buf_add(&e.head, head, sizeof(head) - 1);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		memset(text, 'x', sizeof(text));
		exchange_field(&e, all[i][0], text, sizeof(text));
		assert_string_equal(text, all[i][1]);
	}
	exchange_field(&e, "Late", text, 4);
	assert_string_equal(text, "a b");
	exchange_field(&e, "Late", text, 3);
	assert_string_equal(text, "");
	/* one that was cut is no field */
	buf_adds(&e.head, "Cut: x");
	exchange_field(&e, "Cut", text, sizeof(text));
	assert_string_equal(text, "");
	buf_fini(&e.head);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_answer_is_kept_and_when_it_came),
		TEST(a_text_is_found_across_pieces_and_only_behind),
		TEST(what_ended_before_is_closed),
		TEST(what_is_not_well_has_a_fault),
		TEST(nobody_there_is_a_fault_too),
		TEST(a_body_that_never_ends_is_cut),
		TEST(of_a_head_that_is_too_long_fields_stay_findable),
		TEST(of_a_100_nothing_stays),
		TEST(a_request_is_sent_as_it_is_written),
		TEST(an_announced_body_is_not_sent),
		TEST(all_go_on_whichever_is_waited_for),
		TEST(one_that_is_dropped_is_cut),
		TEST(fields_are_found_by_their_whole_name),
	};

	return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
