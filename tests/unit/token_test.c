#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/rand.h>

#include "auth/token.h"

#define T22	"Zk3_-aZ09AAAAAAAAAAAAA"

/*
 * This program's own source of randomness stands before libcrypto's: real,
 * broken, or all bits set.
 */
enum source {
	SOURCE_REAL = 0,
	SOURCE_BROKEN,
	SOURCE_ONES,
};

static enum source source;

int
RAND_priv_bytes(unsigned char *buf, int num)
{
	switch (source) {
	case SOURCE_REAL:
		return RAND_priv_bytes_ex(NULL, buf, (size_t)num, 0);
	case SOURCE_ONES:
		memset(buf, 0xff, (size_t)num);
		return 1;
	case SOURCE_BROKEN:
		break;
	}
	memset(buf, 0, (size_t)num);
	return 0;
}

static int
real_source(void **state)
{
	(void)state;
	source = SOURCE_REAL;
	return 0;
}

static void
ids_are_ids_and_differ(void **state)
{
	char ids[200][ID_SIZE];
	size_t i, j;

	(void)state;
	for (i = 0; i < 200; i++) {
		assert_int_equal(i % 2 ? token_new_id(ids[i]) :
		    token_new_handle(ids[i]), ST_OK);
		assert_true(str_is_id(ids[i]));
		for (j = 0; j < i; j++)
			assert_string_not_equal(ids[i], ids[j]);
	}
}

/* RFC 4648, 5: 128 set bits are 21 times "_" and then two bits: "w". */
static void
ids_are_base64url(void **state)
{
	char id[ID_SIZE];

	(void)state;
	source = SOURCE_ONES;
	assert_int_equal(token_new_id(id), ST_OK);
	assert_string_equal(id, "_____________________w");
}

static void
every_bit_of_an_id_varies(void **state)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint32_t ones[ID_LEN] = { 0 }, zeros[ID_LEN] = { 0 };
	char id[ID_SIZE];
	uint32_t v;
	size_t i;
	int n;

	(void)state;
	for (n = 0; n < 200; n++) {
		assert_int_equal(token_new_id(id), ST_OK);
		for (i = 0; i < ID_LEN; i++) {
			v = (uint32_t)(strchr(alphabet, id[i]) - alphabet);
			ones[i] |= v;
			zeros[i] |= ~v & 0x3f;
		}
	}
	for (i = 0; i < ID_LEN; i++) {
		assert_int_equal(ones[i], i < ID_LEN - 1 ? 0x3f : 0x30);
		assert_int_equal(zeros[i], 0x3f);
	}
}

static void
without_randomness_there_is_nothing(void **state)
{
	char id[ID_SIZE] = "x", token[TOKEN_SIZE] = "x";

	(void)state;
	source = SOURCE_BROKEN;
	assert_int_equal(token_new_id(id), ST_IO);
	assert_string_equal(id, "");
	id[0] = 'x';
	assert_int_equal(token_new_handle(id), ST_IO);
	assert_string_equal(id, "");
	assert_int_equal(token_new(ROLE_READ, token), ST_IO);
	assert_string_equal(token, "");
}

static void
new_tokens_parse_to_their_role(void **state)
{
	static const enum role roles[] = { ROLE_READ, ROLE_WRITE, ROLE_ADMIN };
	static const char letters[] = "rwa";
	char token[TOKEN_SIZE];
	enum role role;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(token_new(roles[i], token), ST_OK);
		assert_int_equal(token[0], letters[i]);
		assert_int_equal(strlen(token), TOKEN_SIZE - 1);
		assert_int_equal(token_parse(token, &role), ST_OK);
		assert_int_equal(role, roles[i]);
	}
	assert_int_equal(token_new(ROLE_NONE, token), ST_INVALID);
	assert_string_equal(token, "");
}

static void
tickets_are_no_tokens(void **state)
{
	char ticket[TOKEN_SIZE];
	enum role role;

	(void)state;
	assert_int_equal(token_new_ticket(ticket), ST_OK);
	assert_memory_equal(ticket, "t.", 2);
	assert_true(str_is_id(ticket + 2));
	assert_int_equal(token_parse(ticket, &role), ST_INVALID);
	assert_int_equal(role, ROLE_NONE);
	source = SOURCE_BROKEN;
	assert_int_equal(token_new_ticket(ticket), ST_IO);
	assert_string_equal(ticket, "");
}

static void
other_texts_are_no_tokens(void **state)
{
	static const char *const bad[] = {
		"", "r", "r.", T22, "." T22, "x." T22, "R." T22, "rw." T22,
		"r" T22, "r:" T22, "r.." T22, " r." T22, "r." T22 " ",
		"r." T22 "A", "r.AAAAAAAAAAAAAAAAAAAAA", "r. " T22,
		"r.AAAAAAAAAAAAAAAAAAAAA=", "r.AAAAAAAAAAAAAAAAAAAAA+",
		"r.AAAAAAAAAAAAAAAAAAAAA\n", "r.AAAAAAAAAAAAAAAAAAAA\xc3\xa9",
	};
	enum role role;
	size_t i;

	(void)state;
	assert_int_equal(token_parse("w." T22, &role), ST_OK);
	assert_int_equal(role, ROLE_WRITE);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		role = ROLE_ADMIN;
		if (token_parse(bad[i], &role) != ST_INVALID)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(role, ROLE_NONE);
	}
}

static void
derived_ids_follow_from_purpose_and_secret(void **state)
{
	char long_one[TOKEN_DERIVE_MAX + 1];
	char a[ID_SIZE], b[ID_SIZE];

	(void)state;
	assert_int_equal(token_derive("form", T22, a), ST_OK);
	assert_string_equal(a, "zxKj2BzsYZXli23qGc0NdQ");
	assert_int_equal(token_derive("form", T22 "x", b), ST_OK);
	assert_string_not_equal(a, b);
	assert_int_equal(token_derive("item", T22, b), ST_OK);
	assert_string_not_equal(a, b);
	memset(long_one, 'a', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	assert_int_equal(token_derive("", long_one, a), ST_OK);
	assert_int_equal(token_derive("x", long_one, a), ST_TOOBIG);
	assert_string_equal(a, "");
}

static void
only_the_same_ids_are_equal(void **state)
{
	(void)state;
	assert_true(token_equal(T22, T22));
	assert_false(token_equal(T22, "AAAAAAAAAAAAAAAAAAAAAB"));
	assert_false(token_equal(T22, "BAAAAAAAAAAAAAAAAAAAAA"));
	assert_false(token_equal("", ""));
	assert_false(token_equal(T22, ""));
}

static void
pasted_links_end_in_their_token(void **state)
{
	static const struct {
		const char *text, *token;
	} cases[] = {
		{ "w." T22, "w." T22 },
		{ " \t\r\nw." T22 " \n", "w." T22 },
		{ "https://a.example/notewire/#w." T22, "w." T22 },
		{ "  https://a.example/n#x#r." T22 "\r\n", "r." T22 },
		{ "#a." T22, "a." T22 },
		{ "", "" }, { "#", "" }, { "w." T22 " x", "" },
		{ "a b", "" }, { "w." T22 "A", "" },
		{ "https://a.example/notewire/", "" },
		{ "short", "short" },
	};
	char token[TOKEN_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		token_from_link(cases[i].text, token);
		assert_string_equal(token, cases[i].token);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ids_are_ids_and_differ, real_source),
		cmocka_unit_test_setup(ids_are_base64url, real_source),
		cmocka_unit_test_setup(every_bit_of_an_id_varies, real_source),
		cmocka_unit_test_setup(without_randomness_there_is_nothing,
		    real_source),
		cmocka_unit_test_setup(new_tokens_parse_to_their_role,
		    real_source),
		cmocka_unit_test_setup(tickets_are_no_tokens, real_source),
		cmocka_unit_test_setup(other_texts_are_no_tokens, real_source),
		cmocka_unit_test(derived_ids_follow_from_purpose_and_secret),
		cmocka_unit_test(only_the_same_ids_are_equal),
		cmocka_unit_test(pasted_links_end_in_their_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
