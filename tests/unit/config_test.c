#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/config_priv.h"

/* A folder of configuration files, what was made of them, what was said. */
struct fixture {
	char		 dir[64];
	char		 path[128];
	struct config	 c;
	char		*said;
	size_t		 said_len;
	FILE		*complaints;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/config_test.XXXXXX");
	if (mkdtemp(f->dir) == NULL)
		return -1;
	(void)snprintf(f->path, sizeof(f->path), "%s/notewire.conf", f->dir);
	f->complaints = open_memstream(&f->said, &f->said_len);
	*state = f;
	return f->complaints == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];
	int failed;

	config_fini(&f->c);
	(void)fclose(f->complaints);
	free(f->said);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
	failed = system(command);
	free(f);
	return failed;
}

static void
put(struct fixture *f, const char *name, const char *text, size_t n)
{
	char path[128];
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
}

static enum status
load(struct fixture *f)
{
	enum status st;

	config_fini(&f->c);
	rewind(f->complaints);
	(void)fputc('\n', f->complaints);
	st = config_load(f->path, f->complaints, &f->c);
	(void)fputc('\0', f->complaints);
	(void)fflush(f->complaints);
	return st;
}

static enum status
load_text(struct fixture *f, const char *text)
{
	put(f, "notewire.conf", text, strlen(text));
	return load(f);
}

/* Whether that line, after the file's name, was among the complaints. */
static bool
complained(const struct fixture *f, const char *line)
{
	char whole[512];

	(void)snprintf(whole, sizeof(whole), "\n%s:%s\n", f->path, line);
	return strstr(f->said, whole) != NULL;
}

static unsigned
complaints(const struct fixture *f)
{
	const char *p = f->said;
	unsigned n = 0;

	for (p++; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	return n;
}

static void
defaults_stand_without_a_word(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load_text(f, ""), ST_OK);
	assert_int_equal(complaints(f), 0);
	assert_string_equal(f->c.data_dir, LOCALSTATEDIR "/lib/notewire");
	assert_int_equal(f->c.readers, 4);
	assert_int_equal(f->c.log_rows, 10000);
	assert_int_equal(f->c.log_age_ms, INT64_C(2592000000));
	assert_int_equal(f->c.revisions, 100);
	assert_int_equal(f->c.key_age_ms, INT64_C(2592000000));
	assert_int_equal(f->c.disk_floor, 67108864);
	assert_string_equal(f->c.url, "");
	assert_string_equal(f->c.origins, "");
	assert_int_equal(f->c.threads, 160);
	assert_int_equal(f->c.holds, 128);
	assert_int_equal(f->c.io_timeout_ms, 10000);
	assert_int_equal(f->c.heartbeat_ms, 15000);
	assert_int_equal(f->c.longpoll_ms, 25000);
	assert_int_equal(f->c.retry_min_ms, 500);
	assert_int_equal(f->c.retry_max_ms, 30000);
	assert_int_equal(f->c.max_age_ms, 600000);
	assert_int_equal(f->c.create, CREATE_ANYONE);
	assert_string_equal(f->c.create_token, "");
	assert_int_equal(f->c.create_per_hour, 10);
	assert_int_equal(f->c.session_age_ms, INT64_C(15552000000));
	assert_int_equal(f->c.note_bytes, 65536);
	assert_int_equal(f->c.body_bytes, 262144);
	assert_int_equal(f->c.json_depth, 16);
	assert_int_equal(f->c.json_values, 4096);
	assert_int_equal(f->c.header_bytes, 8192);
	assert_int_equal(f->c.header_lines, 64);
	assert_false(f->c.debug);
}

static void
defaults_of_the_daemon_stand_too(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load_text(f, ""), ST_OK);
	assert_string_equal(f->c.run_dir, RUNSTATEDIR "/notewire");
	assert_string_equal(f->c.responder, "");
	assert_string_equal(f->c.listen, "");
	assert_string_equal(f->c.listen_tls, "");
	assert_string_equal(f->c.certificate, "");
	assert_string_equal(f->c.key, "");
	assert_string_equal(f->c.status, "");
	assert_string_equal(f->c.handover_uids, "");
	assert_int_equal(f->c.connections, 10000);
	assert_int_equal(f->c.connections_tls, 2000);
	assert_int_equal(f->c.connections_board, 1000);
	assert_int_equal(f->c.connections_address, 64);
	assert_int_equal(f->c.connections_session, 16);
	assert_int_equal(f->c.messages_per_second, 20);
	assert_int_equal(f->c.messages_burst, 40);
	assert_int_equal(f->c.unsent_bytes, 262144);
	assert_int_equal(f->c.stall_ms, 10000);
	assert_int_equal(f->c.ping_ms, 25000);
	assert_int_equal(f->c.pong_ms, 20000);
	assert_int_equal(f->c.header_timeout_ms, 10000);
	assert_int_equal(f->c.drain_ms, 10000);
}

static void
a_file_sets_every_type(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load_text(f,
	    "# comment\n"
	    "[store]\n"
	    "dir = /srv/my notes ; and why\n"
	    "readers=7\n"
	    "disk_floor = 10M\n"
	    "[http]\n"
	    "url = https://example.org/notewire/\n"
	    "origins = https://a.example\n"
	    "\thttps://b.example\n"
	    "  https://c.example\n"
	    "io_timeout = 1500ms\n"
	    "[board]\n"
	    "create = token\n"
	    "create_token = 0123456789abcdef\n"
	    "[log]\n"
	    "debug = yes\n"), ST_OK);
	assert_string_equal(f->c.data_dir, "/srv/my notes");
	assert_int_equal(f->c.readers, 7);
	assert_int_equal(f->c.disk_floor, 10 * 1048576);
	assert_string_equal(f->c.url, "https://example.org/notewire/");
	assert_string_equal(f->c.origins,
	    "https://a.example https://b.example https://c.example");
	assert_int_equal(f->c.io_timeout_ms, 1500);
	assert_int_equal(f->c.create, CREATE_TOKEN);
	assert_string_equal(f->c.create_token, "0123456789abcdef");
	assert_true(f->c.debug);
	assert_int_equal(load_text(f, "[http]\norigins =\n\thttps://a\n"),
	    ST_OK);
	assert_string_equal(f->c.origins, "https://a");
}

static void
every_fault_is_told_with_its_line(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load_text(f,
	    "stray = 1\n"			/* 1 */
	    "[store]\n"
	    "readers = many\n"			/* 3 */
	    "readres = 4\n"			/* 4 */
	    "log_rows = 5\n"
	    "log_rows = 6\n"			/* 6 */
	    "just words\n"			/* 7 */
	    "[sotre]\n"				/* 8 */
	    "whatever = 1\n"
	    "more words\n"
	    "[http\n"				/* 11 */
	    "threads = 0\n"
	    "[http]\n"
	    "threads = 0\n"			/* 14 */
	    "holds = 3\n"
	    "  4\n"				/* 16 */
	    "last words"), ST_INVALID);		/* 17 */
	assert_true(complained(f, "1: stray stands before any section"));
	assert_true(complained(f, "3: readers must be a number from 1 to 64"));
	assert_true(complained(f, "4: unknown key readres"));
	assert_true(complained(f, "6: log_rows is given twice"));
	assert_true(complained(f, "7: neither a section nor name = value"));
	assert_true(complained(f, "8: unknown section [sotre]"));
	assert_true(complained(f, "11: a section has no ]"));
	assert_true(complained(f,
	    "14: threads must be a number from 1 to 1024"));
	assert_true(complained(f, "16: holds takes one line"));
	assert_true(complained(f, "17: neither a section nor name = value"));
	assert_int_equal(complaints(f), 10);
}

static void
a_failed_load_leaves_nothing(void **state)
{
	static const struct config zero;
	struct fixture *f = *state;

	assert_int_equal(load_text(f, "[store]\ndir = /a\nreaders = x\n"),
	    ST_INVALID);
	assert_null(f->c.data_dir);
	assert_null(f->c.url);
	assert_int_equal(f->c.threads, zero.threads);
}

static void
long_lines_and_nul_bytes_are_faults(void **state)
{
	struct fixture *f = *state;
	char text[600];
	int n;

	/* The longest line that fits, then one more. */
	n = snprintf(text, sizeof(text), "#%0197d\n#%0198d\n[log]\n", 0, 0);
	put(f, "notewire.conf", text, (size_t)n);
	assert_int_equal(load(f), ST_INVALID);
	assert_true(complained(f, "2: the line is too long"));
	assert_int_equal(complaints(f), 1);

	put(f, "notewire.conf", "[log]\nde\0bug = yes\n", 19);
	assert_int_equal(load(f), ST_INVALID);
	assert_true(complained(f, "2: the line has a NUL byte"));
	assert_int_equal(complaints(f), 1);
}

static void
carriage_returns_and_a_mark_at_the_start_are_taken(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load_text(f,
	    "\xef\xbb\xbf[store]\r\nreaders = 9\r\n\r\n"), ST_OK);
	assert_int_equal(f->c.readers, 9);
}

struct value_case {
	const char	*key;
	const char	*text;
	const char	*printed;	/* NULL: refused */
};

static const struct value_case value_cases[] = {
	{ "store.disk_floor", "0", "0" },
	{ "store.disk_floor", "1", "1" },
	{ "store.disk_floor", "1024", "1K" },
	{ "store.disk_floor", "1000", "1000" },
	{ "store.disk_floor", "1536K", "1536K" },
	{ "store.disk_floor", "2048K", "2M" },
	{ "store.disk_floor", "1024G", "1T" },
	{ "store.disk_floor", "1T", "1T" },
	{ "store.disk_floor", "2T", NULL },
	{ "store.disk_floor", "1025G", NULL },
	{ "store.disk_floor", "99999999999999999T", NULL },
	{ "store.disk_floor", "99999999999999999999", NULL },
	{ "store.disk_floor", "64k", NULL },
	{ "store.disk_floor", "64KB", NULL },
	{ "store.disk_floor", "64 K", NULL },
	{ "store.disk_floor", "-1", NULL },
	{ "store.disk_floor", "1.5M", NULL },
	{ "store.disk_floor", "K", NULL },
	{ "store.disk_floor", "", NULL },
	{ "store.disk_floor", "064M", NULL },
	{ "feed.heartbeat", "15s", "15s" },
	{ "feed.heartbeat", "1500ms", "1500ms" },
	{ "feed.heartbeat", "60s", "1m" },
	{ "feed.heartbeat", "1m", "1m" },
	{ "feed.heartbeat", "15", NULL },
	{ "feed.heartbeat", "999ms", NULL },
	{ "feed.heartbeat", "61s", NULL },
	{ "feed.heartbeat", "1h", NULL },
	{ "feed.heartbeat", "15 s", NULL },
	{ "store.log_age", "24h", "1d" },
	{ "store.log_age", "36h", "36h" },
	{ "store.log_age", "3650d", "3650d" },
	{ "store.log_age", "3651d", NULL },
	{ "http.threads", "1", "1" },
	{ "http.threads", "1024", "1024" },
	{ "http.threads", "1025", NULL },
	{ "http.threads", "0", NULL },
	{ "http.threads", "1K", NULL },
	{ "http.threads", "+5", NULL },
	{ "http.holds", "0", "0" },
	{ "board.create", "cli", "cli" },
	{ "board.create", "token", "token" },
	{ "board.create", "Anyone", NULL },
	{ "board.create", "", NULL },
	{ "log.debug", "yes", "yes" },
	{ "log.debug", "on", "yes" },
	{ "log.debug", "true", "yes" },
	{ "log.debug", "no", "no" },
	{ "log.debug", "off", "no" },
	{ "log.debug", "false", "no" },
	{ "log.debug", "1", NULL },
	{ "log.debug", "", NULL },
	{ "store.dir", "/", "/" },
	{ "store.dir", "/srv/a b", "/srv/a b" },
	{ "store.dir", "srv", NULL },
	{ "store.dir", "", NULL },
	{ "store.dir", "/a  b", NULL },
	{ "store.dir", "/a ;b", NULL },
	{ "store.dir", "/a ", NULL },
	{ "store.dir", "/a\nb", NULL },
	{ "store.dir", "/a\xff", NULL },
	{ "daemon.status", "", "" },
	{ "daemon.status", "/run/s", "/run/s" },
	{ "daemon.status", "run/s", NULL },
	{ "http.url", "", "" },
	{ "http.url", "http://h/notewire/", "http://h/notewire/" },
	{ "http.url", "https://h:8443/", "https://h:8443/" },
	{ "http.url", "https://", NULL },
	{ "http.url", "https:///x", NULL },
	{ "http.url", "ftp://h/", NULL },
	{ "http.url", "https://h/ x", NULL },
	{ "http.url", "https://h/#x", NULL },
	{ "http.ice_servers", "", "" },
	{ "http.ice_servers", "stun:h", "stun:h" },
	{ "http.ice_servers", "stuns:h:5349 turn:u:p@h:3478?transport=tcp",
	    "stuns:h:5349 turn:u:p@h:3478?transport=tcp" },
	{ "http.ice_servers", "h", NULL },
	{ "http.ice_servers", "stun:", NULL },
	{ "http.ice_servers", "stun:u:p@h", NULL },
	{ "http.ice_servers", "stun:h http://h", NULL },
	{ "http.ice_servers", "turn:h", NULL },
	{ "http.ice_servers", "turn:u@h", NULL },
	{ "http.ice_servers", "turn::p@h", NULL },
	{ "http.ice_servers", "turn:u:p@", NULL },
	{ "http.origins", "https://a https://b", "https://a https://b" },
	{ "http.origins", "#a", NULL },
	{ "http.origins", ";a", NULL },
	{ "http.origins", " a", NULL },
	{ "http.origins", "a ", NULL },
};

static void
values_are_in_range_and_printed_in_their_shortest_form(void **state)
{
	struct fixture *f = *state;
	const struct value_case *v;
	struct buf out;
	char section[16];
	size_t i;

	assert_int_equal(load_text(f, ""), ST_OK);
	buf_init(&out, 100);
	for (i = 0; i < sizeof(value_cases) / sizeof(value_cases[0]); i++) {
		v = &value_cases[i];
		(void)snprintf(section, sizeof(section), "%.*s",
		    (int)strcspn(v->key, "."), v->key);
		if (config_set(&f->c, v->key, v->text, f->complaints) !=
		    (v->printed ? ST_OK : ST_INVALID))
			fail_msg("%s = %s", v->key, v->text);
		if (v->printed == NULL)
			continue;
		buf_reset(&out);
		config_value_print(&f->c, config_key_find(section,
		    strchr(v->key, '.') + 1), &out);
		assert_string_equal(out.data, v->printed);
	}
	buf_fini(&out);
}

static void
texts_have_a_limit_and_so_have_their_words(void **state)
{
	struct fixture *f = *state;
	char text[TEXT_MAX + 2];
	size_t i;

	assert_int_equal(load_text(f, ""), ST_OK);
	for (i = 0; i < TEXT_MAX + 1; i++)
		text[i] = i % 2 ? ' ' : 'a';
	text[TEXT_MAX + 1] = '\0';
	assert_int_equal(config_set(&f->c, "http.origins", text,
	    f->complaints), ST_INVALID);
	text[TEXT_MAX - 1] = '\0';
	assert_int_equal(config_set(&f->c, "http.origins", text,
	    f->complaints), ST_OK);
	memset(text, 'a', TEXT_WORD_MAX + 1);
	text[TEXT_WORD_MAX + 1] = '\0';
	assert_int_equal(config_set(&f->c, "http.origins", text,
	    f->complaints), ST_INVALID);
	text[TEXT_WORD_MAX] = '\0';
	assert_int_equal(config_set(&f->c, "http.origins", text,
	    f->complaints), ST_OK);
}

static void
a_refused_value_changes_nothing(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load_text(f, "[store]\ndir = /a\n"), ST_OK);
	assert_int_equal(config_set(&f->c, "store.dir", "b", f->complaints),
	    ST_INVALID);
	assert_int_equal(config_set(&f->c, "store.readers", "0",
	    f->complaints), ST_INVALID);
	assert_string_equal(f->c.data_dir, "/a");
	assert_int_equal(f->c.readers, 4);
}

static void
unknown_options_are_refused(void **state)
{
	static const char *const bad[] = { "", ".", "store", "store.",
	    ".dir", "dir", "store.dirs", "STORE.dir", "store.dir.x",
	    "averyveryverylongnameofasection.dir" };
	struct fixture *f = *state;
	size_t i;

	assert_int_equal(load_text(f, ""), ST_OK);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(config_set(&f->c, bad[i], "/x",
		    f->complaints), ST_INVALID);
}

static void
rules_between_keys_are_checked(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load_text(f, "[feed]\nretry_min = 31s\n"),
	    ST_INVALID);
	assert_non_null(strstr(f->said, "feed.retry_min"));
	assert_int_equal(load_text(f, "[board]\ncreate = token\n"),
	    ST_INVALID);
	assert_int_equal(load_text(f,
	    "[board]\ncreate = token\ncreate_token = 0123456789abcde\n"),
	    ST_INVALID);
	assert_int_equal(load_text(f,
	    "[board]\ncreate = token\ncreate_token = 0123456789abcdef\n"),
	    ST_OK);
	assert_int_equal(config_check(&f->c, f->complaints), ST_OK);
	assert_int_equal(config_set(&f->c, "board.create_token", "short",
	    f->complaints), ST_OK);
	assert_int_equal(config_check(&f->c, f->complaints), ST_INVALID);
}

static void
tls_needs_both_files(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load_text(f, "[daemon]\ncertificate = /a\n"),
	    ST_INVALID);
	assert_non_null(strstr(f->said, "daemon.certificate and daemon.key"));
	assert_int_equal(load_text(f, "[daemon]\nkey = /a\n"), ST_INVALID);
	assert_int_equal(load_text(f, "[daemon]\nlisten_tls = *:443\n"),
	    ST_INVALID);
	assert_non_null(strstr(f->said, "daemon.listen_tls needs"));
	assert_int_equal(load_text(f, "[daemon]\nlisten_tls = *:443\n"
	    "certificate = /a\nkey = /b\n"), ST_OK);
	assert_string_equal(f->c.certificate, "/a");
	assert_string_equal(f->c.key, "/b");
}

static void
later_sources_win(void **state)
{
	struct fixture *f = *state;
	char dir[128];

	(void)snprintf(dir, sizeof(dir), "%s/conf.d", f->dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	put(f, "conf.d/20-b.conf", "[http]\nthreads = 20\n", 20);
	put(f, "conf.d/10-a.conf", "[http]\nthreads = 10\nholds = 10\n", 31);
	put(f, "conf.d/A.conf", "[http]\nthreads = 30\n", 20);
	put(f, "conf.d/.hidden.conf", "[http]\nthreads = ??\n", 20);
	put(f, "conf.d/z.conf~", "[http]\nthreads = 50\n", 20);
	assert_int_equal(load_text(f,
	    "[http]\nthreads = 1\nholds = 1\nio_timeout = 1s\n"), ST_OK);
	assert_int_equal(f->c.threads, 30);
	assert_int_equal(f->c.holds, 10);
	assert_int_equal(f->c.io_timeout_ms, 1000);

	assert_int_equal(setenv("NOTEWIRE_HTTP_THREADS", "60", 1), 0);
	assert_int_equal(load(f), ST_OK);
	assert_int_equal(f->c.threads, 60);
	assert_int_equal(setenv("NOTEWIRE_HTTP_THREADS", "x", 1), 0);
	assert_int_equal(load(f), ST_INVALID);
	assert_non_null(strstr(f->said,
	    "\nNOTEWIRE_HTTP_THREADS: http.threads must be"));
	assert_int_equal(unsetenv("NOTEWIRE_HTTP_THREADS"), 0);

	put(f, "conf.d/10-a.conf", "[http]\nthreads = x\n", 19);
	put(f, "conf.d/20-b.conf", "[http]\nthreads = y\n", 19);
	assert_int_equal(load(f), ST_INVALID);
	assert_int_equal(complaints(f), 2);
}

static void
a_named_file_must_be_there(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f), ST_INVALID);
	assert_int_equal(setenv("NOTEWIRE_CONF", f->path, 1), 0);
	assert_int_equal(config_load(NULL, f->complaints, &f->c), ST_INVALID);
	put(f, "notewire.conf", "[http]\nthreads = 3\n", 19);
	assert_int_equal(config_load(NULL, f->complaints, &f->c), ST_OK);
	assert_int_equal(f->c.threads, 3);
	assert_int_equal(unsetenv("NOTEWIRE_CONF"), 0);
	/* A folder can be opened but not read. */
	(void)snprintf(f->path, sizeof(f->path), "%s", f->dir);
	assert_int_equal(load(f), ST_INVALID);
	assert_int_equal(complaints(f), 1);
}

static void
print_to_file(struct fixture *f, char **text, size_t *n)
{
	FILE *out = open_memstream(text, n);

	assert_non_null(out);
	config_print(&f->c, out);
	assert_int_equal(fclose(out), 0);
}

static void
what_is_printed_is_read_back_to_the_same(void **state)
{
	static const char *const settings[][2] = {
		{ "store.dir", "/srv/a b/#c" },
		{ "store.disk_floor", "123456789" },
		{ "http.url", "https://example.org:8443/x/" },
		{ "board.create", "token" },
		{ "board.create_token", "a=b;c#d [e] \"f\"" "01234" },
		{ "feed.retry_min", "1ms" },
		{ "log.debug", "on" },
	};
	struct fixture *f = *state;
	char origins[TEXT_MAX + 1], *one, *two;
	size_t i, n, m;

	assert_int_equal(load_text(f, ""), ST_OK);
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		assert_int_equal(config_set(&f->c, settings[i][0],
		    settings[i][1], f->complaints), ST_OK);
	/* Long words and short ones, the longest first. */
	for (n = 0, i = TEXT_WORD_MAX; i >= 9; i -= 9) {
		memset(origins + n, (int)('a' + i % 26), i);
		n += i;
		origins[n++] = ' ';
	}
	origins[n - 1] = '\0';
	assert_int_equal(config_set(&f->c, "http.origins", origins,
	    f->complaints), ST_OK);
	print_to_file(f, &one, &n);
	assert_null(strstr(one, "\t "));

	put(f, "notewire.conf", one, n);
	if (load(f) != ST_OK)
		fail_msg("%s", f->said);
	assert_string_equal(f->c.origins, origins);
	print_to_file(f, &two, &m);
	assert_string_equal(one, two);
	free(one);
	free(two);
}

static void
the_table_has_a_help_for_each_key_and_no_key_twice(void **state)
{
	const struct config_key *k;
	size_t i;

	(void)state;
	for (i = 0; i < config_keys_n; i++) {
		k = &config_keys[i];
		assert_ptr_equal(config_key_find(k->section, k->name), k);
		assert_int_equal(k->help[strlen(k->help) - 1], '.');
		/* "name = " and a text's longest word fit on a line. */
		assert_true(k->max > 0 ||
		    strlen(k->name) + 3 + TEXT_WORD_MAX <= INI_LINE);
	}
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(defaults_stand_without_a_word),
		TEST(defaults_of_the_daemon_stand_too),
		TEST(a_file_sets_every_type),
		TEST(every_fault_is_told_with_its_line),
		TEST(a_failed_load_leaves_nothing),
		TEST(long_lines_and_nul_bytes_are_faults),
		TEST(carriage_returns_and_a_mark_at_the_start_are_taken),
		TEST(values_are_in_range_and_printed_in_their_shortest_form),
		TEST(texts_have_a_limit_and_so_have_their_words),
		TEST(a_refused_value_changes_nothing),
		TEST(unknown_options_are_refused),
		TEST(rules_between_keys_are_checked),
		TEST(tls_needs_both_files),
		TEST(later_sources_win),
		TEST(a_named_file_must_be_there),
		TEST(what_is_printed_is_read_back_to_the_same),
		TEST(the_table_has_a_help_for_each_key_and_no_key_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
