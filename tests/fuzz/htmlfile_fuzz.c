/*
 * Whatever stands in a value, the batch holds no byte that ends a script, a
 * string's line or the document's text, and its escapes undone give the value
 * back.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/htmlfile.h"
#include "feed.h"

#define HEAD	"<script nonce=\"n\">document.currentScript.remove();" \
		"parent.notewire(["
#define TAIL	"])</script>\n"
#define ESCAPE	6	/* bytes of \uXXXX */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes that an escape stands for; NULL where `p` is no escape of ours. */
static const char *
meaning(const char *p, size_t left)
{
	static const char *const pairs[][2] = {
		{ "\\u003c", "<" }, { "\\u003e", ">" }, { "\\u0026", "&" },
		{ "\\u2028", "\xe2\x80\xa8" }, { "\\u2029", "\xe2\x80\xa9" },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (left >= ESCAPE && memcmp(p, pairs[i][0], ESCAPE) == 0)
			return pairs[i][1];
	return NULL;
}

static void
check_harmless(const char *p, const char *end)
{
	for (; p < end; p++) {
		must(*p != '<' && *p != '>' && *p != '&');
		if (end - p >= 3 && memcmp(p, "\xe2\x80", 2) == 0)
			must(p[2] != '\xa8' && p[2] != '\xa9');
	}
}

/* An escape may have stood in the value already: then it is the same there. */
static void
check_same(const char *p, const char *end, const char *data, size_t size)
{
	const char *was, *from = data, *stop = data + size;
	size_t n;

	while (p < end) {
		was = meaning(p, (size_t)(end - p));
		n = was ? strlen(was) : 0;
		if (n > 0 && (size_t)(stop - from) >= n &&
		    memcmp(from, was, n) == 0) {
			p += ESCAPE;
			from += n;
			continue;
		}
		must(from < stop && *p == *from);
		p++;
		from++;
	}
	must(from == stop);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *value = size ? (const char *)data : "";
	const char *first, *end;
	struct htmlfile h;
	struct buf b;

	buf_init(&b, ESCAPE * size + 200);
	htmlfile_init(&h, "n");
	htmlfile_put(&h, &b, value, size);
	htmlfile_end_batch(&h, &b);
	must(buf_status(&b) == ST_OK);
	first = b.data + strlen(HEAD);
	end = b.data + b.len - strlen(TAIL);
	must(first <= end && memcmp(b.data, HEAD, strlen(HEAD)) == 0);
	must(memcmp(end, TAIL, strlen(TAIL)) == 0);
	check_harmless(first, end);
	check_same(first, end, value, size);
	buf_fini(&b);
	return 0;
}
