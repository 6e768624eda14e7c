#include "notewired/loop/batch_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

/*
 * The filter of system calls does not see what goes through a ring, so the ring
 * has one of its own: it sends, and nothing else (io_uring_register(2)).  The
 * shared library of liburing 2.3 lacks its functions for that.
 */
static int
restrict_ring(const struct io_uring *ring)
{
	struct io_uring_restriction only = {
		.opcode = IORING_RESTRICTION_SQE_OP, .sqe_op = IORING_OP_SEND,
	};

	if (syscall(SYS_io_uring_register, ring->ring_fd,
	    IORING_REGISTER_RESTRICTIONS, &only, 1) == -1 ||
	    syscall(SYS_io_uring_register, ring->ring_fd,
	    IORING_REGISTER_ENABLE_RINGS, NULL, 0) == -1)
		return -errno;
	return 0;
}

static int
open_ring(struct io_uring *ring, unsigned most)
{
	struct io_uring_params p = {
		.flags = IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL,
	};
	int rc = io_uring_queue_init_params(most, ring, &p);

	if (rc < 0)
		return rc;
	rc = restrict_ring(ring);
	if (rc < 0)
		io_uring_queue_exit(ring);
	return rc;
}

enum status
batch_new(unsigned most, struct batch **out)
{
	struct batch *b = calloc(1, sizeof(*b));
	int rc;

	*out = NULL;
	if (b == NULL)
		return ST_NOMEM;
	rc = open_ring(&b->ring, most);
	if (rc < 0) {
		log_info("batch", "none", "error=\"%s\"", strerror(-rc));
		free(b);
		return ST_INVALID;
	}
	*out = b;
	return ST_OK;
}

void
batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	io_uring_queue_exit(&b->ring);
	free(b);
}

void
batch_add(struct batch *b, int fd, const void *bytes, size_t n)
{
	struct io_uring_sqe *e = io_uring_get_sqe(&b->ring);

	/* with MSG_DONTWAIT it is over when the call returns */
	io_uring_prep_send(e, fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	io_uring_sqe_set_data64(e, b->n++);
}

/* How many the kernel has been given. */
static unsigned
submit(struct batch *b)
{
	unsigned given = 0;
	int rc;

	while (given < b->n) {
		rc = io_uring_submit_and_wait(&b->ring, b->n - given);
		if (rc > 0) {
			given += (unsigned)rc;
		} else if (rc != -EINTR) {
			log_error("batch", "submit", "error=\"%s\"",
			    strerror(-rc));
			break;
		}
	}
	return given;
}

/* How many the kernel has told of. */
static unsigned
collect(struct batch *b, unsigned given, int32_t *took)
{
	struct io_uring_cqe *done;
	unsigned told = 0;
	int rc;

	while (told < given) {
		rc = io_uring_wait_cqe(&b->ring, &done);
		if (rc == 0) {
			took[done->user_data] = done->res;
			io_uring_cqe_seen(&b->ring, done);
			told++;
		} else if (rc != -EINTR) {
			log_error("batch", "wait", "error=\"%s\"",
			    strerror(-rc));
			break;
		}
	}
	return told;
}

enum status
batch_send(struct batch *b, int32_t *took)
{
	unsigned i, given, n = b->n;

	given = submit(b);
	for (i = 0; i < n; i++)
		took[i] = i < given ? -EIO : -ECANCELED;
	b->n = 0;
	return collect(b, given, took) == n ? ST_OK : ST_IO;
}
