/*
 * Any If-Match header comes out the same whole and byte by byte; a list that is
 * taken reads the same after being written plainly.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proto/etag.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
reads_again(const struct etag_list *l)
{
	struct etag_list again;
	struct buf b;
	size_t i;

	buf_init(&b, 1024);
	for (i = 0; i < l->count; i++)
		buf_addf(&b, "%s%s\"%s\"", i ? ", " : "",
		    l->tag[i].weak ? "W/" : "", l->tag[i].text);
	must(etag_parse(l->star ? "*" : b.data, &again) == ST_OK);
	must(again.star == l->star && again.count == l->count);
	for (i = 0; i < l->count; i++) {
		must(again.tag[i].weak == l->tag[i].weak);
		must(strcmp(again.tag[i].text, l->tag[i].text) == 0);
		must(etag_match(l, again.tag[i].text, true));
	}
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct etag_list whole, bytes;
	enum status st;

	etag_init(&whole);
	etag_feed(&whole, text, size);
	etag_init(&bytes);
	EACH_PIECE(i, n, size, 1)
		etag_feed(&bytes, text + i, n);
	st = etag_end(&whole);
	must(etag_end(&bytes) == st);
	must(memcmp(&whole, &bytes, sizeof(whole)) == 0);
	must((st == ST_OK) == (whole.star || whole.count > 0));
	must(st == ST_OK || !etag_match(&whole, "", true));
	if (st == ST_OK)
		reads_again(&whole);
	return 0;
}
