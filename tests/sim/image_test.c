/*
 * The simulated disk itself: what was synced is always there, what was not is
 * there in every way that a disk may have it, and what is recorded is what was
 * done.
 */
#include <setjmp.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "image_priv.h"
#include "recorder.h"

#define SEEDS	400

/* A folder, and the trace of what the test did in it. */
struct place {
	char		dir[64];
	char		base[80];
	char		file[80];
	struct trace	t;
	struct image	*im;
};

static int
make_place(void **state)
{
	struct recorder_options o = { .deaf = false };
	struct place *p = calloc(1, sizeof(*p));

	*state = p;
	if (p == NULL)
		return -1;
	(void)snprintf(p->dir, sizeof(p->dir), "/tmp/nw-image.XXXXXX");
	if (mkdtemp(p->dir) == NULL)
		return -1;
	(void)snprintf(p->base, sizeof(p->base), "%s/base", p->dir);
	(void)snprintf(p->file, sizeof(p->file), "%s/trace", p->dir);
	if (mkdir(p->base, 0700) == -1 || chdir(p->base) == -1)
		return -1;
	o.base = p->base;
	o.trace = p->file;
	return recorder_start(&o);
}

static int
remove_place(void **state)
{
	struct place *p = *state;
	char command[128];
	int failed;

	if (p->im != NULL)
		image_free(p->im);
	trace_fini(&p->t);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", p->dir);
	failed = chdir("/") == -1 || system(command) != 0;
	free(p);
	return failed ? -1 : 0;
}

/* The trace ends; the image stands where all of it has happened. */
static void
stop(struct place *p)
{
	assert_int_equal(recorder_stop(), 0);
	assert_int_equal(trace_load(p->file, &p->t), 0);
	p->im = image_new(&p->t);
	image_advance(p->im, p->t.n);
}

/* The same disk after a cut by another seed. */
static void
cut(struct place *p, uint64_t seed)
{
	struct rng r = { seed };

	image_free(p->im);
	p->im = image_new(&p->t);
	image_advance(p->im, p->t.n);
	image_cut(p->im, &r);
}

/* The file of that name in the base; NULL where there is none. */
static const struct content *
named(const struct place *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->im->names_n; i++)
		if (strcmp(p->im->names[i].name, name) == 0)
			return &p->im->nodes[p->im->names[i].node].content;
	return NULL;
}

static int
make_file(const char *name)
{
	int fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	return fd;
}

static void
fill(int fd, char c, size_t n, off_t at)
{
	char bytes[8192];

	assert_true(n <= sizeof(bytes));
	memset(bytes, c, n);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
}

static void
sync_base(void)
{
	int fd = open(".", O_RDONLY | O_DIRECTORY);

	assert_true(fd >= 0);
	assert_int_equal(fsync(fd), 0);
	assert_int_equal(close(fd), 0);
}

static void
synced_files_survive_every_cut(void **state)
{
	struct place *p = *state;
	int fd = make_file("a");
	const struct content *c;
	uint64_t seed;
	size_t i;

	fill(fd, 'x', 3000, 0);
	assert_int_equal(fsync(fd), 0);
	sync_base();
	fill(fd, 'y', 1000, 4000);
	assert_int_equal(close(fd), 0);
	stop(p);
	for (seed = 0; seed < SEEDS; seed++) {
		cut(p, seed);
		c = named(p, "a");
		assert_non_null(c);
		assert_true(c->len >= 3000 && c->len <= 5000);
		for (i = 0; i < 3000; i++)
			assert_int_equal(c->data[i], 'x');
	}
}

static void
unsynced_sectors_are_of_any_version_each(void **state)
{
	struct place *p = *state;
	int fd = make_file("a"), torn = 0, mixed = 0, fates[4] = { 0 };
	const struct content *c;
	bool old, middle, new;
	uint64_t seed;
	size_t i;

	fill(fd, 'a', 4096, 0);
	assert_int_equal(fdatasync(fd), 0);
	sync_base();
	fill(fd, 'b', 4096, 0);
	fill(fd, 'c', 4096, 0);
	assert_int_equal(close(fd), 0);
	stop(p);
	for (seed = 0; seed < SEEDS; seed++) {
		cut(p, seed);
		c = named(p, "a");
		assert_int_equal(c->len, 4096);
		old = middle = new = false;
		for (i = 0; i < 4096; i++) {
			assert_true(strchr("abc", c->data[i]) != NULL);
			old = old || c->data[i] == 'a';
			middle = middle || c->data[i] == 'b';
			new = new || c->data[i] == 'c';
			torn += i % SECTOR != 0 && c->data[i] != c->data[i - 1];
		}
		mixed += old && middle && new;
		fates[image_fate(p->im, "a")]++;
	}
	assert_true(mixed > SEEDS / 10);
	assert_true(torn > SEEDS / 20 && torn < SEEDS);
	assert_int_equal(fates[FATE_NONE], 0);
	assert_true(fates[FATE_KEPT] > SEEDS / 20);
	assert_true(fates[FATE_LOST] > SEEDS / 20);
	assert_true(fates[FATE_MIXED] > SEEDS / 4);
}

static void
length_is_one_that_the_file_had(void **state)
{
	struct place *p = *state;
	int fd = make_file("a"), seen[3] = { 0 };
	uint64_t seed;
	size_t len;

	fill(fd, 'a', 2000, 0);
	assert_int_equal(fsync(fd), 0);
	sync_base();
	fill(fd, 'b', 100, 2000);
	assert_int_equal(ftruncate(fd, 700), 0);
	assert_int_equal(close(fd), 0);
	stop(p);
	for (seed = 0; seed < SEEDS; seed++) {
		cut(p, seed);
		len = named(p, "a")->len;
		assert_true(len == 2000 || len == 2100 || len == 700);
		seen[len == 2000 ? 0 : len == 2100 ? 1 : 2]++;
	}
	assert_true(seen[0] > 0 && seen[1] > 0 && seen[2] > 0);
}

static void
names_last_once_their_directory_is_synced(void **state)
{
	struct place *p = *state;
	int fd = make_file("lasts"), there = 0;
	uint64_t seed;

	assert_int_equal(close(fd), 0);
	sync_base();
	fd = make_file("may");
	fill(fd, 'm', 10, 0);
	assert_int_equal(fsync(fd), 0);		/* its bytes, not its name */
	assert_int_equal(close(fd), 0);
	stop(p);
	for (seed = 0; seed < SEEDS; seed++) {
		cut(p, seed);
		assert_non_null(named(p, "lasts"));
		if (named(p, "may") != NULL) {
			there++;
			assert_int_equal(named(p, "may")->len, 10);
		}
	}
	assert_true(there > SEEDS / 4 && there < SEEDS * 3 / 4);
}

static void
moved_file_has_its_old_or_its_new_name(void **state)
{
	struct place *p = *state;
	int fd = make_file("old"), moved = 0;
	uint64_t seed;

	assert_int_equal(close(fd), 0);
	sync_base();
	assert_int_equal(rename("old", "new"), 0);
	stop(p);
	for (seed = 0; seed < SEEDS; seed++) {
		cut(p, seed);
		assert_true((named(p, "old") == NULL) !=
		    (named(p, "new") == NULL));
		moved += named(p, "new") != NULL;
	}
	assert_true(moved > SEEDS / 4 && moved < SEEDS * 3 / 4);
}

/* As an upload: its folder is never synced, the one that it goes to is. */
static void
move_into_a_synced_folder_lasts(void **state)
{
	struct place *p = *state;
	uint64_t seed;
	int fd;

	assert_int_equal(mkdir("from", 0700), 0);
	assert_int_equal(mkdir("to", 0700), 0);
	sync_base();
	fd = make_file("from/a");
	assert_int_equal(close(fd), 0);
	assert_int_equal(rename("from/a", "to/b"), 0);
	fd = open("to", O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	assert_int_equal(fsync(fd), 0);
	assert_int_equal(close(fd), 0);
	stop(p);
	for (seed = 0; seed < SEEDS; seed++) {
		cut(p, seed);
		assert_non_null(named(p, "b"));
		assert_null(named(p, "a"));
	}
}

static void
all_that_is_done_is_recorded(void **state)
{
	char template[] = "t.XXXXXX";
	struct place *p = *state;
	int fd = make_file("a");

	assert_int_equal(write(fd, "hello, ", 7), 7);
	assert_int_equal(write(fd, "world", 5), 5);
	fill(fd, 'z', 100, 5000);
	assert_int_equal(ftruncate(fd, 5050), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(mkdir("sub", 0700), 0);
	assert_int_equal(rename("a", "sub/b"), 0);
	assert_int_equal(link("sub/b", "c"), 0);
	fd = make_file("gone");
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink("gone"), 0);
	assert_int_equal(mkdir("sub/too", 0700), 0);
	assert_int_equal(rmdir("sub/too"), 0);
	fd = open("c", O_RDWR | O_APPEND);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "end", 3), 3);
	assert_int_equal(close(fd), 0);
	fd = mkostemp(template, O_CLOEXEC);
	assert_true(fd >= 0);
	fill(fd, 't', 100, 0);
	assert_int_equal(close(fd), 0);
	fd = make_file("notes.db-shm");
	fill(fd, 's', 100, 0);
	assert_int_equal(close(fd), 0);
	fd = make_file("short");
	fill(fd, 's', 100, 0);
	assert_int_equal(close(fd), 0);
	fd = open("short", O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	stop(p);
	assert_false(image_matches(p->im, p->base));
	image_keep(p->im);
	assert_true(image_matches(p->im, p->base));
	assert_null(named(p, "notes.db-shm"));
}

static void
image_written_out_is_itself(void **state)
{
	struct place *p = *state;
	char out[80];
	int fd = make_file("a");

	fill(fd, 'a', 5000, 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(mkdir("sub", 0700), 0);
	fd = make_file("sub/b");
	assert_int_equal(close(fd), 0);
	stop(p);
	image_keep(p->im);
	(void)snprintf(out, sizeof(out), "%s/out", p->dir);
	assert_int_equal(mkdir(out, 0700), 0);
	assert_int_equal(image_write(p->im, out), 0);
	assert_true(image_matches(p->im, out));
	assert_int_equal(truncate("a", 4999), 0);
	assert_true(image_matches(p->im, out));
	assert_false(image_matches(p->im, p->base));
}

int
main(void)
{
#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		IN_PLACE(synced_files_survive_every_cut),
		IN_PLACE(unsynced_sectors_are_of_any_version_each),
		IN_PLACE(length_is_one_that_the_file_had),
		IN_PLACE(names_last_once_their_directory_is_synced),
		IN_PLACE(moved_file_has_its_old_or_its_new_name),
		IN_PLACE(move_into_a_synced_folder_lasts),
		IN_PLACE(all_that_is_done_is_recorded),
		IN_PLACE(image_written_out_is_itself),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
