#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/digest.h"
#include "pieces.h"
#include "auth/token.h"

static void
sha256_of_known_texts(void **state)
{
	static const unsigned char empty[DIGEST_SIZE] = {
		0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14,
		0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
		0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c,
		0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
	};
	static const unsigned char abc[DIGEST_SIZE] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
		0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
		0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
		0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
	};
	unsigned char out[DIGEST_SIZE];

	(void)state;
	assert_int_equal(digest_bytes("", 0, out), ST_OK);
	assert_memory_equal(out, empty, DIGEST_SIZE);
	assert_int_equal(digest_bytes("abcd", 3, out), ST_OK);
	assert_memory_equal(out, abc, DIGEST_SIZE);
	assert_int_equal(token_hash("abc", out), ST_OK);
	assert_memory_equal(out, abc, DIGEST_SIZE);
}

static void
sha1_of_known_texts(void **state)
{
	static const unsigned char abc[DIGEST_SHA1_SIZE] = {
		0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
		0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d,
	};
	/* of the handshake in RFC 6455, 1.3 */
	static const char key[] = "dGhlIHNhbXBsZSBub25jZQ=="
	    "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	static const unsigned char accept[DIGEST_SHA1_SIZE] = {
		0xb3, 0x7a, 0x4f, 0x2c, 0xc0, 0x62, 0x4f, 0x16, 0x90, 0xf6,
		0x46, 0x06, 0xcf, 0x38, 0x59, 0x45, 0xb2, 0xbe, 0xc4, 0xea,
	};
	unsigned char out[DIGEST_SHA1_SIZE];

	(void)state;
	assert_int_equal(digest_sha1("abcd", 3, out), ST_OK);
	assert_memory_equal(out, abc, sizeof(abc));
	assert_int_equal(digest_sha1(key, strlen(key), out), ST_OK);
	assert_memory_equal(out, accept, sizeof(accept));
}

static void
nul_bytes_count(void **state)
{
	unsigned char a[DIGEST_SIZE], b[DIGEST_SIZE];

	(void)state;
	assert_int_equal(digest_bytes("a\0b", 3, a), ST_OK);
	assert_int_equal(digest_bytes("a\0c", 3, b), ST_OK);
	assert_false(digest_equal(a, b));
}

static void
any_differing_bit_is_seen(void **state)
{
	unsigned char a[DIGEST_SIZE], b[DIGEST_SIZE];
	size_t i;

	(void)state;
	assert_int_equal(digest_bytes("x", 1, a), ST_OK);
	for (i = 0; i < DIGEST_SIZE * 8; i++) {
		memcpy(b, a, DIGEST_SIZE);
		assert_true(digest_equal(a, b));
		b[i / 8] = (unsigned char)(b[i / 8] ^ (1U << i % 8));
		assert_false(digest_equal(a, b));
	}
}

static void
pieces_come_to_the_digest_of_the_whole(void **state)
{
	static const char text[] = "The responder answers. The log remembers.";
	static const size_t sizes[] = PIECE_SIZES;
	unsigned char whole[DIGEST_SIZE], pieces[DIGEST_SIZE];
	struct digest d;
	size_t i;

	(void)state;
	assert_int_equal(digest_bytes(text, sizeof(text), whole), ST_OK);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		digest_init(&d);
		FEED_PIECES(digest_add, &d, text, sizeof(text), sizes[i]);
		assert_int_equal(digest_end(&d, pieces), ST_OK);
		assert_true(digest_equal(whole, pieces));
	}
	assert_int_equal(digest_bytes("", 0, whole), ST_OK);
	digest_init(&d);
	assert_int_equal(digest_end(&d, pieces), ST_OK);
	assert_true(digest_equal(whole, pieces));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_of_known_texts),
		cmocka_unit_test(sha1_of_known_texts),
		cmocka_unit_test(nul_bytes_count),
		cmocka_unit_test(any_differing_bit_is_seen),
		cmocka_unit_test(pieces_come_to_the_digest_of_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
