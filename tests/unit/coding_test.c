#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/coding.h"

static void
expect(const char *const *headers, size_t n, bool accepted)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (coding_accepted(headers[i], "gzip") != accepted)
			fail_msg("%s: %d", headers[i], !accepted);
}

#define EXPECT(headers, accepted) \
	expect(headers, sizeof(headers) / sizeof(headers[0]), accepted)

static void
named_with_a_weight(void **state)
{
	static const char *const good[] = {
		"gzip", "GZip", " gzip ", "gzip, deflate, br, zstd",
		"br;q=1, gzip;q=0.001", "identity,,\tgzip ; q=0.5 ,*;q=0",
		"gzip;Q=1", "gzip;q=1.000", "x-gzip, gzip",
	};

	(void)state;
	EXPECT(good, true);
}

static void
not_named_or_not_wanted(void **state)
{
	static const char *const bad[] = {
		"", ",", " , ", "identity", "*", "*;q=1", "x-gzip", "gzipped",
		"gzip;q=0", "gzip; q=0.000", "gzip;q=0.", "gzip;q=0 , br",
		"gzip;q=", "gzip;q=x", "gzip;q=0.5x", "gzip;level=9",
		"gzip=1", "gzi", "g zip", "br;gzip",
	};

	(void)state;
	EXPECT(bad, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_with_a_weight),
		cmocka_unit_test(not_named_or_not_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
