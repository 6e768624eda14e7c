#ifndef NOTEWIRED_LOOP_BATCH_H
#define NOTEWIRED_LOOP_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/*
 * Small sends to many sockets in one system call.  Only this file's other half
 * (batch_uring.c) knows the system's own interface (io_uring(7)).
 */
struct batch;

/*
 * For at most so many sends at a time.  It can do nothing but send, whoever
 * gets hold of it.  ST_INVALID: the kernel or this build has it not, or it is
 * not allowed here, which is logged; ST_NOMEM.
 */
enum status batch_new(unsigned most, struct batch **out);
void batch_free(struct batch *b);

/*
 * One more send, which will not wait for room.  The bytes stay the caller's, and
 * as they are until batch_send returns.
 */
void batch_add(struct batch *b, int fd, const void *bytes, size_t n);
/*
 * Sends what was added.  `took` gets for each, in the order in which they were
 * added, how many bytes the kernel took, or a negative errno.  ST_IO: the batch
 * is good for nothing any more, which is logged; what it did not get to has
 * -ECANCELED, and what it never heard of again -EIO.
 */
enum status batch_send(struct batch *b, int32_t *took);

#endif
