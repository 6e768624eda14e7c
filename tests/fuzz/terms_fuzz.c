/*
 * Any bytes come out the same whole and byte by byte; terms are UTF-8, never
 * empty, already folded, and put in quotes they come out again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/str.h"
#include "proto/terms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

static enum status
parse(const char *text, size_t size, size_t piece, struct terms *t)
{
	size_t i, n;

	terms_init(t);
	for (i = 0; i < size; i += n) {
		n = size - i < piece ? size - i : piece;
		terms_feed(t, text + i, n);
	}
	return terms_end(t);
}

static void
check_term(const char *term)
{
	struct terms again;
	struct buf b;

	must(term[0] != '\0' && strchr(term, '"') == NULL);
	must(str_is_utf8(term, strlen(term)));
	buf_init(&b, 4 * TERMS_TEXT_MAX);
	fold_add(&b, term, strlen(term));
	must(strcmp(b.data, term) == 0);
	buf_reset(&b);
	buf_addf(&b, "\"%s\"", term);
	if (b.len <= TERMS_TEXT_MAX) {
		must(parse(b.data, b.len, b.len, &again) == ST_OK);
		must(again.n == 1 && strcmp(again.term[0], term) == 0);
	}
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct terms whole, bytes;
	enum status st;
	size_t i;

	st = parse(text, size, size, &whole);
	must(parse(text, size, 1, &bytes) == st);
	must(whole.n == bytes.n && whole.n <= TERMS_MAX);
	must((st == ST_OK) == (whole.n > 0));
	for (i = 0; i < whole.n; i++) {
		must(strcmp(whole.term[i], bytes.term[i]) == 0);
		check_term(whole.term[i]);
	}
	return 0;
}
