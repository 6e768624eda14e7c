/*
 * Any Range header comes out the same whole and byte by byte; what is taken of
 * it lies inside the file, of whatever size.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
lies_inside(const struct range *r, int64_t size)
{
	int64_t from, to;

	switch (range_of(r, size, &from, &to)) {
	case RANGE_PART:
		must(from >= 0 && from <= to && to < size);
		break;
	case RANGE_WHOLE:
		must(from == 0 && to == size - 1);
		break;
	case RANGE_NOTHING:
		must(r->count == 1);
		must(r->suffix ? r->last == 0 : r->first >= size);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t sizes[] = { 0, 1, 2, 500, INT64_MAX };
	const char *text = (const char *)data;
	struct range whole, bytes;
	enum status st;
	size_t i;

	range_init(&whole);
	range_feed(&whole, text, size);
	range_init(&bytes);
	for (i = 0; i < size; i++)
		range_feed(&bytes, text + i, 1);
	st = range_end(&whole);
	must(range_end(&bytes) == st);
	must(memcmp(&whole, &bytes, sizeof(whole)) == 0);
	must((st == ST_OK) == (whole.count > 0));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		lies_inside(&whole, sizes[i]);
	return 0;
}
