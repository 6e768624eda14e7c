#ifndef CODEC_GZIP_H
#define CODEC_GZIP_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Appends n bytes, compressed (RFC 1952); fast rather than small.  ST_TOOBIG:
 * more than 4 GiB, or than the buffer takes; ST_NOMEM; ST_IO: zlib failed.
 */
enum status gzip_put(struct buf *out, const char *bytes, size_t n);

#endif
