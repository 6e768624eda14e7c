/*
 * Durable writes through the store against one transaction a write.
 *
 *	writes_bench at-once BOARDS [timed-keys]
 *		32 threads spread over so many boards.  Prints the ratios of
 *		their rate together to that of 32 threads which write apart,
 *		each by its own connection and in turns (to-apart), and to
 *		that of one thread which has no rivals (to-one).
 *	writes_bench alone
 *		one thread.  Prints the ratio of the medians of what a write
 *		takes by the store and by a plain transaction.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plain.h"

#define WRITERS		32
#define BOARDS_MAX	100
#define KEPT		10000
/* How long each side of a pass writes, and before that to warm up. */
#define PASS_NS		INT64_C(700000000)
#define WARM_NS		INT64_C(100000000)
/* Pairs of single writes in a pass. */
#define PAIRS		150

/* How a crowd of threads writes. */
enum way {
	TOGETHER,	/* by the store */
	APART,		/* each thread by a connection of its own, in turns */
	ONE,		/* one thread alone, with all the pens in turns */
	WAYS
};

struct crowd {
	enum way		 way;
	size_t			 boards;
	enum pen_keys		 keys;
	char			*dir;
	struct store		*store;		/* of TOGETHER */
	pthread_mutex_t		 turn;		/* of APART */
	pthread_barrier_t	 begin;
	atomic_bool		 stop;
	atomic_int_fast64_t	 writes;
};

struct writer {
	struct crowd	*crowd;
	char		 board[ID_SIZE];
	struct pen	 pen;
	pthread_t	 thread;
};

static void
write_one(struct store *s, const char *board, struct pen *pen)
{
	struct mutation m;

	pen_next(pen);
	pen_mutation(pen, board, &m);
	bench_ok(store_apply(s, &m, 1), "store_apply");
	bench_ok(m.out.st, "a write");
}

static void *
write_together(void *arg)
{
	struct writer *w = arg;
	struct crowd *c = w->crowd;

	(void)pthread_barrier_wait(&c->begin);
	while (!atomic_load(&c->stop)) {
		write_one(c->store, w->board, &w->pen);
		(void)atomic_fetch_add(&c->writes, 1);
	}
	return NULL;
}

static void *
write_apart(void *arg)
{
	struct writer *w = arg;
	struct crowd *c = w->crowd;
	struct plain *p = plain_open(c->dir);

	(void)pthread_barrier_wait(&c->begin);
	while (!atomic_load(&c->stop)) {
		pen_next(&w->pen);
		(void)pthread_mutex_lock(&c->turn);
		plain_write(p, w->board, &w->pen);
		(void)pthread_mutex_unlock(&c->turn);
		(void)atomic_fetch_add(&c->writes, 1);
	}
	plain_close(p);
	return NULL;
}

/* The first of an array of writers does the work of all. */
static void *
write_in_turns(void *arg)
{
	struct writer *w = arg;
	struct crowd *c = w->crowd;
	struct plain *p = plain_open(c->dir);
	size_t i;

	(void)pthread_barrier_wait(&c->begin);
	for (i = 0; !atomic_load(&c->stop); i = (i + 1) % WRITERS) {
		pen_next(&w[i].pen);
		plain_write(p, w[i].board, &w[i].pen);
		(void)atomic_fetch_add(&c->writes, 1);
	}
	plain_close(p);
	return NULL;
}

static void
sleep_ns(int64_t ns)
{
	struct timespec t = { .tv_sec = ns / 1000000000,
	    .tv_nsec = ns % 1000000000 };

	(void)nanosleep(&t, NULL);
}

/* Writes a second, once the threads run at full speed. */
static double
watch(struct crowd *c)
{
	int64_t begun, writes;

	(void)pthread_barrier_wait(&c->begin);
	sleep_ns(WARM_NS);
	writes = atomic_load(&c->writes);
	begun = bench_now();
	sleep_ns(PASS_NS);
	writes = atomic_load(&c->writes) - writes;
	return (double)writes * 1e9 / (double)(bench_now() - begun);
}

/* A store with its boards, and who writes to which. */
static void
settle(struct crowd *c, struct writer writers[WRITERS])
{
	char ids[BOARDS_MAX][ID_SIZE];
	size_t i;

	c->dir = bench_dir("writes");
	c->store = bench_store(c->dir, KEPT);
	for (i = 0; i < c->boards; i++)
		bench_board(c->store, i, ids[i]);
	for (i = 0; i < WRITERS; i++) {
		writers[i].crowd = c;
		memcpy(writers[i].board, ids[i % c->boards], ID_SIZE);
		pen_init(&writers[i].pen, 1000 + i * 1000, c->keys);
	}
	if (c->way != TOGETHER) {
		store_close(c->store);
		c->store = NULL;
	}
}

static double
rate(enum way way, size_t boards, enum pen_keys keys)
{
	static void *(*const ways[WAYS])(void *) = {
		[TOGETHER] = write_together,
		[APART] = write_apart,
		[ONE] = write_in_turns,
	};
	size_t i, threads = way == ONE ? 1 : WRITERS;
	struct crowd c = { .way = way, .boards = boards, .keys = keys };
	struct writer writers[WRITERS];
	double found;

	settle(&c, writers);
	(void)pthread_mutex_init(&c.turn, NULL);
	(void)pthread_barrier_init(&c.begin, NULL, (unsigned)threads + 1);
	for (i = 0; i < threads; i++)
		if (pthread_create(&writers[i].thread, NULL, ways[way],
		    &writers[i]) != 0)
			bench_die("no thread");
	found = watch(&c);
	atomic_store(&c.stop, true);
	for (i = 0; i < threads; i++)
		(void)pthread_join(writers[i].thread, NULL);
	(void)pthread_barrier_destroy(&c.begin);
	(void)pthread_mutex_destroy(&c.turn);
	store_close(c.store);
	bench_remove_dir(c.dir);
	return found;
}

static void
compare_rates(size_t boards, enum pen_keys keys)
{
	static const char *const names[WAYS] = { "together", "apart", "one" };
	double rates[WAYS][BENCH_PASSES];
	double apart[BENCH_PASSES], one[BENCH_PASSES];
	enum way way;
	size_t i, passes = bench_passes();

	for (i = 0; i < passes; i++) {
		for (way = TOGETHER; way < WAYS; way++)
			rates[way][i] = rate(way, boards, keys);
		apart[i] = rates[TOGETHER][i] / rates[APART][i];
		one[i] = rates[TOGETHER][i] / rates[ONE][i];
	}
	bench_print("to-apart", apart, passes, "x");
	bench_print("to-one", one, passes, "x");
	for (way = TOGETHER; way < WAYS; way++)
		bench_print(names[way], rates[way], passes, "writes/s");
}

/* One pass: the two take turns, each with a database of its own. */
static double
compare_alone(struct store *s, struct plain *p, const char *board, uint64_t seed)
{
	double ours[PAIRS], theirs[PAIRS];
	struct pen pen, same;
	int64_t t;
	size_t i;

	pen_init(&pen, seed, KEYS_RANDOM);
	pen_init(&same, seed, KEYS_RANDOM);
	for (i = 0; i < PAIRS; i++) {
		t = bench_now();
		write_one(s, board, &pen);
		ours[i] = (double)(bench_now() - t);
		t = bench_now();
		pen_next(&same);
		plain_write(p, board, &same);
		theirs[i] = (double)(bench_now() - t);
	}
	return bench_quantile(ours, PAIRS, 0.5) /
	    bench_quantile(theirs, PAIRS, 0.5);
}

static void
measure_alone(void)
{
	char *ours = bench_dir("alone"), *theirs = bench_dir("plain");
	struct store *s = bench_store(theirs, KEPT);
	double ratio[BENCH_PASSES];
	char board[ID_SIZE];
	struct plain *p;
	size_t i, passes = bench_passes();

	bench_board(s, 1, board);
	store_close(s);
	p = plain_open(theirs);
	s = bench_store(ours, KEPT);
	bench_board(s, 1, board);
	(void)compare_alone(s, p, board, 1);		/* warms up */
	for (i = 0; i < passes; i++)
		ratio[i] = compare_alone(s, p, board, 1000 * (i + 1));
	plain_close(p);
	store_close(s);
	bench_remove_dir(ours);
	bench_remove_dir(theirs);
	bench_print("ratio", ratio, passes, "x");
}

int
main(int argc, char **argv)
{
	enum pen_keys keys = KEYS_RANDOM;
	uint64_t boards = 0;

	if (argc == 4 && strcmp(argv[3], "timed-keys") == 0) {
		keys = KEYS_TIMED;
		argc--;
	}
	if (argc == 2 && strcmp(argv[1], "alone") == 0)
		measure_alone();
	else if (argc == 3 && strcmp(argv[1], "at-once") == 0 &&
	    str_uint(argv[2], BOARDS_MAX, &boards) == ST_OK && boards > 0)
		compare_rates((size_t)boards, keys);
	else
		bench_die("usage: writes_bench at-once BOARDS [timed-keys] | "
		    "alone");
	return 0;
}
