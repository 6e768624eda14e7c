#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef HAVE_URING

#include "notewired/loop/batch_priv.h"
#include "notewired/loop/peers.h"

#define MOST	8
#define HUGE	((size_t)4 << 20)	/* more than a socket takes */

static int
set_up(void **state)
{
	struct batch *b;

	if (batch_new(MOST, &b) != ST_OK)
		return -1;
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	batch_free(*state);
	return 0;
}

static void
each_send_has_its_own_result(void **state)
{
	static char huge[HUGE];
	struct batch *b = *state;
	int good[2], gone[2], full[2], ends[2];
	int32_t took[6];
	char got[8];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, good), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, gone), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, full), 0);
	assert_int_equal(pipe(ends), 0);
	(void)close(gone[1]);
	batch_add(b, full[0], huge, HUGE);
	batch_add(b, good[0], "abc", 3);
	batch_add(b, gone[0], "abc", 3);
	batch_add(b, full[0], huge, HUGE);
	batch_add(b, ends[1], "abc", 3);
	batch_add(b, good[0], "de", 2);
	assert_int_equal(batch_send(b, took), ST_OK);
	assert_in_range(took[0], 1, HUGE - 1);
	assert_int_equal(took[1], 3);
	assert_int_equal(took[2], -EPIPE);
	assert_int_equal(took[3], -EAGAIN);
	assert_int_equal(took[4], -ENOTSOCK);
	assert_int_equal(took[5], 2);
	assert_int_equal(recv(good[1], got, sizeof(got), MSG_DONTWAIT), 5);
	assert_memory_equal(got, "abcde", 5);
	(void)close(good[0]);
	(void)close(good[1]);
	(void)close(gone[0]);
	(void)close(full[0]);
	(void)close(full[1]);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void
it_serves_again_and_again(void **state)
{
	struct batch *b = *state;
	int32_t took[MOST];
	int pair[2], i, round;
	char got[64];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	for (round = 0; round < 1000; round++) {
		for (i = 0; i < MOST; i++)
			batch_add(b, pair[0], "12", (size_t)(i % 2) + 1);
		assert_int_equal(batch_send(b, took), ST_OK);
		for (i = 0; i < MOST; i++)
			assert_int_equal(took[i], i % 2 + 1);
		assert_int_equal(recv(pair[1], got, sizeof(got), 0),
		    MOST / 2 * 3);
	}
	(void)close(pair[0]);
	(void)close(pair[1]);
}

/* What the ring does with a request that nobody makes here. */
static int
ask_ring(struct batch *b, struct io_uring_sqe *made)
{
	struct io_uring_cqe *done;
	int rc;

	made->user_data = 1;
	assert_int_equal(io_uring_submit_and_wait(&b->ring, 1), 1);
	assert_int_equal(io_uring_wait_cqe(&b->ring, &done), 0);
	rc = done->res;
	io_uring_cqe_seen(&b->ring, done);
	return rc;
}

static void
it_can_do_nothing_but_send(void **state)
{
	struct batch *b = *state;
	struct io_uring_sqe *e;

	e = io_uring_get_sqe(&b->ring);
	io_uring_prep_openat(e, AT_FDCWD, "/etc/passwd", O_RDONLY, 0);
	assert_int_equal(ask_ring(b, e), -EACCES);
	e = io_uring_get_sqe(&b->ring);
	io_uring_prep_socket(e, AF_INET, SOCK_STREAM, 0, 0);
	assert_int_equal(ask_ring(b, e), -EACCES);
	/* nor can it be made to do more */
	assert_int_equal(syscall(SYS_io_uring_register, b->ring.ring_fd,
	    IORING_REGISTER_RESTRICTIONS, NULL, 0), -1);
	assert_int_equal(syscall(SYS_io_uring_register, b->ring.ring_fd,
	    IORING_REGISTER_FILES, &(int){ 0 }, 1), -1);
	assert_int_equal(errno, EACCES);
}

static void
a_broken_one_says_what_it_did_not_do(void **state)
{
	struct batch *b = *state;
	int32_t took[2];
	int pair[2];
	char byte;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	(void)close(b->ring.ring_fd);
	batch_add(b, pair[0], "a", 1);
	batch_add(b, pair[0], "b", 1);
	assert_int_equal(batch_send(b, took), ST_IO);
	assert_int_equal(took[0], -ECANCELED);
	assert_int_equal(took[1], -ECANCELED);
	assert_int_equal(recv(pair[1], &byte, 1, MSG_DONTWAIT), -1);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void
note_status(struct peer *c, enum status st)
{
	*(enum status *)c->owner = st;
}

/* What is gathered then and later. */
static void
without_it_each_goes_by_itself(void **state)
{
	static const struct peer_kind kind = { .name = "test",
	    .sent = note_status };
	enum status st = ST_BUSY;
	struct peers peers;
	struct peer *c;
	char got[8];
	int pair[2];

	(void)state;
	assert_int_equal(peers_init(&peers), ST_OK);
	assert_int_equal(peers_batch(&peers), ST_OK);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(peer_take(&peers, pair[0], &kind, &st, &c), ST_OK);
	(void)close(peers.cork.batch->ring.ring_fd);
	peers_cork(&peers);
	assert_int_equal(peer_send_bytes(c, "abc", 3), ST_OK);
	peers_uncork(&peers);
	assert_int_equal(st, ST_OK);
	peers_cork(&peers);
	assert_int_equal(peer_send_bytes(c, "de", 2), ST_OK);
	assert_int_equal(recv(pair[1], got, sizeof(got), MSG_DONTWAIT), 5);
	assert_memory_equal(got, "abcde", 5);
	peers_uncork(&peers);
	(void)close(pair[1]);
	peers_fini(&peers);
}

/* Whether it was sent nobody can tell any more: not twice, then. */
static void
what_was_never_heard_of_again_breaks_the_connection(void **state)
{
	static const struct peer_kind kind = { .name = "test" };
	struct peers peers;
	struct peer *c;
	int pair[2];
	char byte;

	(void)state;
	assert_int_equal(peers_init(&peers), ST_OK);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(peer_take(&peers, pair[0], &kind, NULL, &c), ST_OK);
	assert_int_equal(peer_sent(c, (char[]){ "abc" }, 3, -EIO), ST_CLOSED);
	assert_int_equal(recv(pair[1], &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(peer_sent(c, (char[]){ "abc" }, 3, -ECANCELED), ST_OK);
	assert_int_equal(recv(pair[1], &byte, 1, MSG_DONTWAIT), 1);
	(void)close(pair[1]);
	peers_fini(&peers);
}

int
main(void)
{
#define TEST(claim)	cmocka_unit_test_setup_teardown(claim, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_send_has_its_own_result),
		TEST(it_serves_again_and_again),
		TEST(it_can_do_nothing_but_send),
		TEST(a_broken_one_says_what_it_did_not_do),
		TEST(without_it_each_goes_by_itself),
		TEST(what_was_never_heard_of_again_breaks_the_connection),
	};
#undef TEST
	struct batch *b;

	if (batch_new(MOST, &b) == ST_INVALID) {
		(void)puts("1..0 # SKIP the kernel has no io_uring");
		return 0;
	}
	batch_free(b);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int
main(void)
{
	(void)puts("1..0 # SKIP built without liburing");
	return 0;
}

#endif
