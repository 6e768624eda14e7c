#ifndef NOTEWIRED_LOOP_BATCH_PRIV_H
#define NOTEWIRED_LOOP_BATCH_PRIV_H

#include <liburing.h>

#include "notewired/loop/batch.h"

struct batch {
	struct io_uring	ring;
	unsigned	n;	/* sends added */
};

#endif
