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
#include "notewired/hub/publish.h"
#include "notewired/hub/signals.h"
#include "notewired/loop/peers.h"
#include "store_world.h"

#define PATIENCE_MS	10000
#define SEQS_MAX	64
#define ANN		"annannannannannannanna"
#define BOB		"bobbobbobbobbobbobbobb"

/* A reader that keeps the numbers of the changes it is shown. */
struct ear {
	struct reader	 reader;
	int64_t		 seen[SEQS_MAX];
	size_t		 n;
	size_t		 signals;	/* that it heard */
	int64_t		 ended_at;	/* the seq that it was at then */
	bool		 closed;
};

struct fixture {
	struct world		*w;
	struct peers		 peers;
	struct wheel		 wheel;
	struct tally		 tally;
	struct hub		 hub;
	int			 answered;	/* eventfd */
	int			 far[8];
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

static size_t
count_signals(const char *at, size_t len)
{
	static const char mark[] = "{\"event\":\"signal\"";
	const char *end = at + len;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), mark,
	    sizeof(mark) - 1)) != NULL) {
		n++;
		at++;
	}
	return n;
}

static enum status
on_frames(struct reader *r, struct iovec *piece, int n,
    const struct cursor *at)
{
	struct ear *l = (struct ear *)(void *)r;
	int i;

	(void)at;
	for (i = 0; i < n; i++) {
		note_seqs(l, piece[i].iov_base, piece[i].iov_len);
		l->signals += count_signals(piece[i].iov_base,
		    piece[i].iov_len);
	}
	return ST_OK;
}

static enum status
on_notice(struct reader *r, const struct notice *n)
{
	struct ear *l = (struct ear *)(void *)r;

	if (n->kind == NOTICE_END)
		l->ended_at = reader_at(r).seq;
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
join_as(struct fixture *f, struct ear *l, int64_t after, const char *member)
{
	static const struct reader_kind kind = { on_frames, on_notice,
	    on_close };
	static const struct peer_kind peer_kind = { .name = "test",
	    .input = no_input, .room = nothing, .gone = nothing };
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
	    (struct audience){ FORM_LINES, true, member[0] != '\0' }, member),
	    ST_OK);
	reader_begin(&l->reader, clock_mono_ms());
}

static void
join(struct fixture *f, struct ear *l, int64_t after)
{
	join_as(f, l, after, "");
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

	members_drop(&f->hub);
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

/* What waits in the ring was not sent: whoever ends then comes back for it. */
static void
one_that_ends_is_where_it_has_been_sent_to(void **state)
{
	struct fixture *f = *state;
	struct ear live, behind;

	world_fill(f->w->s, BOARD_1, 2, 10);
	join(f, &live, 10);
	publish(&f->hub, receive(f, LETTER_FOLLOW));
	join(f, &behind, 3);
	world_fill(f->w->s, BOARD_1, 11, 20);
	publish(&f->hub, receive(f, LETTER_NEWS));
	assert_true(hub_busy(&f->hub));
	reader_end(&live.reader, "followed", true);
	reader_end(&behind.reader, "followed", true);
	assert_int_equal(live.n, 0);
	assert_int_equal(live.ended_at, 10);
	assert_int_equal(behind.ended_at, behind.n > 0 ?
	    behind.seen[behind.n - 1] : 3);
	hub_sweep(&f->hub);
	peers_sweep(&f->peers);
}

/* A signal of 16 KB, near enough. */
static void
signal_to(const char *to, struct signal *s)
{
	static char text[16000];

	*s = (struct signal){ .board = BOARD_1, .bytes = text,
	    .len = sizeof(text) };
	(void)str_copy(s->to, sizeof(s->to), to);
	memset(text, '1', sizeof(text));
}

static void
walk(struct fixture *f)
{
	while (hub_busy(&f->hub))
		hub_walk(&f->hub);
}

/* Who comes back within the lease hears what was said meanwhile, once. */
static void
a_member_away_misses_no_signal(void **state)
{
	struct fixture *f = *state;
	struct ear stays, leaves;
	struct signal s;
	int i;

	world_fill(f->w->s, BOARD_1, 2, 3);
	join_as(f, &stays, 3, ANN);
	publish(&f->hub, receive(f, LETTER_FOLLOW));
	join_as(f, &leaves, 3, BOB);
	assert_int_equal(f->hub.members.n, 2);
	leave(f, &leaves);
	assert_int_equal(f->hub.members.n, 2);
	assert_int_equal(f->hub.leases, 1);
	signal_to("", &s);
	for (i = 0; i < 3; i++)
		assert_int_equal(signals_play(&f->hub, &s), ST_OK);
	walk(f);
	assert_int_equal(stays.signals, 3);
	join_as(f, &leaves, 3, BOB);
	walk(f);
	assert_int_equal(leaves.signals, 3);
	assert_int_equal(f->hub.leases, 0);
	assert_int_equal(leaves.n, 0);
	leave(f, &leaves);
	leave(f, &stays);
	/* all that was kept for them goes with the lease */
	assert_int_equal(f->hub.boards.n, 1);
	wheel_run(&f->wheel, clock_mono_ms() + 2 * MEMBER_LEASE_MS);
	hub_sweep(&f->hub);
	assert_int_equal(f->hub.members.n, 0);
	assert_int_equal(f->hub.leases, 0);
	assert_int_equal(f->hub.boards.n, 0);
}

static void
mail_waits_and_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct ear one;
	struct signal s;

	world_fill(f->w->s, BOARD_1, 2, 3);
	join_as(f, &one, 3, BOB);
	publish(&f->hub, receive(f, LETTER_FOLLOW));
	leave(f, &one);
	signal_to(BOB, &s);
	while (f->hub.mail_bytes + s.len + 100 < MEMBER_MAIL_MAX)
		assert_int_equal(signals_play(&f->hub, &s), ST_OK);
	assert_int_equal(signals_play(&f->hub, &s), ST_LIMIT);
	signal_to(ANN, &s);
	assert_int_equal(signals_play(&f->hub, &s), ST_NOTFOUND);
	join_as(f, &one, 3, BOB);
	walk(f);
	assert_int_equal(one.signals, 4);
	assert_int_equal(f->hub.mail_bytes, 0);
	/* and so is that of all together */
	leave(f, &one);
	f->hub.mail_bytes = MEMBER_MAIL_ALL;
	signal_to(BOB, &s);
	assert_int_equal(signals_play(&f->hub, &s), ST_LIMIT);
	f->hub.mail_bytes = 0;
}

static void
leases_are_bounded(void **state)
{
	struct fixture *f = *state;
	struct ear one;

	join_as(f, &one, 1, BOB);
	f->hub.leases = MEMBER_LEASES_MAX;
	leave(f, &one);
	assert_int_equal(f->hub.members.n, 0);
	assert_int_equal(f->hub.leases, MEMBER_LEASES_MAX);
	f->hub.leases = 0;
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
		cmocka_unit_test_setup_teardown(
		    a_member_away_misses_no_signal, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    one_that_ends_is_where_it_has_been_sent_to, setup, teardown),
		cmocka_unit_test_setup_teardown(mail_waits_and_is_bounded,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(leases_are_bounded, setup,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
