#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/notice.h"

static const struct cursor at = { "abcd1234", 12 };

static void
expect(const struct notice *n, const char *whole, const char *data)
{
	struct buf b;

	buf_init(&b, 200);
	buf_adds(&b, "before");
	notice_print(&b, n);
	assert_string_equal(b.data + 6, whole);
	buf_truncate(&b, 6);
	notice_print_data(&b, n);
	assert_string_equal(b.data + 6, data);
	assert_int_equal(buf_status(&b), ST_OK);
	buf_fini(&b);
}

static void
a_notice_is_one_value_with_what_is_known(void **state)
{
	(void)state;
	expect(&(struct notice){ .kind = NOTICE_OPEN, .retry_ms = 500 },
	    "{\"event\":\"open\",\"retry\":500}", "{}");
	expect(&(struct notice){ .kind = NOTICE_UP_TO_DATE, .at = &at },
	    "{\"event\":\"up-to-date\",\"last_seq\":\"abcd1234-12\"}",
	    "{\"last_seq\":\"abcd1234-12\"}");
	expect(&(struct notice){ .kind = NOTICE_RESET, .reason = "epoch",
	    .at = &at }, "{\"event\":\"reset\",\"reason\":\"epoch\","
	    "\"last_seq\":\"abcd1234-12\"}",
	    "{\"reason\":\"epoch\",\"last_seq\":\"abcd1234-12\"}");
	expect(&(struct notice){ .kind = NOTICE_END, .reason = "busy",
	    .retry_ms = 30000 },
	    "{\"event\":\"end\",\"reason\":\"busy\",\"retry\":30000}",
	    "{\"reason\":\"busy\"}");
	expect(&(struct notice){ .kind = NOTICE_END, .reason = "age" },
	    "{\"event\":\"end\",\"reason\":\"age\"}", "{\"reason\":\"age\"}");
}

static void
a_heartbeat_is_an_empty_object(void **state)
{
	(void)state;
	expect(&(struct notice){ .kind = NOTICE_HEARTBEAT }, "{}", "{}");
	assert_string_equal(notice_name(NOTICE_HEARTBEAT), "heartbeat");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notice_is_one_value_with_what_is_known),
		cmocka_unit_test(a_heartbeat_is_an_empty_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
