#ifndef FUZZ_FEED_H
#define FUZZ_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* What holds whatever the input: the target ends where it does not. */
static inline void
must(bool held)
{
	if (!held)
		abort();
}

/*
 * Goes over `size` bytes in pieces of at most `piece`; `at` is where one
 * begins and `n` its length.  With a piece of `size` the whole comes at once.
 */
#define EACH_PIECE(at, n, size, piece)					\
	for (size_t at = 0, n; at < (size) && ((n = (size) - at < (piece) ? \
	    (size) - at : (piece)), true); at += n)

#endif
