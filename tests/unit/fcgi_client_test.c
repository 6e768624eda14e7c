#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pieces.h"
#include "proto/fcgi_client.h"

#define MAX	((size_t)1 << 20)

static void
a_request_is_what_a_web_server_sends(void **state)
{
	static const char expected[] =
	    "\1\1\0\1\0\10\0\0" "\0\1\1\0\0\0\0\0"
	    "\1\4\0\1\0\15\0\0" "\4\7NAMEa value"
	    "\1\4\0\1\0\0\0\0" "\1\5\0\1\0\4\0\0" "body"
	    "\1\5\0\1\0\0\0\0";
	struct buf b;

	(void)state;
	buf_init(&b, MAX);
	fcgi_client_begin(&b);
	fcgi_client_param(&b, "NAME", "a value");
	fcgi_client_body(&b, "body", 4);
	assert_int_equal(b.len, sizeof(expected) - 1);
	assert_memory_equal(b.data, expected, b.len);
	buf_fini(&b);
}

static void
long_values_and_bodies_are_cut_as_they_must(void **state)
{
	char *value = calloc(1, 70001);
	struct buf b;

	(void)state;
	assert_non_null(value);
	buf_init(&b, MAX);
	memset(value, 'x', 300);
	fcgi_client_param(&b, "N", value);
	assert_memory_equal(b.data, "\1\4\0\1\1\62\0\0" "\1\200\0\1\54Nx", 15);
	memset(value, 'x', 70000);
	fcgi_client_param(&b, "N", value);
	assert_int_equal(buf_status(&b), ST_TOOBIG);
	buf_reset(&b);
	fcgi_client_body(&b, value, 70000);
	assert_int_equal(b.len, 8 + 8 + 65535 + 8 + 4465 + 8);
	buf_fini(&b);
	free(value);
}

#define HEAD(type, len)	"\1" type "\0\1" len
#define END	HEAD("\3", "\0\10") "\0\0" "\0\0\0\0\0\0\0\0"

/* The answer, whatever the pieces; the last one is left in `a`. */
static enum status
read_answer(const char *bytes, size_t n, size_t max, struct fcgi_answer *a)
{
	static const size_t sizes[] = PIECE_SIZES;
	enum status st = ST_OK, first = ST_OK;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (i > 0)
			fcgi_answer_fini(a);
		fcgi_answer_init(a, max);
		FEED_PIECES(fcgi_answer_feed, a, bytes, n, sizes[i]);
		st = fcgi_answer_end(a);
		if (i == 0)
			first = st;
		assert_int_equal(st, first);
	}
	return st;
}

static void
an_answer_is_put_together(void **state)
{
	static const char text[] =
	    HEAD("\6", "\0\17") "\1\0" "Status: 404 No\r" "P"
	    HEAD("\7", "\0\3") "\0\0" "err"
	    HEAD("\6", "\0\30") "\0\0" "\nContent-Type: a/b\r\n\r\nbo"
	    HEAD("\6", "\0\2") "\0\0" "dy" HEAD("\6", "\0\0") "\0\0" END;
	struct fcgi_answer a;

	(void)state;
	assert_int_equal(read_answer(text, sizeof(text) - 1, MAX, &a), ST_OK);
	assert_int_equal(a.status, 404);
	assert_int_equal(a.body_len, 4);
	assert_memory_equal(a.body, "body", 4);
	fcgi_answer_fini(&a);
}

static void
without_a_status_it_is_200(void **state)
{
	static const char text[] = HEAD("\6", "\0\10") "\0\0" "A: b\n\nxy" END;
	struct fcgi_answer a;

	(void)state;
	assert_int_equal(read_answer(text, sizeof(text) - 1, MAX, &a), ST_OK);
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body_len, 2);
	fcgi_answer_fini(&a);
}

static void
what_is_no_answer_is_told(void **state)
{
	static const struct {
		const char	*text;
		size_t		 len;
		enum status	 st;
	} all[] = {
#define T(s)	s, sizeof(s) - 1
		{ T(""), ST_BUSY },
		{ T(HEAD("\6", "\0\4") "\0\0" "A: b"), ST_BUSY },
		{ T(END), ST_INVALID },			/* no head */
		{ T(HEAD("\6", "\0\4") "\0\0" "A: b" END), ST_INVALID },
		{ T("HTTP/1.1 200"), ST_INVALID },
		{ T("\2\6\0\1\0\0\0\0"), ST_INVALID },	/* version */
		{ T("\1\6\0\2\0\0\0\0"), ST_INVALID },	/* another request */
		{ T("\1\5\0\1\0\0\0\0"), ST_INVALID },	/* STDIN */
		{ T(HEAD("\3", "\0\4") "\0\0" "xxxx"), ST_INVALID },
		{ T(HEAD("\3", "\0\10") "\0\0" "\0\0\0\0\2\0\0\0"), ST_DENIED },
		{ T(HEAD("\6", "\0\21") "\0\0" "Status: 99 x\r\n\r\nX" END),
		    ST_INVALID },
		{ T(HEAD("\6", "\0\14") "\0\0" "Status: x\r\n\n" END),
		    ST_INVALID },
#undef T
	};
	struct fcgi_answer a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(read_answer(all[i].text, all[i].len, MAX, &a),
		    all[i].st);
		fcgi_answer_fini(&a);
	}
}

static void
more_than_it_may_be_is_too_much(void **state)
{
	static const char text[] = HEAD("\6", "\0\10") "\0\0" "A: b\n\nxy" END;
	struct fcgi_answer a;

	(void)state;
	assert_int_equal(read_answer(text, sizeof(text) - 1, 7, &a),
	    ST_TOOBIG);
	fcgi_answer_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_what_a_web_server_sends),
		cmocka_unit_test(long_values_and_bodies_are_cut_as_they_must),
		cmocka_unit_test(an_answer_is_put_together),
		cmocka_unit_test(without_a_status_it_is_200),
		cmocka_unit_test(what_is_no_answer_is_told),
		cmocka_unit_test(more_than_it_may_be_is_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
