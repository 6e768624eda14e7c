#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "notewired/publish.h"
#include "store_world.h"

#define PATIENCE_MS	10000
#define SEQS_MAX	64

/* A reader that keeps the numbers of the changes it is shown. */
struct ear {
	struct reader	 reader;
	int64_t		 seen[SEQS_MAX];
	size_t		 n;
	bool		 closed;
};

struct fixture {
	struct world		*w;
	struct peers		 peers;
	struct wheel		 wheel;
	struct tally		 tally;
	struct hub		 hub;
	int			 answered;	/* eventfd */
	int			 far[4];
	size_t			 far_n;
	char			 epoch[EPOCH_SIZE];
};

static void
note_seqs(struct ear *l, const char *at, size_t len)
{
	static const char mark[] = "{\"seq\":\"";
	const char *end = at + len, *dash;

	for (; (size_t)(end - at) > sizeof(mark); at++)
		if (memcmp(at, mark, sizeof(mark) - 1) == 0) {
			dash = memchr(at, '-', (size_t)(end - at));
			assert_non_null(dash);
			assert_true(l->n < SEQS_MAX);
			l->seen[l->n] = 0;
			for (dash++; *dash >= '0' && *dash <= '9'; dash++)
				l->seen[l->n] = l->seen[l->n] * 10 + *dash - '0';
			l->n++;
		}
}

static enum status
on_frames(struct reader *r, struct iovec *piece, int n,
    const struct cursor *at)
{
	struct ear *l = (struct ear *)(void *)r;
	int i;

	(void)at;
	for (i = 0; i < n; i++)
		note_seqs(l, piece[i].iov_base, piece[i].iov_len);
	return ST_OK;
}

static enum status
on_notice(struct reader *r, const struct notice *n)
{
	(void)r;
	(void)n;
	return ST_OK;
}

static void
on_close(struct reader *r, bool broken)
{
	struct ear *l = (struct ear *)(void *)r;

	(void)broken;
	peer_close(r->hub->peers, r->peer);
	l->closed = true;
}

static void
nothing(struct peer *c)
{
	(void)c;
}

static void
no_input(struct peer *c, bool ended)
{
	(void)c;
	(void)ended;
}

static void
join(struct fixture *f, struct ear *l, int64_t after)
{
	static const struct reader_kind kind = { on_frames, on_notice,
	    on_close };
	static const struct peer_kind peer_kind = { "test", no_input, nothing,
	    nothing };
	int pair[2];

	*l = (struct ear){ .reader = { .kind = &kind,
	    .until = INT64_MAX, .heartbeat_ms = HOUR_MS } };
	l->reader.after.seq = after;
	world_digest(1, l->reader.claimed.digest);
	(void)str_copy(l->reader.after.epoch, EPOCH_SIZE, f->epoch);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	f->far[f->far_n++] = pair[1];
	assert_int_equal(peer_take(&f->peers, pair[0], &peer_kind, &l->reader,
	    &l->reader.peer), ST_OK);
	assert_int_equal(hub_join(&f->hub, &l->reader, BOARD_1,
	    (struct audience){ FORM_LINES, true, false }, ""), ST_OK);
	reader_begin(&l->reader, clock_mono_ms());
}

static void
leave(struct fixture *f, struct ear *l)
{
	reader_gone(&l->reader);
	hub_sweep(&f->hub);
	peers_sweep(&f->peers);
}

/* The next letter of that kind. */
static struct letter *
receive(struct fixture *f, enum letter_kind kind)
{
	struct pollfd p = { .fd = f->answered, .events = POLLIN };
	struct letter *l;

	for (;;) {
		while ((l = follower_answer(f->hub.follower)) != NULL) {
			if (l->kind == kind)
				return l;
			publish(&f->hub, l);
		}
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		(void)eventfd_read(f->answered, &(eventfd_t){ 0 });
	}
}

static void
wait_for(struct fixture *f, const struct ear *l, int64_t seq)
{
	struct pollfd p = { .fd = f->answered, .events = POLLIN };
	struct letter *letter;

	while (l->n == 0 || l->seen[l->n - 1] < seq) {
		while ((letter = follower_answer(f->hub.follower)) != NULL)
			publish(&f->hub, letter);
		while (hub_busy(&f->hub))
			hub_walk(&f->hub);
		if (l->n > 0 && l->seen[l->n - 1] >= seq)
			break;
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		(void)eventfd_read(f->answered, &(eventfd_t){ 0 });
	}
}

static void
expect_exactly(const struct ear *l, int64_t from, int64_t to)
{
	size_t i;

	assert_int_equal(l->n, to - from + 1);
	for (i = 0; i < l->n; i++)
		assert_int_equal(l->seen[i], from + (int64_t)i);
}

static void
wake(void *arg)
{
	struct fixture *f = arg;

	(void)eventfd_write(f->answered, 1);
}

static int
setup(void **state)
{
	static struct fixture f;
	const struct tail_query q = { .board = BOARD_1, .now = true };
	unsigned char digest[32];
	struct mutation link;
	struct tail tail;
	void *world;

	if (world_make_open(&world))
		return -1;
	memset(&f, 0, sizeof(f));
	f.w = world;
	world_digest(1, digest);		/* its row is the log's first */
	link = world_link(BOARD_1, LINK_1, digest, ROLE_READ);
	f.peers.poller.fd = -1;
	f.hub = (struct hub){ .peers = &f.peers, .wheel = &f.wheel,
	    .tally = &f.tally, .ring_bytes = 1 << 16, .stall_ms = HOUR_MS };
	f.answered = eventfd(0, EFD_NONBLOCK);
	wheel_init(&f.wheel, clock_mono_ms());
	if (world_play(f.w->s, &link) || peers_init(&f.peers) || hub_init(&f.hub) ||
	    follower_new(f.w->s, wake, &f, &f.hub.follower) ||
	    store_tail(f.w->s, &q, &tail, NULL, NULL))
		return -1;
	(void)str_copy(f.epoch, sizeof(f.epoch), tail.head.epoch);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	void *world = f->w;

	hub_sweep(&f->hub);
	follower_free(f->hub.follower);
	hub_fini(&f->hub);
	peers_fini(&f->peers);
	while (f->far_n > 0)
		(void)close(f->far[--f->far_n]);
	(void)close(f->answered);
	return world_remove(&world);
}

static void
backlog_and_news_are_one_row(void **state)
{
	struct fixture *f = *state;
	struct ear l;

	world_fill(f->w->s, BOARD_1, 2, 10);
	join(f, &l, 3);
	wait_for(f, &l, 10);
	world_fill(f->w->s, BOARD_1, 11, 20);
	wait_for(f, &l, 20);
	expect_exactly(&l, 4, 20);
	leave(f, &l);
}

/*
 * The last reader leaves and another comes while news for the first are still
 * on their way: they do not go on from where the other's board begins.
 */
static void
news_of_an_earlier_life_are_not_told(void **state)
{
	struct fixture *f = *state;
	struct ear first, second;
	struct letter *late;

	world_fill(f->w->s, BOARD_1, 2, 10);
	join(f, &first, 10);
	publish(&f->hub, receive(f, LETTER_FOLLOW));
	world_fill(f->w->s, BOARD_1, 11, 20);
	late = receive(f, LETTER_NEWS);
	leave(f, &first);
	join(f, &second, 5);
	publish(&f->hub, late);
	world_fill(f->w->s, BOARD_1, 21, 25);
	wait_for(f, &second, 25);
	expect_exactly(&second, 6, 25);
	leave(f, &second);
}

/* The same with the word of where the board stood. */
static void
head_of_an_earlier_life_is_not_believed(void **state)
{
	struct fixture *f = *state;
	struct ear first, second;
	struct letter *late;

	world_fill(f->w->s, BOARD_1, 2, 10);
	join(f, &first, 10);
	late = receive(f, LETTER_FOLLOW);
	leave(f, &first);
	world_fill(f->w->s, BOARD_1, 11, 20);
	join(f, &second, 10);
	publish(&f->hub, late);
	world_fill(f->w->s, BOARD_1, 21, 25);
	wait_for(f, &second, 25);
	expect_exactly(&second, 11, 25);
	leave(f, &second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(backlog_and_news_are_one_row,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    news_of_an_earlier_life_are_not_told, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    head_of_an_earlier_life_is_not_believed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
