#include "codec/gzip.h"

#include <limits.h>

#define ZLIB_CONST
#include <zlib.h>

#define PIECE		16384
/* Of 1 to 9: boards shrink to a tenth by 3, and hardly further by more. */
#define LEVEL		3
#define GZIP_WINDOW	(MAX_WBITS + 16)	/* with the header of RFC 1952 */
#define MEMORY_LEVEL	8			/* zlib's own default */

enum status
gzip_put(struct buf *out, const char *bytes, size_t n)
{
	unsigned char piece[PIECE];
	z_stream z = { .next_in = (const unsigned char *)bytes };
	int code;

	if (n > UINT_MAX)
		return ST_TOOBIG;
	z.avail_in = (unsigned)n;
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		return ST_NOMEM;
	do {
		z.next_out = piece;
		z.avail_out = sizeof(piece);
		code = deflate(&z, Z_FINISH);
		buf_add(out, piece, sizeof(piece) - z.avail_out);
	} while (code == Z_OK && buf_status(out) == ST_OK);
	(void)deflateEnd(&z);
	if (code != Z_STREAM_END)
		buf_fail(out, ST_IO);		/* unless it has failed before */
	return buf_status(out);
}
