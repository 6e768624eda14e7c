#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sandbox/sandbox.h"

/*
 * Each claim is tried by a process of its own, since there is no way back.  It
 * ends with 0, with 77 where the system lacks what is needed, or with the number
 * of the line that went wrong.
 */
#define LACKS		77
#define MUST(what)	do { if (!(what)) _exit(complain(__LINE__)); } while (0)
#define REFUSED(what, why)						\
	do { errno = 0; MUST((what) == -1 && errno == (why)); } while (0)

static char inside[] = "/tmp/nw-sandbox-XXXXXX";
static char outside[] = "/tmp/nw-outside-XXXXXX";

static int
complain(int line)
{
	(void)fprintf(stderr, "line %d, errno %d\n", line, errno);
	return 1;
}

static void
path_of(char out[64], const char *folder, const char *name)
{
	(void)snprintf(out, 64, "%s/%s", folder, name);
}

static struct sandbox
enter(enum sandbox_use use, bool calls)
{
	const struct sandbox_place places[] = { { inside, use },
	    { "/nowhere/at/all", SANDBOX_READ }, { "", SANDBOX_WRITE } };
	struct sandbox s;

	if (sandbox_enter(places, 3, calls, true, &s))
		_exit(LACKS);
	return s;
}

static void
try(void (*claim)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		claim();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == LACKS)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
write_and_rename(void)
{
	char a[64], b[64], folder[64];
	int fd;

	path_of(a, inside, "a");
	path_of(b, inside, "folder/b");
	path_of(folder, inside, "folder");
	MUST(mkdir(folder, 0700) == 0);
	fd = open(a, O_RDWR | O_CREAT, 0600);
	MUST(fd >= 0 && write(fd, "x", 1) == 1 && ftruncate(fd, 0) == 0);
	MUST(rename(a, b) == 0);
	MUST(open(folder, O_RDONLY | O_DIRECTORY) >= 0);
	MUST(unlink(b) == 0 && rmdir(folder) == 0);
	fd = open(inside, O_TMPFILE | O_RDWR, 0600);
	MUST(fd >= 0 && write(fd, "x", 1) == 1);
}

static void
within(void)
{
	(void)enter(SANDBOX_WRITE, true);
	write_and_rename();
}

static void
without(void)
{
	char path[64], link_[64];

	path_of(path, outside, "there");
	path_of(link_, inside, "link");
	MUST(close(open(path, O_RDWR | O_CREAT, 0600)) == 0);
	(void)enter(SANDBOX_WRITE, false);
	REFUSED(open(path, O_RDONLY), EACCES);
	REFUSED(open(path, O_WRONLY), EACCES);
	REFUSED(open("/etc/passwd", O_RDONLY), EACCES);
	REFUSED(unlink(path), EACCES);
	REFUSED(open(outside, O_RDONLY | O_DIRECTORY), EACCES);
	REFUSED(symlink(path, link_), EACCES);
	path_of(path, outside, "new");
	REFUSED(open(path, O_RDWR | O_CREAT, 0600), EACCES);
	REFUSED(mkdir(path, 0700), EACCES);
}

static void
reading(void)
{
	char path[64];

	path_of(path, inside, "read");
	MUST(close(open(path, O_RDWR | O_CREAT, 0600)) == 0);
	(void)enter(SANDBOX_READ, false);
	MUST(close(open(path, O_RDONLY)) == 0);
	REFUSED(open(path, O_WRONLY), EACCES);
	REFUSED(unlink(path), EACCES);
}

static void
programs(void)
{
	char *const none[] = { (char *)(uintptr_t)"true", NULL };

	(void)enter(SANDBOX_WRITE, true);
	REFUSED(execv("/bin/true", none), EPERM);
	REFUSED(fork(), EPERM);
	REFUSED(kill(getppid(), 0), EPERM);
	REFUSED(kill(getpid(), 0), EPERM);
}

static void
programs_of_cgi(void)
{
	char *const none[] = { (char *)(uintptr_t)"true", NULL };

	(void)enter(SANDBOX_WRITE, false);
	REFUSED(execv("/bin/true", none), EACCES);
}

static void
sockets(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int old = socket(AF_INET, SOCK_STREAM, 0), pair[2];
	struct sandbox s;

	MUST(old >= 0);
	s = enter(SANDBOX_WRITE, true);
	REFUSED(socket(AF_INET, SOCK_STREAM, 0), EPERM);
	REFUSED(socket(AF_INET6, SOCK_DGRAM, 0), EPERM);
	REFUSED(socket(AF_NETLINK, SOCK_RAW, 0), EPERM);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	MUST(send(pair[0], "x", 1, 0) == 1);
	if (s.files >= 4)		/* from where on Landlock has TCP */
		REFUSED(bind(old, (struct sockaddr *)&at, sizeof(at)), EACCES);
}

static void *
run_thread(void *arg)
{
	*(int *)arg = 1;
	return NULL;
}

static void
threads(void)
{
	pthread_t id;
	int ran = 0;

	(void)enter(SANDBOX_WRITE, true);
	MUST(pthread_create(&id, NULL, run_thread, &ran) == 0);
	MUST(pthread_join(id, NULL) == 0 && ran == 1);
	MUST(pthread_kill(pthread_self(), 0) == 0);
}

static void
what_is_allowed_works(void **state)
{
	(void)state;
	try(within);
}

static void
nothing_else_is_opened_or_changed(void **state)
{
	(void)state;
	try(without);
}

static void
what_may_be_read_is_not_written(void **state)
{
	(void)state;
	try(reading);
}

static void
no_program_process_or_signal(void **state)
{
	(void)state;
	try(programs);
}

static void
nor_a_program_where_calls_are_free(void **state)
{
	(void)state;
	try(programs_of_cgi);
}

static void
no_socket_but_of_unix(void **state)
{
	(void)state;
	try(sockets);
}

static void
threads_begin_as_ever(void **state)
{
	(void)state;
	try(threads);
}

static void
what_was_reached_is_told(void **state)
{
	const struct sandbox s = { true, 3, false };
	struct buf b;

	(void)state;
	buf_init(&b, 256);
	sandbox_print(&b, &s);
	assert_string_equal(b.data,
	    "{\"no_new_privs\":true,\"landlock\":3,\"seccomp\":false}");
	buf_fini(&b);
	assert_true(sandbox_is_whole(&s, false));
	assert_false(sandbox_is_whole(&s, true));
}

static int
make_folders(void **state)
{
	(void)state;
	return mkdtemp(inside) == NULL || mkdtemp(outside) == NULL;
}

static int
remove_folders(void **state)
{
	char path[64];

	(void)state;
	path_of(path, outside, "there");
	(void)unlink(path);
	path_of(path, inside, "read");
	(void)unlink(path);
	return rmdir(inside) | rmdir(outside);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_allowed_works),
		cmocka_unit_test(nothing_else_is_opened_or_changed),
		cmocka_unit_test(what_may_be_read_is_not_written),
		cmocka_unit_test(no_program_process_or_signal),
		cmocka_unit_test(nor_a_program_where_calls_are_free),
		cmocka_unit_test(no_socket_but_of_unix),
		cmocka_unit_test(threads_begin_as_ever),
		cmocka_unit_test(what_was_reached_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
