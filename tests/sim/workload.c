#include "workload.h"

#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "attachment.h"
#include "recorder.h"
#include "script.h"

/* A reader stays where it is while so many batches are brought. */
#define READ_BATCHES	40

struct writer_thread {
	struct run	*run;
	uint32_t	 thread;
	uint32_t	 batch;		/* the next one */
	struct own	 own;
	struct rng	 rng;
};

struct run {
	struct store		*store;
	struct writer_thread	 writers[SCRIPT_THREADS];
	uint32_t		 threads;
	atomic_int		 left;		/* batches of this half */
	atomic_bool		 failed;
	atomic_bool		 over;
	sem_t			 go_on;		/* the reader may */
};

/* ---- what SQLite is told, with the one word changed ---- */

static bool relaxed;		/* set before the threads begin */

int __real_sqlite3_exec(sqlite3 *db, const char *sql,
    int (*fn)(void *, int, char **, char **), void *arg, char **why);
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql,
    int (*fn)(void *, int, char **, char **), void *arg, char **why);

int
__wrap_sqlite3_exec(sqlite3 *db, const char *sql,
    int (*fn)(void *, int, char **, char **), void *arg, char **why)
{
	int rc = __real_sqlite3_exec(db, sql, fn, arg, why);

	if (rc == SQLITE_OK && relaxed && strstr(sql, "synchronous") != NULL)
		rc = __real_sqlite3_exec(db, "PRAGMA synchronous = NORMAL",
		    NULL, NULL, why);
	return rc;
}

/* ---- the threads ---- */

static void
fail(struct run *run, const char *what, enum status st)
{
	if (!atomic_exchange(&run->failed, true))
		(void)fprintf(stderr, "workload: %s: %s\n", what,
		    status_name(st));
}

/* Brings one batch and writes down that it was answered. */
static void
bring(struct writer_thread *w)
{
	struct step_room rooms[SCRIPT_BATCH];
	struct mutation m[SCRIPT_BATCH];
	struct answer answers[SCRIPT_BATCH];
	struct step steps[SCRIPT_BATCH];
	struct upload *upload = NULL;
	enum status st = ST_OK;
	size_t i, n;

	n = script_batch(&w->own, &w->rng, w->thread, w->batch, steps);
	for (i = 0; i < n; i++)
		m[i] = step_mutation(&steps[i], &rooms[i]);
	recorder_note(TRACE_ASK, w->thread, w->batch, steps,
	    n * sizeof(steps[0]));
	if (steps[0].kind == STEP_FILE) {
		st = attachment_upload(w->run->store, &steps[0],
		    rooms[0].digest, &upload);
		m[0].file.upload = upload;
	}
	if (st == ST_OK)
		st = store_apply(w->run->store, m, n);
	if (st)
		fail(w->run, "a batch", st);
	store_upload_close(upload);
	memset(answers, 0, sizeof(answers));
	for (i = 0; i < n; i++) {
		if (m[i].out.st || m[i].out.replayed)
			fail(w->run, "a step", m[i].out.st);
		answers[i].seq = m[i].out.at.seq;
		memcpy(answers[i].epoch, m[i].out.at.epoch, EPOCH_SIZE);
	}
	recorder_note(TRACE_ANSWER, w->thread, w->batch, answers,
	    n * sizeof(answers[0]));
	w->batch++;
}

static void *
write_on(void *arg)
{
	struct writer_thread *w = arg;
	int left;

	while (!atomic_load(&w->run->failed) &&
	    (left = atomic_fetch_sub(&w->run->left, 1)) > 0) {
		bring(w);
		if (left % READ_BATCHES == 0)
			(void)sem_post(&w->run->go_on);
	}
	return NULL;
}

static bool
stay(void *arg, const struct board *b, enum role role)
{
	struct run *run = arg;

	(void)b;
	(void)role;
	if (!atomic_load(&run->over))
		(void)sem_wait(&run->go_on);
	return true;
}

static bool
pass(void *arg, const struct note *n)
{
	(void)arg;
	(void)n;
	return true;
}

/* Its transaction keeps the -wal from being copied back to its end. */
static void *
read_on(void *arg)
{
	struct run *run = arg;
	char id[ID_SIZE];

	step_id('b', 1, id);
	while (!atomic_load(&run->over))
		if (store_snapshot(run->store, id, stay, pass, run) != ST_OK)
			fail(run, "snapshot", ST_IO);
	return NULL;
}

static void
start(pthread_t *thread, void *(*fn)(void *), void *arg)
{
	if (pthread_create(thread, NULL, fn, arg) != 0)
		abort();
}

/* Opens the store, lets the threads bring so many batches, and closes it. */
static void
half(struct run *run, const struct store_options *o, int batches, bool reader)
{
	pthread_t threads[SCRIPT_THREADS + 1];
	enum status st;
	uint32_t i;

	atomic_store(&run->left, batches);
	atomic_store(&run->over, false);
	st = store_open(o, &run->store);
	if (st) {
		fail(run, "open", st);
		return;
	}
	if (run->writers[0].batch == 0)
		bring(&run->writers[0]);	/* makes the boards */
	for (i = 0; i < run->threads; i++)
		start(&threads[i], write_on, &run->writers[i]);
	if (reader)
		start(&threads[run->threads], read_on, run);
	for (i = 0; i < run->threads; i++)
		(void)pthread_join(threads[i], NULL);
	atomic_store(&run->over, true);
	(void)sem_post(&run->go_on);
	if (reader)
		(void)pthread_join(threads[run->threads], NULL);
	store_close(run->store);
}

struct store_options
workload_store(const char *base, char dir[256])
{
	(void)snprintf(dir, 256, "%s/%s", base, WORKLOAD_DATA);
	return (struct store_options){
		.dir = dir,
		.readers = 2,
		.log_rows = 1000000,
		.log_age_ms = INT64_C(1) << 40,
		.revisions = 1000000,
		.key_age_ms = INT64_C(1) << 40,
		.board_bytes = INT64_C(1) << 40,
		.store_bytes = INT64_C(1) << 40,
	};
}

int
workload_run(const struct workload *w)
{
	struct recorder_options ro = { .base = w->base, .trace = w->trace,
	    .deaf = w->mode == WORKLOAD_DEAF };
	struct rng r = { w->seed };
	struct store_options o;
	struct run *run;
	char dir[256];
	uint32_t i;

	run = calloc(1, sizeof(*run));
	if (run == NULL || sem_init(&run->go_on, 0, 0) == -1 ||
	    recorder_start(&ro) == -1) {
		perror("workload");
		free(run);
		return -1;
	}
	relaxed = w->mode == WORKLOAD_NORMAL;
	o = workload_store(w->base, dir);
	run->threads = (uint32_t)(1 + rng_below(&r, SCRIPT_THREADS));
	for (i = 0; i < run->threads; i++)
		run->writers[i] = (struct writer_thread){ .run = run,
		    .thread = i, .rng = { rng_next(&r) } };
	half(run, &o, (int)w->batches / 2, rng_chance(&r, 1, 2));
	half(run, &o, (int)w->batches / 2, rng_chance(&r, 1, 2));
	if (recorder_stop() == -1)
		fail(run, "trace", ST_IO);
	i = atomic_load(&run->failed);
	free(run);
	return i ? -1 : 0;
}
