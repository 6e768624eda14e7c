/*
 * Many subscribers that read, and count what they get.
 *
 *	fan_load [OPTION...] PLACE
 *		--path PATH		of the request; default /socket
 *		--authorization TEXT	of that header
 *		--sources N		addresses to come from, from 127.0.0.1 on
 *		--patience MS		without news, after which it gives up
 *
 * Obeys its standard input, and ends with it:
 *
 *	open N		opens so many more; prints "open TOTAL" when all of
 *			them are upgraded
 *	pass ROUNDS COUNT FIRST
 *			prints "armed"; then expects so many rounds of COUNT
 *			changes, numbered from FIRST on, and prints "round"
 *			when all subscribers have had a round's.  Ends with
 *			"pass changes=… delivered=… missing=… twice=… other=…
 *			bytes=… median_ns=… p99_ns=… round_ns=…" on one line:
 *			what they got together, other frames, all bytes, the
 *			times from those that stand in the changes to their
 *			receipt, and the median of the rounds' own p99
 *	end		ends its side of each connection, reads until the
 *			server has ended the other, and prints "end
 *			subscribers=… missing=… twice=…" of its whole life
 *
 * Everything that was sent before such an end has been read by then: nothing
 * that came twice goes unseen.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/str.h"
#include "bench.h"
#include "commands.h"
#include "fan_conn.h"
#include "fan_frame.h"
#include "fan_pass.h"

#define SUBSCRIBERS	100000
#define WINDOW		64	/* heads sent and not answered, at most */
#define SOURCES_MAX	200
#define ROUNDS_MAX	1000000
#define PATIENCE_MS	10000
#define EVENTS		256
#define INPUT		UINT64_MAX
#define READ_MOST	65536

enum stage {
	IDLE,
	OPENING,
	PASSING,
	ENDING
};

struct load {
	struct fan_request	 request;
	int			 patience_ms;
	int			 epoll;
	enum stage		 stage;
	struct commands		 commands;
	struct fan_conn		*conns;
	size_t			 n;
	size_t			 wanted;
	size_t			 upgraded;
	size_t			 ended;
	int64_t			 rounds;	/* left of the pass */
	int64_t			 count;
	int64_t			 changes;
	int64_t			 target;	/* one after a round's last */
	size_t			 behind;	/* subscribers that are before it */
	struct fan_pass		 pass;
	struct fan_counts	 life;
	char			 bytes[FRAME_MOST + READ_MOST];
};

static void
say(const char *text)
{
	(void)puts(text);
	(void)fflush(stdout);
}

static void
watch(struct load *l, int fd, uint32_t events, uint64_t what)
{
	struct epoll_event e = { .events = events, .data = { .u64 = what } };

	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		bench_die("epoll_ctl: %s", strerror(errno));
}

static void
open_some(struct load *l)
{
	while (l->n < l->wanted && l->n - l->upgraded < WINDOW) {
		fan_conn_open(&l->conns[l->n], &l->request, l->n);
		watch(l, l->conns[l->n].fd, EPOLLIN | EPOLLRDHUP | EPOLLET,
		    l->n);
		l->n++;
	}
}

static void
upgrade(struct load *l, struct fan_conn *c)
{
	c->upgraded = true;
	l->upgraded++;
	if (l->upgraded < l->wanted) {
		open_some(l);
		return;
	}
	l->stage = IDLE;
	(void)printf("open %zu\n", l->n);
	(void)fflush(stdout);
}

static void
end_pass(struct load *l)
{
	fan_pass_print(&l->pass, l->changes);
	l->stage = IDLE;
}

static void
end_round(struct load *l)
{
	say("round");
	fan_pass_round(&l->pass);
	l->rounds--;
	if (l->rounds == 0) {
		end_pass(l);
		return;
	}
	l->target += l->count;
	l->behind = l->n;
}

/* A change of which the subscriber knows what it should be. */
static void
count_change(struct load *l, struct fan_conn *c, int64_t seq)
{
	if (c->next == 0)
		c->next = seq;
	if (seq < c->next) {
		l->pass.counts.twice++;
		return;
	}
	l->pass.counts.missing += (uint64_t)(seq - c->next);
	l->pass.counts.delivered++;
	if (l->stage == PASSING && c->next < l->target && seq + 1 >= l->target)
		l->behind--;
	c->next = seq + 1;
}

static void
take_frame(struct load *l, struct fan_conn *c, const struct frame *f,
    int64_t now)
{
	struct fan_change change;

	if (f->op == FRAME_CLOSE && l->stage != ENDING)
		bench_die("the server closes: %.*s", f->len > 2 ?
		    (int)f->len - 2 : 0, f->payload + 2);
	if (f->op == FRAME_PING && l->stage != ENDING)
		fan_conn_pong(c, f->payload, f->len);
	if (f->op != FRAME_TEXT || !fan_change_read(f->payload, f->len,
	    &change)) {
		l->pass.counts.other++;
		return;
	}
	count_change(l, c, change.seq);
	if (change.at > 0)
		fan_pass_time(&l->pass, now - change.at);
}

/* Takes what is whole; how many bytes that was. */
static size_t
take(struct load *l, struct fan_conn *c, const char *bytes, size_t len)
{
	int64_t now = bench_now();
	size_t n, used = 0;
	struct frame f;

	if (!c->upgraded) {
		used = fan_conn_answer(bytes, len);
		if (used == 0)
			return 0;
		upgrade(l, c);
	}
	while ((n = frame_read(bytes + used, len - used, &f)) > 0) {
		take_frame(l, c, &f, now);
		used += n;
	}
	return used;
}

static void
ended(struct load *l, struct fan_conn *c)
{
	if (l->stage != ENDING)
		bench_die("the server ended a connection");
	fan_conn_close(c);
	l->ended++;
}

/* Edge-triggered: reads until there is no more. */
static void
hear(struct load *l, struct fan_conn *c, bool over)
{
	size_t len, used, rest;
	ssize_t n;

	do {
		rest = c->rest_len;
		if (rest > 0)
			memcpy(l->bytes, c->rest, rest);
		n = fan_conn_read(c, l->bytes + rest, READ_MOST);
		if (n <= 0)
			break;
		l->pass.counts.bytes += (uint64_t)n;
		len = rest + (size_t)n;
		used = take(l, c, l->bytes, len);
		fan_conn_keep(c, l->bytes + used, len - used);
	} while (n == READ_MOST || over || c->ssl != NULL);
	if (n < 0)
		ended(l, c);
}

static void
open_more(struct load *l, int64_t more)
{
	size_t wanted = l->wanted + (size_t)more;

	if (more < 1 || more > SUBSCRIBERS || wanted > SUBSCRIBERS)
		bench_die("1 to %d subscribers", SUBSCRIBERS);
	l->conns = realloc(l->conns, wanted * sizeof(*l->conns));
	if (l->conns == NULL)
		bench_die("no memory");
	l->wanted = wanted;
	l->stage = OPENING;
	open_some(l);
}

static void
begin_pass(struct load *l, const int64_t numbers[3])
{
	size_t i;

	if (numbers[0] < 1 || numbers[0] > ROUNDS_MAX || numbers[1] < 1 ||
	    numbers[1] > ROUNDS_MAX || numbers[2] < 1 || l->n == 0)
		bench_die("no such pass");
	fan_pass_begin(&l->pass, &l->life);
	l->rounds = numbers[0];
	l->count = numbers[1];
	l->changes = numbers[0] * numbers[1];
	l->target = numbers[2] + l->count;
	l->behind = l->n;
	for (i = 0; i < l->n; i++)
		if (l->conns[i].next == 0)
			l->conns[i].next = numbers[2];
	l->stage = PASSING;
	say("armed");
}

static void
begin_end(struct load *l)
{
	size_t i;

	l->stage = ENDING;
	for (i = 0; i < l->n; i++)
		fan_conn_finish(&l->conns[i]);
}

static void
end_life(struct load *l)
{
	fan_pass_begin(&l->pass, &l->life);
	(void)printf("end subscribers=%zu missing=%" PRIu64 " twice=%" PRIu64
	    "\n", l->n, l->life.missing, l->life.twice);
	(void)fflush(stdout);
	l->n = l->wanted = l->upgraded = l->ended = 0;
	l->stage = IDLE;
}

static void
obey(struct load *l, const struct command *c)
{
	if (l->stage != IDLE)
		bench_die("%s: something else is under way", c->word);
	if (strcmp(c->word, "open") == 0 && c->n == 1)
		open_more(l, c->numbers[0]);
	else if (strcmp(c->word, "pass") == 0 && c->n == 3)
		begin_pass(l, c->numbers);
	else if (strcmp(c->word, "end") == 0 && c->n == 0)
		begin_end(l);
	else
		bench_die("%s: what is that?", c->word);
}

/* Nothing came for as long as it waits. */
static void
give_up(struct load *l)
{
	size_t i;

	if (l->stage != PASSING)
		bench_die("waited %d ms for the server", l->patience_ms);
	for (i = 0; i < l->n; i++) {
		if (l->conns[i].next >= l->target)
			continue;
		l->pass.counts.missing += (uint64_t)(l->target - l->conns[i].next);
		l->conns[i].next = l->target;
	}
	end_pass(l);
}

/* False at the end of the input. */
static bool
turn(struct load *l)
{
	struct epoll_event events[EVENTS];
	struct command c;
	struct fan_conn *conn;
	bool more = true;
	int i, n = epoll_wait(l->epoll, events, EVENTS,
	    l->stage == IDLE ? -1 : l->patience_ms);

	if (n == 0)
		give_up(l);
	for (i = 0; i < n; i++) {
		if (events[i].data.u64 == INPUT) {
			more = commands_read(&l->commands);
			continue;
		}
		conn = &l->conns[events[i].data.u64];
		if (!conn->ended)
			hear(l, conn, events[i].events & (EPOLLRDHUP |
			    EPOLLHUP | EPOLLERR));
	}
	if (l->stage == PASSING && l->behind == 0)
		end_round(l);
	if (l->stage == ENDING && l->ended == l->n)
		end_life(l);
	while (commands_next(&l->commands, &c))
		obey(l, &c);
	return more;
}

static unsigned
number(const char *text, unsigned max)
{
	uint64_t value = 0;

	if (str_uint(text, max, &value) != ST_OK || value == 0)
		bench_die("%s: not 1 to %u", text, max);
	return (unsigned)value;
}

static void
read_options(struct load *l, int argc, char **argv)
{
	static const struct option options[] = {
		{ "path", required_argument, NULL, 'p' },
		{ "authorization", required_argument, NULL, 'a' },
		{ "sources", required_argument, NULL, 's' },
		{ "patience", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	l->request.path = "/socket";
	l->request.sources = 1;
	l->patience_ms = PATIENCE_MS;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'p')
			l->request.path = optarg;
		else if (c == 'a')
			l->request.authorization = optarg;
		else if (c == 's')
			l->request.sources = number(optarg, SOURCES_MAX);
		else if (c == 'w')
			l->patience_ms = (int)number(optarg, 3600000);
		else
			exit(64);
	}
	if (optind + 1 != argc)
		bench_die("usage: fan_load [OPTION...] PLACE");
	place_parse(argv[optind], &l->request.place);
}

int
main(int argc, char **argv)
{
	struct load *l = calloc(1, sizeof(*l));

	if (l == NULL)
		bench_die("no memory");
	read_options(l, argc, argv);
	place_raise_files();
	fan_request_init(&l->request);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	watch(l, STDIN_FILENO, EPOLLIN, INPUT);
	while (turn(l))
		continue;
	while (l->n > 0)
		fan_conn_close(&l->conns[--l->n]);
	fan_request_fini(&l->request);
	free(l->conns);
	free(l);
	return 0;
}
