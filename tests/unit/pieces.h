#ifndef UNIT_PIECES_H
#define UNIT_PIECES_H

#include <stddef.h>

/*
 * Feeds a push parser `len` bytes in pieces of at most `piece`; with PIECE_ALL
 * in one.  `feed` is the parser's function.
 */
#define FEED_PIECES(feed, parser, text, len, piece) do {		\
	size_t at_, n_;							\
									\
	for (at_ = 0; at_ < (len); at_ += n_) {				\
		n_ = (len) - at_ < (piece) ? (len) - at_ : (piece);	\
		feed((parser), (text) + at_, n_);			\
	}								\
} while (0)

/* The sizes of pieces that each case is tried with. */
#define PIECE_ALL	((size_t)-1)
#define PIECE_SIZES	{ PIECE_ALL, 1, 3 }

#endif
