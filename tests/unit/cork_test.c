#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "notewired/loop/batch.h"
#include "notewired/loop/peers.h"

#define CROWD		600	/* more than there is a place for */
#define BIG		((size_t)8 << 10)
#define PART		((size_t)3500)
#define ROUNDS		10

/* A connection, and what its owner heard of it. */
struct friend {
	struct peer	*peer;
	int		 far;
	int		 told;		/* how often */
	enum status	 st;		/* the last time */
	bool		 replies;	/* when it is told */
};

struct fixture {
	struct peers	 peers;
	struct friend	 all[CROWD];
	size_t		 n;
};

static void
hear(struct peer *c, enum status st)
{
	struct friend *f = c->owner;

	f->told++;
	f->st = st;
	if (f->replies)
		assert_int_equal(peer_send_bytes(c, "more", 4), ST_OK);
}

static void
ignore(struct peer *c)
{
	(void)c;
}

static const struct peer_kind attentive = { .name = "attentive",
    .room = ignore, .sent = hear };
static const struct peer_kind deaf = { .name = "deaf", .room = ignore };

static struct friend *
add(struct fixture *f, int near, int far, const struct peer_kind *kind)
{
	struct friend *one = &f->all[f->n++];

	*one = (struct friend){ .far = far };
	assert_int_equal(peer_take(&f->peers, near, kind, one, &one->peer),
	    ST_OK);
	return one;
}

static struct friend *
meet_as(struct fixture *f, const struct peer_kind *kind)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	return add(f, pair[0], pair[1], kind);
}

static struct friend *
meet(struct fixture *f)
{
	return meet_as(f, &attentive);
}

static void
say(struct friend *one, const char *text)
{
	assert_int_equal(peer_send_bytes(one->peer, text, strlen(text)), ST_OK);
}

/* What has come to it and nothing else. */
static void
check_got(const struct friend *one, const char *text)
{
	char got[256];
	ssize_t n = recv(one->far, got, sizeof(got), MSG_DONTWAIT);

	assert_int_equal(n, strlen(text));
	assert_memory_equal(got, text, strlen(text));
}

static void
check_got_nothing(const struct friend *one)
{
	char byte;

	assert_int_equal(recv(one->far, &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	peers_expect(2 * CROWD);
	assert_int_equal(peers_init(&f->peers), ST_OK);
	*state = f;
	assert_int_equal(peers_batch(&f->peers), ST_OK);
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < f->n; i++)
		(void)close(f->all[i].far);
	peers_fini(&f->peers);
	free(f);
	return 0;
}

static void
all_leaves_in_one_call_when_it_is_out(void **state)
{
	struct fixture *f = *state;
	struct cork *k = &f->peers.cork;
	size_t i;

	for (i = 0; i < 100; i++)
		(void)meet(f);
	peers_cork(&f->peers);
	for (i = 0; i < 100; i++)
		say(&f->all[i], "a change");
	check_got_nothing(&f->all[0]);
	assert_false(peer_is_through(f->all[0].peer));
	peers_uncork(&f->peers);
	for (i = 0; i < 100; i++) {
		check_got(&f->all[i], "a change");
		assert_int_equal(f->all[i].told, 1);
		assert_int_equal(f->all[i].st, ST_OK);
		assert_true(peer_is_through(f->all[i].peer));
	}
	assert_int_equal(k->batches, 1);
	assert_int_equal(k->batched, 100);
	say(&f->all[0], "at once");
	check_got(&f->all[0], "at once");
}

static void
parts_of_one_are_one_send(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f), *other = meet(f);
	struct iovec pieces[] = { { (char[]){ "b" }, 1 }, { (char[]){ "c" },
	    1 } };

	peers_cork(&f->peers);
	say(one, "a");
	assert_int_equal(peer_send(one->peer, pieces, 2), ST_OK);
	say(other, "x");
	peers_uncork(&f->peers);
	check_got(one, "abc");
	check_got(other, "x");
	assert_int_equal(f->peers.cork.batched, 2);
	assert_int_equal(one->told, 1);
}

static void
order_holds_when_two_take_turns(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f), *other = meet(f);

	peers_cork(&f->peers);
	say(one, "1");
	say(other, "a");
	say(one, "2");
	say(other, "b");
	peers_uncork(&f->peers);
	check_got(one, "12");
	check_got(other, "ab");
}

static void
what_is_large_goes_itself_behind_what_waits(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f), *other = meet(f);
	static char big[BIG], got[BIG + 3];

	memset(big, 'B', sizeof(big));
	peers_cork(&f->peers);
	say(other, "other");
	say(one, "abc");
	assert_int_equal(peer_send_bytes(one->peer, big, BIG), ST_OK);
	assert_int_equal(recv(one->far, got, sizeof(got), MSG_DONTWAIT |
	    MSG_WAITALL), BIG + 3);
	assert_memory_equal(got, "abcB", 4);
	say(one, "z");
	peers_uncork(&f->peers);
	check_got(one, "z");
	check_got(other, "other");
}

static void
more_than_it_has_places_for_goes_as_well(void **state)
{
	struct fixture *f = *state;
	static char big[3000];
	size_t i;

	memset(big, 'b', sizeof(big));
	for (i = 0; i < CROWD; i++)
		(void)meet(f);
	peers_cork(&f->peers);
	for (i = 0; i < CROWD; i++) {
		say(&f->all[i], "first");
		assert_int_equal(peer_send_bytes(f->all[i].peer, big,
		    i % 3 == 0 ? sizeof(big) : 1), ST_OK);
		say(&f->all[i], "last");
	}
	peers_uncork(&f->peers);
	for (i = 0; i < CROWD; i++) {
		char got[4096];
		const size_t n = 9 + (i % 3 == 0 ? sizeof(big) : 1);

		assert_int_equal(recv(f->all[i].far, got, sizeof(got),
		    MSG_DONTWAIT), n);
		assert_memory_equal(got, "firstb", 6);
		assert_memory_equal(got + n - 5, "blast", 5);
	}
}

/* All bytes that were ever sent to it are the numbers from 0 up. */
static void
check_counts(const unsigned char *got, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(got[i], (unsigned char)(i * 7 / 256 + i));
}

/* A socket so narrow that it takes parts of what is sent. */
static void
what_there_is_no_room_for_is_kept(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f), *other = meet(f);
	static unsigned char all[ROUNDS * PART], got[sizeof(all)];
	const int least = 1;
	size_t i, sent = 0, have = 0;
	ssize_t n;

	for (i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)(i * 7 / 256 + i);
	assert_int_equal(setsockopt(one->peer->fd, SOL_SOCKET, SO_SNDBUF,
	    &least, sizeof(least)), 0);
	for (; !one->peer->full; sent += 2 * PART) {
		assert_true(sent < sizeof(all));
		peers_cork(&f->peers);
		for (i = 0; i < 2; i++)
			assert_int_equal(peer_send_bytes(one->peer,
			    all + sent + i * PART, PART), ST_OK);
		say(other, ".");
		peers_uncork(&f->peers);
		assert_int_equal(other->st, ST_OK);
	}
	assert_int_equal(one->st, ST_BUSY);
	assert_in_range(one->peer->kept_end, 1, 2 * PART - 1);
	assert_false(peer_is_through(one->peer));
	while (have < sent) {
		n = recv(one->far, got + have, sent - have, MSG_DONTWAIT);
		if (n > 0)
			have += (size_t)n;
		else
			peer_resume(one->peer);
	}
	check_counts(got, sent);
	assert_true(peer_is_through(one->peer));
}

static void
what_comes_after_what_is_kept_stays_behind_it(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f), *other = meet(f);
	static char part[PART], got[8 * PART];
	const int least = 1;
	size_t have = 0;
	ssize_t n;
	int i;

	memset(part, '1', sizeof(part));
	assert_int_equal(setsockopt(one->peer->fd, SOL_SOCKET, SO_SNDBUF,
	    &least, sizeof(least)), 0);
	peers_cork(&f->peers);
	for (i = 0; i < 4; i++)
		assert_int_equal(peer_send_bytes(one->peer, part, PART),
		    ST_OK);
	say(other, ".");
	say(one, "2");
	say(one, "3");
	peers_uncork(&f->peers);
	assert_int_equal(one->st, ST_BUSY);
	while (have < 4 * PART + 2) {
		n = recv(one->far, got + have, sizeof(got) - have,
		    MSG_DONTWAIT);
		if (n > 0)
			have += (size_t)n;
		else
			peer_resume(one->peer);
	}
	assert_int_equal(have, 4 * PART + 2);
	assert_memory_equal(got + 4 * PART - 1, "123", 3);
}

static void
who_is_broken_is_told_and_nobody_else(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f), *other = meet(f);

	(void)close(one->far);
	peers_cork(&f->peers);
	say(one, "lost");
	say(other, "found");
	peers_uncork(&f->peers);
	assert_int_equal(one->st, ST_CLOSED);
	assert_int_equal(other->st, ST_OK);
	check_got(other, "found");
}

static void
who_was_closed_is_not_told(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f);

	peers_cork(&f->peers);
	say(one, "farewell");
	peer_close(&f->peers, one->peer);
	peers_uncork(&f->peers);
	peers_sweep(&f->peers);
	assert_int_equal(one->told, 0);
	check_got(one, "farewell");
}

static void
who_says_that_it_sends_no_more_has_sent_all(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f);
	char byte;

	peers_cork(&f->peers);
	say(one, "the end");
	peer_shut(one->peer);
	peers_uncork(&f->peers);
	check_got(one, "the end");
	assert_int_equal(recv(one->far, &byte, 1, MSG_DONTWAIT), 0);
}

static void
who_is_told_may_send(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f);

	one->replies = true;
	peers_cork(&f->peers);
	say(one, "some ");
	peers_uncork(&f->peers);
	check_got(one, "some more");
}

static void
who_does_not_listen_is_not_kept_waiting(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet_as(f, &deaf);

	peers_cork(&f->peers);
	say(one, "now");
	check_got(one, "now");
	peers_uncork(&f->peers);
}

/* What plain CGI writes to may be a pipe, which no send() goes to. */
static void
pipe_gets_it_too(void **state)
{
	struct fixture *f = *state;
	struct friend *one;
	char got[16];
	int ends[2];

	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	one = add(f, ends[1], ends[0], &attentive);
	peers_cork(&f->peers);
	say(one, "drip");
	peers_uncork(&f->peers);
	assert_int_equal(one->st, ST_OK);
	assert_true(one->peer->piped);
	peers_cork(&f->peers);
	say(one, " drop");
	peers_uncork(&f->peers);
	assert_int_equal(read(one->far, got, sizeof(got)), 9);
	assert_memory_equal(got, "drip drop", 9);
}

static void
without_batches_each_goes_at_once(void **state)
{
	struct fixture *f = *state;
	struct friend *one = meet(f);

	cork_fini(&f->peers.cork);
	peers_cork(&f->peers);
	say(one, "alone");
	check_got(one, "alone");
	peers_uncork(&f->peers);
	assert_int_equal(one->told, 0);
}

int
main(void)
{
#define TEST(claim)	cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_leaves_in_one_call_when_it_is_out),
		TEST(parts_of_one_are_one_send),
		TEST(order_holds_when_two_take_turns),
		TEST(what_is_large_goes_itself_behind_what_waits),
		TEST(more_than_it_has_places_for_goes_as_well),
		TEST(what_there_is_no_room_for_is_kept),
		TEST(what_comes_after_what_is_kept_stays_behind_it),
		TEST(who_is_broken_is_told_and_nobody_else),
		TEST(who_was_closed_is_not_told),
		TEST(who_says_that_it_sends_no_more_has_sent_all),
		TEST(who_is_told_may_send),
		TEST(who_does_not_listen_is_not_kept_waiting),
		TEST(pipe_gets_it_too),
		TEST(without_batches_each_goes_at_once),
	};
#undef TEST
	struct batch *b;

	if (batch_new(1, &b) == ST_INVALID) {
		(void)puts("1..0 # SKIP there are no batches here");
		return 0;
	}
	batch_free(b);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
