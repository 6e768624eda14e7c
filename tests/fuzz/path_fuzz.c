/*
 * Any path comes out the same whole and byte by byte, and one that is taken is
 * what its segments spell.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proto/path.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
spells(const struct path *p, const char *text, size_t size)
{
	struct buf b;
	size_t i;

	buf_init(&b, 1024);
	for (i = 0; i < p->count; i++)
		buf_addf(&b, "/%s", p->seg[i]);
	if (p->count > 0 || size > 1)
		must(b.len == size && memcmp(b.data, text, size) == 0);
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct path whole, bytes;
	enum status st;

	path_init(&whole);
	path_feed(&whole, text, size);
	path_init(&bytes);
	EACH_PIECE(i, n, size, 1)
		path_feed(&bytes, text + i, n);
	st = path_end(&whole);
	must(path_end(&bytes) == st);
	must(memcmp(&whole, &bytes, sizeof(whole)) == 0);
	must(st == ST_OK || whole.count == 0);
	if (st == ST_OK)
		spells(&whole, text, size);
	return 0;
}
