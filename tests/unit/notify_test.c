#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/notify.h"

static int
hear_at(const char *name, size_t len)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(at.sun_path, name, len);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, (socklen_t)
	    (offsetof(struct sockaddr_un, sun_path) + len)), 0);
	return fd;
}

static void
says_what_is_heard(const char *variable, const char *name, size_t len)
{
	int fd = hear_at(name, len);
	char got[32] = "";

	assert_int_equal(setenv("NOTIFY_SOCKET", variable, 1), 0);
	assert_int_equal(notify_say("READY=1"), ST_OK);
	assert_int_equal(recv(fd, got, sizeof(got), MSG_DONTWAIT), 7);
	assert_string_equal(got, "READY=1");
	assert_int_equal(close(fd), 0);
}

static void
a_path_and_an_abstract_name_are_told(void **state)
{
	char path[64], name[64];

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/nw-notify-%d", (int)getpid());
	says_what_is_heard(path, path, strlen(path));
	assert_int_equal(unlink(path), 0);
	(void)snprintf(name, sizeof(name), "@nw-notify-%d", (int)getpid());
	path[0] = '\0';
	memcpy(path + 1, name + 1, strlen(name));
	says_what_is_heard(name, path, strlen(name));
}

static void
nobody_who_asked_is_no_error(void **state)
{
	char path[300];

	(void)state;
	(void)unsetenv("NOTIFY_SOCKET");
	assert_int_equal(notify_say("READY=1"), ST_NOTFOUND);
	(void)setenv("NOTIFY_SOCKET", "nowhere", 1);
	assert_int_equal(notify_say("READY=1"), ST_NOTFOUND);
	(void)setenv("NOTIFY_SOCKET", "/tmp/nw-nobody-is-here", 1);
	assert_int_equal(notify_say("READY=1"), ST_IO);
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	(void)setenv("NOTIFY_SOCKET", path, 1);
	assert_int_equal(notify_say("READY=1"), ST_TOOBIG);
}

static void
the_watchdog_is_fed_twice_in_its_time(void **state)
{
	char own[16];

	(void)state;
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
	assert_int_equal(notify_watchdog_ms(), 0);
	(void)setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(notify_watchdog_ms(), 15000);
	(void)snprintf(own, sizeof(own), "%d", (int)getpid());
	(void)setenv("WATCHDOG_PID", own, 1);
	assert_int_equal(notify_watchdog_ms(), 15000);
	(void)setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
	(void)unsetenv("WATCHDOG_PID");
	(void)setenv("WATCHDOG_USEC", "soon", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
	(void)setenv("WATCHDOG_USEC", "1999", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_and_an_abstract_name_are_told),
		cmocka_unit_test(nobody_who_asked_is_no_error),
		cmocka_unit_test(the_watchdog_is_fed_twice_in_its_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
