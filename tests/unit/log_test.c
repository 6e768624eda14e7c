#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"

static int saved_stderr = -1, pipe_end = -1;
static char line[4 * LOG_LINE];

static int
redirect(void **state)
{
	int fds[2];

	(void)state;
	if (pipe(fds) != 0)
		return -1;
	saved_stderr = dup(STDERR_FILENO);
	pipe_end = fds[0];
	if (saved_stderr < 0 || dup2(fds[1], STDERR_FILENO) < 0)
		return -1;
	return close(fds[1]);
}

static int
restore(void **state)
{
	(void)state;
	(void)close(pipe_end);
	if (dup2(saved_stderr, STDERR_FILENO) < 0)
		return -1;
	return close(saved_stderr);
}

/* What was written, in one read; the pipe is closed for writing before. */
static size_t
written(void)
{
	ssize_t n;

	assert_true(dup2(saved_stderr, STDERR_FILENO) >= 0);
	n = read(pipe_end, line, sizeof(line) - 1);
	assert_true(n >= 0);
	line[n] = '\0';
	return (size_t)n;
}

static void
a_line_has_priority_time_and_names(void **state)
{
	char when[CLOCK_TEXT];
	int64_t ms;
	size_t n;

	(void)state;
	log_warn("store", "gate_slow", "ms=%d", 12);
	n = written();
	assert_int_equal(n, strlen(line));
	assert_memory_equal(line, "<4>", 3);
	memcpy(when, line + 3, CLOCK_TEXT - 1);
	when[CLOCK_TEXT - 1] = '\0';
	assert_int_equal(clock_parse_rfc3339(when, &ms), ST_OK);
	assert_string_equal(line + 3 + CLOCK_TEXT - 1,
	    " store gate_slow ms=12\n");
}

static void
a_value_cannot_forge_a_line(void **state)
{
	(void)state;
	log_info("cgi", "path", "p=%s", "a\n<3>b\r\t\x1b[0m\x7f");
	(void)written();
	assert_non_null(strstr(line,
	    "p=a\\x0a<3>b\\x0d\\x09\\x1b[0m\\x7f\n"));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void
text_stays_readable_and_other_bytes_are_named(void **state)
{
	(void)state;
	log_error("cgi", "one", "v=%s", "\xc3\xa9");
	log_error("cgi", "two", "v=%s", "\xc3");
	(void)written();
	assert_non_null(strstr(line, "v=\xc3\xa9\n"));
	assert_non_null(strstr(line, "v=\\xc3\n"));
}

static void
long_lines_are_cut_with_their_end_kept(void **state)
{
	char text[2 * LOG_LINE];

	(void)state;
	memset(text, '\1', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_error("cgi", "long", "v=%s", text);
	assert_in_range(written(), LOG_LINE - 4, LOG_LINE);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void
the_longest_line_is_filled_to_the_last_byte(void **state)
{
	char text[2 * LOG_LINE];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_error("cgi", "long", "v=%s", text);
	assert_int_equal(written(), LOG_LINE);
	assert_int_equal(line[LOG_LINE - 1], '\n');
}

/* Last: debugging cannot be turned off again. */
static void
debugging_is_silent_until_asked_for(void **state)
{
	(void)state;
	log_debug("cgi", "first", "%s", "");
	log_set_debug();
	log_debug("cgi", "second", "%s", "");
	(void)written();
	assert_null(strstr(line, "first"));
	assert_non_null(strstr(line, "cgi second"));
	assert_memory_equal(line, "<7>", 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_line_has_priority_time_and_names, redirect, restore),
		cmocka_unit_test_setup_teardown(a_value_cannot_forge_a_line,
		    redirect, restore),
		cmocka_unit_test_setup_teardown(
		    text_stays_readable_and_other_bytes_are_named, redirect,
		    restore),
		cmocka_unit_test_setup_teardown(
		    long_lines_are_cut_with_their_end_kept, redirect, restore),
		cmocka_unit_test_setup_teardown(
		    the_longest_line_is_filled_to_the_last_byte, redirect,
		    restore),
		cmocka_unit_test_setup_teardown(
		    debugging_is_silent_until_asked_for, redirect, restore),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
