/*
 * Four processes write to one store at the same time, each with four threads
 * and on a board of its own.  Prints how the slowest did against the fastest,
 * and how many writes were refused.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define PROCESSES	4
#define THREADS		4
#define KEPT		10000
#define RUN_NS		INT64_C(3000000000)

struct count {
	int64_t	done;
	int64_t	refused;
	int64_t	busy;		/* of those */
};

struct writer {
	struct store	*store;
	const char	*board;
	int64_t		 until;
	struct pen	 pen;
	struct count	 count;
	pthread_t	 thread;
};

static void *
write_on(void *arg)
{
	struct writer *w = arg;
	struct mutation m;
	enum status st;

	while (bench_now() < w->until) {
		pen_next(&w->pen);
		pen_mutation(&w->pen, w->board, &m);
		st = store_apply(w->store, &m, 1);
		if (st == ST_OK)
			st = m.out.st;
		w->count.done += st == ST_OK;
		w->count.refused += st != ST_OK;
		w->count.busy += st == ST_BUSY;
	}
	return NULL;
}

/* One process: says that it is ready, waits for the word, writes, reports. */
static void
take_part(const char *dir, const char *board, uint64_t seed, int ready,
    int begin, int report)
{
	struct store *s = bench_store(dir, KEPT);
	struct count sum = { 0 };
	struct writer w[THREADS];
	char byte = 0;
	size_t i;

	if (write(ready, &byte, 1) != 1 || read(begin, &byte, 1) != 0)
		bench_die("no word to begin");
	for (i = 0; i < THREADS; i++) {
		w[i] = (struct writer){ .store = s, .board = board,
		    .until = bench_now() + RUN_NS };
		pen_init(&w[i].pen, seed + i, KEYS_RANDOM);
		if (pthread_create(&w[i].thread, NULL, write_on, &w[i]) != 0)
			bench_die("no thread");
	}
	for (i = 0; i < THREADS; i++) {
		(void)pthread_join(w[i].thread, NULL);
		sum.done += w[i].count.done;
		sum.refused += w[i].count.refused;
		sum.busy += w[i].count.busy;
	}
	store_close(s);
	if (write(report, &sum, sizeof(sum)) != sizeof(sum))
		bench_die("no report");
}

static void
print_counts(const struct count *counts)
{
	int64_t slowest = INT64_MAX, fastest = 0, refused = 0, busy = 0;
	size_t i;

	for (i = 0; i < PROCESSES; i++) {
		if (counts[i].done < slowest)
			slowest = counts[i].done;
		if (counts[i].done > fastest)
			fastest = counts[i].done;
		refused += counts[i].refused;
		busy += counts[i].busy;
	}
	(void)printf("slowest %.3g of the fastest (%lld and %lld writes)\n",
	    (double)slowest / (double)fastest, (long long)slowest,
	    (long long)fastest);
	(void)printf("refused %lld writes (%lld of them busy)\n",
	    (long long)refused, (long long)busy);
}

int
main(void)
{
	char *dir = bench_dir("processes");
	struct store *s = bench_store(dir, KEPT);
	char boards[PROCESSES][ID_SIZE], byte;
	struct count counts[PROCESSES];
	int ready[2], begin[2], report[2];
	pid_t pids[PROCESSES];
	size_t i;

	for (i = 0; i < PROCESSES; i++)
		bench_board(s, i, boards[i]);
	store_close(s);
	if (pipe(ready) != 0 || pipe(begin) != 0 || pipe(report) != 0)
		bench_die("no pipe");
	for (i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		switch (pids[i]) {
		case -1:
			bench_die("no process");
		case 0:
			(void)close(begin[1]);
			take_part(dir, boards[i], (i + 1) * 1000, ready[1],
			    begin[0], report[1]);
			_exit(0);
		default:
			break;
		}
	}
	(void)close(ready[1]);
	(void)close(report[1]);
	for (i = 0; i < PROCESSES; i++)
		if (read(ready[0], &byte, 1) != 1)
			bench_die("a process is not ready");
	(void)close(begin[1]);		/* its end is the word */
	for (i = 0; i < PROCESSES; i++)
		if (read(report[0], &counts[i], sizeof(counts[i])) !=
		    sizeof(counts[i]))
			bench_die("a process did not report");
	/* a shell may have left us children that are not ours to wait for */
	for (i = 0; i < PROCESSES; i++)
		(void)waitpid(pids[i], NULL, 0);
	bench_remove_dir(dir);
	print_counts(counts);
	return 0;
}
