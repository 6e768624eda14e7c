/*
 * Any Content-Type comes out the same whole and byte by byte; one that is taken
 * reads the same after its parts are written plainly.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proto/media_type.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
reads_again(const struct media_type *m)
{
	struct media_type again;
	struct buf b;
	const char *p;

	buf_init(&b, 1024);
	buf_adds(&b, m->name);
	if (m->has_param)
		buf_adds(&b, "; charset=\"");
	for (p = m->param; *p != '\0'; p++)
		buf_addf(&b, "\\%c", *p);
	if (m->has_param)
		buf_addc(&b, '"');
	must(media_type_parse(b.data, "charset", &again) == ST_OK);
	must(strcmp(again.name, m->name) == 0);
	must(strcmp(again.param, m->param) == 0);
	must(again.has_param == m->has_param);
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct media_type whole, bytes;
	enum status st;

	media_type_init(&whole, "charset");
	media_type_feed(&whole, text, size);
	media_type_init(&bytes, "charset");
	EACH_PIECE(i, n, size, 1)
		media_type_feed(&bytes, text + i, n);
	st = media_type_end(&whole);
	must(media_type_end(&bytes) == st);
	must(memcmp(&whole, &bytes, sizeof(whole)) == 0);
	must((st == ST_OK) == (whole.name[0] != '\0'));
	if (st == ST_OK)
		reads_again(&whole);
	return 0;
}
