/*
 * Reading 100,000 changes in pages of 500, notes included.  Prints what a page
 * near the end takes against one near the beginning: 1 where reading on is no
 * slower the further one has come.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "codec/print.h"
#include "bench.h"

#define CHANGES		100000
#define BATCH		200
#define PAGE		500
#define PAGES		(CHANGES / PAGE)
#define ENDS		(PAGES / 4)	/* of the pages, at either end */
#define KEPT		1000000
#define OUT_MAX		((size_t)16 << 20)

static void
fill(struct store *s, char board[ID_SIZE])
{
	static struct pen pens[BATCH];
	struct mutation m[BATCH];
	size_t i, made;

	bench_board(s, 1, board);
	for (i = 0; i < BATCH; i++)
		pen_init(&pens[i], (i + 1) * 1000000, KEYS_RANDOM);
	for (made = 0; made < CHANGES; made += BATCH) {
		for (i = 0; i < BATCH; i++) {
			pen_next(&pens[i]);
			pen_mutation(&pens[i], board, &m[i]);
		}
		bench_ok(store_apply(s, m, BATCH), "store_apply");
		for (i = 0; i < BATCH; i++)
			bench_ok(m[i].out.st, "a change");
	}
}

struct page {
	struct buf	out;
	struct tail	tail;
	int64_t		rows;
};

static bool
put_change(void *arg, const struct change *c)
{
	struct page *p = arg;

	if (c->note == NULL)
		bench_die("change %lld has no note", (long long)c->seq);
	print_change(&p->out, p->tail.head.epoch, c);
	p->rows++;
	return true;
}

/* Reads the whole log; nanoseconds a page into `times`. */
static void
read_all(struct store *s, const char *board, double times[PAGES])
{
	struct tail_query q = { .board = board, .docs = true, .limit = PAGE };
	struct page p;
	int64_t t;
	size_t i;

	buf_init(&p.out, OUT_MAX);
	for (i = 0; i < PAGES; i++) {
		t = bench_now();
		buf_reset(&p.out);
		p.rows = 0;
		bench_ok(store_tail(s, &q, &p.tail, put_change, &p),
		    "store_tail");
		bench_ok(buf_status(&p.out), "a page");
		times[i] = (double)(bench_now() - t);
		if (p.rows != PAGE)
			bench_die("a page of %lld", (long long)p.rows);
		q.after = p.tail.next;
	}
	if (q.after.seq != CHANGES)
		bench_die("ends at %lld", (long long)q.after.seq);
	buf_fini(&p.out);
}

int
main(void)
{
	char *dir = bench_dir("tail");
	struct store *s = bench_store(dir, KEPT);
	double times[PAGES], ratio[BENCH_PASSES], rate[BENCH_PASSES];
	char board[ID_SIZE];
	int64_t t;
	size_t i, passes = bench_passes();

	fill(s, board);
	for (i = 0; i < passes; i++) {
		t = bench_now();
		read_all(s, board, times);
		rate[i] = CHANGES * 1e9 / (double)(bench_now() - t);
		ratio[i] = bench_quantile(times + PAGES - ENDS, ENDS, 0.5) /
		    bench_quantile(times, ENDS, 0.5);
	}
	store_close(s);
	bench_remove_dir(dir);
	bench_print("ratio", ratio, passes, "x");
	bench_print("rate", rate, passes, "changes/s");
	return 0;
}
