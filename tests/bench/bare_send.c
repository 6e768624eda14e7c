/*
 * What fan-out is measured against: frames made beforehand, and send().
 *
 *	bare_send PLACE
 *
 * Answers any request head with 101; whoever has sent one is a subscriber
 * until it ends its side.  Prints "listening PLACE", then obeys its standard
 * input, and ends with it:
 *
 *	size N			changes are so many bytes of payload from now on
 *	each COUNT AT		so many changes, each in a send() of its own to
 *				each subscriber; AT is written into them
 *	together COUNT AT	the same in one send() to each
 *	cpu			prints "cpu NANOSECONDS sends N" of its life
 *
 * Sends block: readers are expected to read.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"
#include "commands.h"
#include "place.h"

#define SUBSCRIBERS	65536	/* in a life */
#define COUNT_MAX	64
#define SIZE_LEAST	100
#define SIZE_MOST	4096
#define SIZE_TEXT	128	/* of a change without what fills it up */
#define HEAD		4	/* bytes of a frame's header: 126 and 16 bits */
#define EVENTS		64
#define LISTENER	UINT64_MAX
#define INPUT		(UINT64_MAX - 1)

struct subscriber {
	int		fd;		/* -1 once it has ended */
	unsigned	seen;		/* of the blank line that ends a head */
};

struct server {
	int			epoll;
	int			listener;
	struct commands		commands;
	struct subscriber	subscribers[SUBSCRIBERS];
	size_t			n;
	uint64_t		sends;
	int64_t			seq;
	size_t			size;
	size_t			ends[COUNT_MAX + 1];	/* of the frames */
	char			frames[COUNT_MAX * (HEAD + SIZE_MOST)];
};

static void
watch(struct server *s, int fd, uint64_t what)
{
	struct epoll_event e = { .events = EPOLLIN, .data = { .u64 = what } };

	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) != 0)
		bench_die("epoll_ctl: %s", strerror(errno));
}

static void
accept_all(struct server *s)
{
	int fd;

	while ((fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		if (s->n == SUBSCRIBERS)
			bench_die("too many subscribers");
		place_no_delay(fd);
		s->subscribers[s->n] = (struct subscriber){ .fd = fd };
		watch(s, fd, s->n++);
	}
	if (errno != EAGAIN)
		bench_die("accept: %s", strerror(errno));
}

static void
end(struct subscriber *u)
{
	(void)close(u->fd);
	u->fd = -1;
}

/* The key is fan_load's, so that this is the answer to it. */
static void
upgrade(struct subscriber *u)
{
	static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	    "Sec-WebSocket-Protocol: notewire.v1\r\n\r\n";

	if (send(u->fd, answer, sizeof(answer) - 1, MSG_NOSIGNAL) < 0)
		end(u);
}

/* What comes after the head is of no interest here. */
static void
hear(struct subscriber *u)
{
	static const char blank[] = "\r\n\r\n";
	char bytes[4096];
	ssize_t i, n = recv(u->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		end(u);
		return;
	}
	for (i = 0; i < n && u->seen < 4; i++) {
		if (bytes[i] == blank[u->seen])
			u->seen++;
		else
			u->seen = bytes[i] == '\r';
		if (u->seen == 4)
			upgrade(u);
	}
}

/* The change as the daemon words one, filled up to the wanted size. */
static void
make_frame(struct server *s, char *out, int64_t at)
{
	char text[SIZE_TEXT];
	int len = snprintf(text, sizeof(text), "{\"event\":\"change\","
	    "\"id\":\"bare0000-%" PRId64 "\",\"data\":{\"text\":"
	    "\"at=%" PRId64 " ", s->seq, at);
	size_t used = (size_t)len;

	if (len < 0 || used + 3 > s->size)
		bench_die("a change of %zu bytes has no room", s->size);
	out[0] = (char)0x81;
	if (s->size > 125) {
		out[1] = 126;
		out[2] = (char)(s->size >> 8);
		out[3] = (char)(s->size & 0xff);
		out += 4;
	} else {
		out[1] = (char)s->size;
		out += 2;
	}
	memset(out, '.', s->size);
	memcpy(out, text, used);
	memcpy(out + s->size - 3, "\"}}", 3);
}

static void
make_frames(struct server *s, int64_t count, int64_t at)
{
	size_t i, frame = s->size + (s->size > 125 ? 4 : 2);

	if (count < 1 || count > COUNT_MAX)
		bench_die("1 to %d changes", COUNT_MAX);
	for (i = 0; i < (size_t)count; i++) {
		s->seq++;
		make_frame(s, s->frames + i * frame, at);
		s->ends[i + 1] = (i + 1) * frame;
	}
}

/* Sends frames `from` to `to` to everyone. */
static void
send_all(struct server *s, size_t from, size_t to)
{
	size_t i, begin = s->ends[from], len = s->ends[to] - begin;
	struct subscriber *u;

	for (i = 0; i < s->n; i++) {
		u = &s->subscribers[i];
		if (u->fd < 0 || u->seen < 4)
			continue;
		s->sends++;
		if (send(u->fd, s->frames + begin, len, MSG_NOSIGNAL) !=
		    (ssize_t)len)
			end(u);
	}
}

static int64_t
cpu(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		bench_die("getrusage: %s", strerror(errno));
	return ((int64_t)u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000 +
	    ((int64_t)u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000;
}

static void
obey(struct server *s, const struct command *c)
{
	int64_t i;

	if (strcmp(c->word, "size") == 0 && c->n == 1) {
		if (c->numbers[0] < SIZE_LEAST || c->numbers[0] > SIZE_MOST)
			bench_die("%d to %d bytes", SIZE_LEAST, SIZE_MOST);
		s->size = (size_t)c->numbers[0];
	} else if (strcmp(c->word, "each") == 0 && c->n == 2) {
		make_frames(s, c->numbers[0], c->numbers[1]);
		for (i = 0; i < c->numbers[0]; i++)
			send_all(s, (size_t)i, (size_t)i + 1);
	} else if (strcmp(c->word, "together") == 0 && c->n == 2) {
		make_frames(s, c->numbers[0], c->numbers[1]);
		send_all(s, 0, (size_t)c->numbers[0]);
	} else if (strcmp(c->word, "cpu") == 0 && c->n == 0) {
		(void)printf("cpu %" PRId64 " sends %" PRIu64 "\n", cpu(),
		    s->sends);
		(void)fflush(stdout);
	} else {
		bench_die("%s: what is that?", c->word);
	}
}

/* False at the end of the input. */
static bool
turn(struct server *s)
{
	struct epoll_event events[EVENTS];
	struct command c;
	int i, n = epoll_wait(s->epoll, events, EVENTS, -1);
	bool more = true;

	for (i = 0; i < n; i++) {
		if (events[i].data.u64 == LISTENER)
			accept_all(s);
		else if (events[i].data.u64 == INPUT)
			more = commands_read(&s->commands);
		else if (s->subscribers[events[i].data.u64].fd >= 0)
			hear(&s->subscribers[events[i].data.u64]);
	}
	while (commands_next(&s->commands, &c))
		obey(s, &c);
	return more;
}

int
main(int argc, char **argv)
{
	struct server *s = calloc(1, sizeof(*s));
	struct place place;
	char text[PLACE_TEXT];

	if (argc != 2)
		bench_die("usage: bare_send PLACE");
	if (s == NULL)
		bench_die("no memory");
	place_raise_files();
	place_parse(argv[1], &place);
	s->listener = place_listen(&place);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->size = SIZE_LEAST;
	watch(s, s->listener, LISTENER);
	watch(s, STDIN_FILENO, INPUT);
	place_print(s->listener, text);
	(void)printf("listening %s\n", text);
	(void)fflush(stdout);
	while (turn(s))
		continue;
	free(s);
	return 0;
}
