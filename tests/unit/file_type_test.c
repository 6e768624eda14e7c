#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/file_type.h"

struct sample {
	const char	*type;
	const char	*bytes;
	size_t		 n;	/* fewer are too few to tell */
};

#define SAMPLE(type, bytes)	{ type, bytes, sizeof(bytes) - 1 }

static const struct sample images[] = {
	SAMPLE("image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
	SAMPLE("image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF"),
	SAMPLE("image/jpeg", "\xff\xd8\xff\xe1"),
	SAMPLE("image/jpeg", "\xff\xd8\xff\xdb"),
	SAMPLE("image/gif", "GIF87a"),
	SAMPLE("image/gif", "GIF89a"),
	SAMPLE("image/webp", "RIFF\x10\0\0\0WEBPVP8 "),
	SAMPLE("image/webp", "RIFF\xff\xff\xff\xffWEBPVP8L"),
	SAMPLE("image/webp", "RIFF\n\0\0\0WEBPVP8X"),
};
#define IMAGES_N	(sizeof(images) / sizeof(images[0]))

static void
images_are_told_by_how_they_begin(void **state)
{
	char bytes[64];
	size_t i;

	(void)state;
	for (i = 0; i < IMAGES_N; i++) {
		memset(bytes, 'x', sizeof(bytes));
		memcpy(bytes, images[i].bytes, images[i].n);
		assert_string_equal(file_type_of(bytes, sizeof(bytes)),
		    images[i].type);
		assert_string_equal(file_type_of(bytes, images[i].n),
		    images[i].type);
		assert_true(images[i].n <= FILE_TYPE_LOOK);
	}
}

static void
a_beginning_cut_short_is_no_image(void **state)
{
	size_t i, n;

	(void)state;
	for (i = 0; i < IMAGES_N; i++)
		for (n = 0; n < images[i].n; n++)
			assert_string_equal(file_type_of(images[i].bytes, n),
			    FILE_TYPE_OTHER);
}

/* Every byte counts but the sizes in JFIF's marker and RIFF's head. */
static void
a_wrong_byte_is_no_image(void **state)
{
	char bytes[32];
	size_t i, k;

	(void)state;
	for (i = 0; i < IMAGES_N; i++)
		for (k = 0; k < images[i].n; k++) {
			if (strncmp(images[i].bytes + k, "\x10JFIF", 5) == 0 ||
			    (memcmp(images[i].bytes, "RIFF", 4) == 0 &&
			    k >= 4 && k < 8))
				continue;
			memcpy(bytes, images[i].bytes, images[i].n);
			bytes[k] = '~';
			assert_string_equal(file_type_of(bytes, images[i].n),
			    FILE_TYPE_OTHER);
		}
}

static void
all_else_is_bytes(void **state)
{
	static const struct sample others[] = {
		SAMPLE("", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
		SAMPLE("", "<!DOCTYPE html>"), SAMPLE("", "%PDF-1.7"),
		SAMPLE("", "BM"), SAMPLE("", "\0\0\1\0"), SAMPLE("", "II*\0"),
		SAMPLE("", " GIF89a"), SAMPLE("", "gif89a"),
		SAMPLE("", "\xef\xbb\xbfGIF89a"), SAMPLE("", "GIF88a"),
		SAMPLE("", "RIFF\0\0\0\0WAVEfmt "), SAMPLE("", "\xff\xd8\xff"),
		SAMPLE("", "\xff\xd8\xff<html>"), SAMPLE("", "\x89PNG\r\n\x1a\n<html>"),
		SAMPLE("", "\0asm\1\0\0\0"), SAMPLE("", "PK\3\4"),
		SAMPLE("", "RIFF\0\0\0\0WEBP<htm"), SAMPLE("", ""),
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_string_equal(file_type_of(others[i].bytes,
		    others[i].n), FILE_TYPE_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_are_told_by_how_they_begin),
		cmocka_unit_test(a_beginning_cut_short_is_no_image),
		cmocka_unit_test(a_wrong_byte_is_no_image),
		cmocka_unit_test(all_else_is_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
