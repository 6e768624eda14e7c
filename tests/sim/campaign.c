#include "campaign.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "image.h"

#define WORKERS		2
#define PATH_SIZE	256
/* A store that hangs is at fault too. */
#define JUDGE_SECONDS	60

/* Shared by all processes of a campaign; each worker has its own tally. */
struct board_of_results {
	struct tally	tallies[WORKERS];
	struct verdict	verdicts[WORKERS];
	enum fate	wal[WORKERS];
};

struct worker {
	const struct campaign	*c;
	struct tally		*tally;
	struct verdict		*verdict;	/* the one of the last cut */
	enum fate		*wal;		/* and what it did to the -wal */
	char			 dir[PATH_SIZE];
	char			 base[PATH_SIZE];	/* the run's folder */
	char			 after[PATH_SIZE];	/* a cut's */
	char			 trace[PATH_SIZE];
	bool			 kept;		/* this run's trace */
};

/* ---- small things ---- */

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

/* Runs fn in a process.  0 when it came to its end. */
static int
apart(void (*fn)(struct worker *, void *), struct worker *w, void *arg)
{
	pid_t pid;
	int status;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0) {
		fn(w, arg);
		_exit(0);
	}
	if (pid == -1)
		die("fork");
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			die("waitpid");
	return status == 0 ? 0 : -1;
}

/* ---- faults ---- */

static void
keep_trace(struct worker *w, uint32_t run, char path[PATH_SIZE])
{
	(void)snprintf(path, PATH_SIZE, "%s/power_sim-%u.trace", w->c->keep,
	    run);
	if (!w->kept && folder_copy(w->trace, path) == -1)
		perror(path);
	w->kept = true;
}

static void
note_fault(struct worker *w, uint32_t run, uint32_t seed)
{
	const struct verdict *v = w->verdict;
	struct tally *t = w->tally;
	char path[PATH_SIZE] = "";

	if (w->c->keep != NULL)
		keep_trace(w, run, path);
	if (t->faults[v->fault]++ > 0)
		return;
	(void)snprintf(t->first[v->fault], sizeof(t->first[0]),
	    "seed %u: %s; again: tests/sim/power_sim --trace %s --seed %u",
	    seed, v->why, path, seed);
}

/* ---- one run and its cuts ---- */

/* Where the power goes: anywhere, near a sync, or while the store is made. */
static size_t
choose_cut(const struct trace *t, struct rng *r)
{
	size_t at;

	switch (rng_below(r, 8)) {
	case 0:
	case 1:
	case 2:
		at = rng_below(r, t->n);
		while (at < t->n && t->ops[at]->kind != TRACE_SYNC)
			at++;
		return at < t->n ? at + rng_below(r, 2) : at;
	case 3:
		return rng_below(r, t->n < 300 ? t->n : 300);
	default:
		return rng_below(r, t->n + 1);
	}
}

struct cut {
	uint32_t	 seed;
	size_t		 at;
	struct rng	 rng;		/* for all that follows */
	const struct trace *trace;
	struct image	*image;
};

static struct cut
cut_of(const struct trace *t, uint32_t seed)
{
	struct cut k = { .seed = seed, .rng = { seed }, .trace = t };

	k.at = choose_cut(t, &k.rng);
	return k;
}

static int
by_place(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->seed < y->seed ? -1 : x->seed > y->seed;
}

/* What was memory may have been written too, at any time: it means nothing. */
static void
leave_shm(const char *base, struct rng *r)
{
	unsigned char bytes[4096];
	char path[PATH_SIZE];
	size_t i;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%.200s/" WORKLOAD_DATA
	    "/notes.db-shm", base);
	f = rng_chance(r, 1, 2) ? fopen(path, "we") : NULL;
	if (f == NULL)
		return;		/* or there is no such folder */
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)rng_next(r);
	for (i = 0; i < 8; i++)
		(void)fwrite(bytes, sizeof(bytes), 1, f);
	(void)fclose(f);
}

/* The power goes; `base` is what is left. */
static void
cut_power(struct cut *k, const char *base)
{
	image_cut(k->image, &k->rng);
	if (image_write(k->image, base) == -1)
		die(base);
	leave_shm(base, &k->rng);
}

/* And comes back. */
static void
cut_and_judge(struct worker *w, void *arg)
{
	struct cut *k = arg;

	(void)alarm(JUDGE_SECONDS);
	if (folder_empty(w->after) == -1)
		die(w->after);
	cut_power(k, w->after);
	*w->wal = image_fate(k->image, "notes.db-wal");
	judge(k->trace, k->at, w->after, w->verdict);
	folder_remove(w->after);
}

/* What the store logs about a cut is seen where a cut is done again. */
static void
judge_silently(struct worker *w, void *arg)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null == -1 || dup2(null, STDERR_FILENO) == -1)
		die("/dev/null");
	cut_and_judge(w, arg);
}

static void
count_cut(struct worker *w, const struct cut *k, uint32_t run, bool checkpoint)
{
	const struct verdict *v = w->verdict;
	struct tally *t = w->tally;

	t->cuts++;
	t->checkpoints += checkpoint;
	t->torn_wals += *w->wal == FATE_MIXED;
	t->answered += v->answered;
	t->asked += v->asked;
	t->found += v->found;
	if (v->fault != FAULT_NONE)
		note_fault(w, run, k->seed);
}

static void
sim_fault(struct worker *w, const char *what)
{
	w->verdict->fault = FAULT_SIM;
	(void)snprintf(w->verdict->why, sizeof(w->verdict->why), "%s", what);
}

static void
cut_run(struct worker *w, const struct trace *t, uint32_t run)
{
	struct cut *cuts = calloc(w->c->cuts, sizeof(*cuts));
	struct image *im = image_new(t);
	bool checkpoint;
	uint32_t i;

	if (cuts == NULL)
		die("calloc");
	for (i = 0; i < w->c->cuts; i++)
		cuts[i] = cut_of(t, w->c->first + run * w->c->cuts + i);
	qsort(cuts, w->c->cuts, sizeof(*cuts), by_place);
	for (i = 0; i < w->c->cuts; i++) {
		image_advance(im, cuts[i].at);
		cuts[i].image = im;
		checkpoint = image_unsynced(im, "notes.db");
		if (apart(judge_silently, w, &cuts[i]) == -1)
			sim_fault(w, "the judge did not come to its end");
		count_cut(w, &cuts[i], run, checkpoint);
	}
	image_free(im);
	free(cuts);
}

static void
record(struct worker *w, void *arg)
{
	const uint32_t *run = arg;
	struct workload load = { .base = w->base, .trace = w->trace,
	    .seed = w->c->first + *run, .mode = w->c->mode,
	    .batches = w->c->batches };

	if (workload_run(&load) == -1)
		_exit(1);
}

/* All that was recorded makes up what is there: nothing went past us. */
static bool
is_complete(const struct worker *w, const struct trace *t)
{
	struct image *im = image_new(t);
	bool same;

	image_advance(im, t->n);
	image_keep(im);
	same = image_matches(im, w->base);
	image_free(im);
	return same;
}

static void
do_run(struct worker *w, uint32_t run)
{
	struct trace t;

	w->kept = false;
	if (folder_empty(w->base) == -1)
		die(w->base);
	if (apart(record, w, &run) == -1 || trace_load(w->trace, &t) == -1) {
		sim_fault(w, "a run was not recorded");
		note_fault(w, run, 0);
		return;
	}
	if (is_complete(w, &t)) {
		cut_run(w, &t, run);
	} else {
		sim_fault(w, "what was recorded is not what was done");
		note_fault(w, run, 0);
	}
	trace_fini(&t);
}

/* ---- all runs ---- */

static void
name_paths(struct worker *w, uint32_t number)
{
	(void)snprintf(w->base, PATH_SIZE, "%.200s/run-%u", w->dir, number);
	(void)snprintf(w->after, PATH_SIZE, "%.200s/after-%u", w->dir, number);
	(void)snprintf(w->trace, PATH_SIZE, "%.200s/trace-%u", w->dir, number);
}

static pid_t
start_worker(const struct worker *with, uint32_t number,
    struct board_of_results *b)
{
	struct worker w = *with;
	pid_t pid;
	uint32_t run;

	(void)fflush(NULL);
	pid = fork();
	if (pid == -1)
		die("fork");
	if (pid > 0)
		return pid;
	w.tally = &b->tallies[number];
	w.verdict = &b->verdicts[number];
	w.wal = &b->wal[number];
	name_paths(&w, number);
	for (run = number; run < w.c->runs; run += WORKERS)
		do_run(&w, run);
	_exit(0);
}

static void
add_tally(struct tally *sum, const struct tally *t)
{
	size_t i;

	sum->cuts += t->cuts;
	sum->checkpoints += t->checkpoints;
	sum->torn_wals += t->torn_wals;
	sum->answered += t->answered;
	sum->asked += t->asked;
	sum->found += t->found;
	for (i = 0; i < FAULT_COUNT; i++) {
		if (sum->faults[i] == 0)
			memcpy(sum->first[i], t->first[i], sizeof(t->first[i]));
		sum->faults[i] += t->faults[i];
	}
}

void
campaign_run(const struct campaign *c, struct tally *out)
{
	struct worker w = { .c = c };
	struct board_of_results *b;
	pid_t pids[WORKERS];
	uint32_t i;
	int status;

	memset(out, 0, sizeof(*out));
	b = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	(void)snprintf(w.dir, sizeof(w.dir), "%s/nw-power.XXXXXX", folder_fast());
	if (b == MAP_FAILED || mkdtemp(w.dir) == NULL)
		die("campaign");
	for (i = 0; i < WORKERS; i++)
		pids[i] = start_worker(&w, i, b);
	for (i = 0; i < WORKERS; i++) {
		if (waitpid(pids[i], &status, 0) == -1 || status != 0)
			b->tallies[i].faults[FAULT_SIM]++;
		add_tally(out, &b->tallies[i]);
	}
	folder_remove(w.dir);
	(void)munmap(b, sizeof(*b));
}

void
campaign_again(const char *trace, uint32_t seed, const char *base,
    struct verdict *v)
{
	struct trace t;
	struct cut k;

	if (trace_load(trace, &t) == -1)
		die(trace);
	k = cut_of(&t, seed);
	k.image = image_new(&t);
	image_advance(k.image, k.at);
	cut_power(&k, base);
	judge(&t, k.at, base, v);
	image_free(k.image);
	trace_fini(&t);
}
