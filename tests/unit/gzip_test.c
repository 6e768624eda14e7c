#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "codec/gzip.h"

#define MOST	((size_t)1 << 20)

/* What they were, as the library of everybody else reads it. */
static void
expect_back(const struct buf *packed, const char *bytes, size_t n)
{
	char *back = malloc(MOST);
	z_stream z = { .next_in = (unsigned char *)packed->data,
	    .avail_in = (unsigned)packed->len, .next_out = (void *)back,
	    .avail_out = MOST };

	assert_non_null(back);
	assert_int_equal(inflateInit2(&z, MAX_WBITS + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, n);
	assert_memory_equal(back, bytes, n);
	(void)inflateEnd(&z);
	free(back);
}

static void
comes_back_as_it_was(void **state)
{
	static const size_t sizes[] = { 0, 1, 16383, 16384, 70000, 600000 };
	char *bytes = malloc(MOST);
	struct buf out;
	uint32_t seed = 1;
	size_t i;

	(void)state;
	assert_non_null(bytes);
	for (i = 0; i < MOST; i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (char)(seed >> 24);	/* does not shrink */
	}
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		buf_init(&out, MOST);
		assert_int_equal(gzip_put(&out, bytes, sizes[i]), ST_OK);
		expect_back(&out, bytes, sizes[i]);
		buf_fini(&out);
	}
	free(bytes);
}

static void
what_repeats_shrinks(void **state)
{
	static const char note[] = "{\"id\":\"…\",\"text\":\"milk\"},";
	char text[400 * sizeof(note)] = "";
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < 400; i++)
		memcpy(text + i * sizeof(note), note, sizeof(note));
	buf_init(&out, MOST);
	buf_adds(&out, "");
	assert_int_equal(gzip_put(&out, text, sizeof(text)), ST_OK);
	assert_in_range(out.len, 20, sizeof(text) / 20);
	expect_back(&out, text, sizeof(text));
	buf_fini(&out);
}

static void
stops_where_the_buffer_is_full(void **state)
{
	static char zeros[MOST];
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(gzip_put(&out, zeros, sizeof(zeros)), ST_TOOBIG);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_it_was),
		cmocka_unit_test(what_repeats_shrinks),
		cmocka_unit_test(stops_where_the_buffer_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
