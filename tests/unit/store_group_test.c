#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/sqlite/group.h"

/*
 * The group alone, with work that only notes what it was given.  A job's `n`
 * tells which thread brought it.
 */
#define THREADS		8
#define STORM_THREADS	32
#define STORM_JOBS	500

struct work {
	struct group	*group;
	enum status	 enter_st;
	sem_t		 go;		/* lets a held function go on */
	atomic_int	 held;		/* how many wait for that */
	bool		 hold_enter;
	bool		 hold_run;
	int		 runs;
	int		 leaves;
	size_t		 order[64];
	size_t		 order_n;
	pthread_t	 leader[64];	/* of each run */
};

struct caller {
	struct work	*work;
	pthread_t	 thread;
	size_t		 number;
	atomic_int	 tid;
	enum status	 st;
};

static void
hold(struct work *w)
{
	(void)atomic_fetch_add(&w->held, 1);
	(void)sem_wait(&w->go);
}

static enum status
enter(void *arg)
{
	struct work *w = arg;

	if (w->hold_enter)
		hold(w);
	return w->enter_st;
}

/* Odd jobs do well; even ones end in a status of their own. */
static enum status
status_of(size_t number)
{
	return number % 2 ? ST_OK : ST_FULL;
}

static void
run(void *arg, struct job *jobs)
{
	struct work *w = arg;

	w->leader[w->runs++] = pthread_self();
	for (; jobs != NULL; jobs = jobs->next) {
		w->order[w->order_n++] = jobs->n;
		jobs->st = status_of(jobs->n);
	}
	if (w->hold_run)
		hold(w);
}

static void
leave(void *arg)
{
	struct work *w = arg;

	w->leaves++;
}

static void *
submit(void *arg)
{
	struct caller *c = arg;

	atomic_store(&c->tid, (int)gettid());
	c->st = group_submit(c->work->group, NULL, c->number);
	return NULL;
}

/* Waits until the thread sleeps, which it does only in the queue. */
static void
wait_asleep(const struct caller *c)
{
	char path[64], state = 'R';
	FILE *f;

	while (atomic_load(&c->tid) == 0)
		(void)sched_yield();
	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/stat",
	    atomic_load(&c->tid));
	while (state != 'S') {
		(void)sched_yield();
		f = fopen(path, "r");
		assert_non_null(f);
		assert_int_equal(fscanf(f, "%*d %*s %c", &state), 1);
		assert_int_equal(fclose(f), 0);
	}
}

static void
start(struct work *w, struct caller *c, size_t number)
{
	memset(c, 0, sizeof(*c));
	c->work = w;
	c->number = number;
	assert_int_equal(pthread_create(&c->thread, NULL, submit, c), 0);
}

static void
wait_held(struct work *w, int n)
{
	while (atomic_load(&w->held) < n)
		(void)sched_yield();
}

static void
setup(struct work *w)
{
	const struct group_work work = { enter, run, leave, w };

	memset(w, 0, sizeof(*w));
	assert_int_equal(sem_init(&w->go, 0, 0), 0);
	assert_int_equal(group_new(&work, &w->group), ST_OK);
}

static void
finish(struct work *w)
{
	group_free(w->group);
	assert_int_equal(sem_destroy(&w->go), 0);
}

static void
lone_job_is_run_and_answered(void **state)
{
	struct work w;

	(void)state;
	setup(&w);
	assert_int_equal(group_submit(w.group, NULL, 1), ST_OK);
	assert_int_equal(group_submit(w.group, NULL, 2), ST_FULL);
	assert_int_equal(group_submit(w.group, NULL, 3), ST_OK);
	assert_int_equal(w.runs, 3);
	assert_int_equal(w.leaves, 3);
	finish(&w);
	group_free(NULL);
}

static void
those_who_come_while_the_leader_enters_are_in_its_group(void **state)
{
	struct caller c[THREADS];
	struct work w;
	size_t i;

	(void)state;
	setup(&w);
	w.hold_enter = true;
	start(&w, &c[0], 0);
	wait_held(&w, 1);
	for (i = 1; i < THREADS; i++) {
		start(&w, &c[i], i);
		wait_asleep(&c[i]);
	}
	assert_int_equal(sem_post(&w.go), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(c[i].thread, NULL), 0);
		assert_int_equal(c[i].st, status_of(i));
		assert_int_equal(w.order[i], i);
	}
	assert_int_equal(w.runs, 1);
	assert_int_equal(w.order_n, THREADS);
	finish(&w);
}

static void
those_who_come_during_a_run_are_the_next_group_led_by_the_first(void **state)
{
	struct caller c[THREADS];
	struct work w;
	size_t i;

	(void)state;
	setup(&w);
	w.hold_run = true;
	start(&w, &c[0], 0);
	wait_held(&w, 1);
	for (i = 1; i < THREADS; i++) {
		start(&w, &c[i], i);
		wait_asleep(&c[i]);
	}
	assert_int_equal(sem_post(&w.go), 0);
	assert_int_equal(pthread_join(c[0].thread, NULL), 0);
	wait_held(&w, 2);
	assert_int_equal(sem_post(&w.go), 0);
	for (i = 1; i < THREADS; i++) {
		assert_int_equal(pthread_join(c[i].thread, NULL), 0);
		assert_int_equal(c[i].st, status_of(i));
	}
	assert_int_equal(w.runs, 2);
	assert_int_equal(w.leaves, 2);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(w.order[i], i);
	assert_true(pthread_equal(w.leader[0], c[0].thread));
	assert_true(pthread_equal(w.leader[1], c[1].thread));
	finish(&w);
}

static void
all_are_told_when_the_leader_cannot_enter(void **state)
{
	struct caller c[THREADS];
	struct work w;
	size_t i;

	(void)state;
	setup(&w);
	w.hold_enter = true;
	w.enter_st = ST_IO;
	start(&w, &c[0], 0);
	wait_held(&w, 1);
	for (i = 1; i < THREADS; i++) {
		start(&w, &c[i], i);
		wait_asleep(&c[i]);
	}
	assert_int_equal(sem_post(&w.go), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(c[i].thread, NULL), 0);
		assert_int_equal(c[i].st, ST_IO);
	}
	assert_int_equal(w.runs, 0);
	assert_int_equal(w.leaves, 0);
	/* and the next can */
	w.enter_st = ST_OK;
	w.hold_enter = false;
	assert_int_equal(group_submit(w.group, NULL, 1), ST_OK);
	finish(&w);
}

/* Many threads, with work that counts without a lock of its own. */

struct storm {
	struct group	*group;
	bool		 inside;	/* some thread runs */
	int64_t		 jobs;
	atomic_int	 wrong;
};

static enum status
storm_enter(void *arg)
{
	struct storm *s = arg;

	if (s->inside)
		(void)atomic_fetch_add(&s->wrong, 1);
	s->inside = true;
	return ST_OK;
}

static void
storm_run(void *arg, struct job *jobs)
{
	struct storm *s = arg;

	for (; jobs != NULL; jobs = jobs->next) {
		jobs->st = status_of(jobs->n);
		s->jobs++;
	}
}

static void
storm_leave(void *arg)
{
	struct storm *s = arg;

	s->inside = false;
}

static void *
storm(void *arg)
{
	struct storm *s = arg;
	size_t i;

	for (i = 0; i < STORM_JOBS; i++)
		if (group_submit(s->group, NULL, i) != status_of(i))
			(void)atomic_fetch_add(&s->wrong, 1);
	return NULL;
}

static void
one_thread_works_at_a_time_and_each_gets_its_own_answer(void **state)
{
	struct storm s = { .group = NULL };
	const struct group_work work = { storm_enter, storm_run, storm_leave,
	    &s };
	pthread_t threads[STORM_THREADS];
	size_t i;

	(void)state;
	assert_int_equal(group_new(&work, &s.group), ST_OK);
	for (i = 0; i < STORM_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, storm, &s),
		    0);
	for (i = 0; i < STORM_THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(atomic_load(&s.wrong), 0);
	assert_int_equal(s.jobs, STORM_THREADS * STORM_JOBS);
	group_free(s.group);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lone_job_is_run_and_answered),
		cmocka_unit_test(
		    those_who_come_while_the_leader_enters_are_in_its_group),
		cmocka_unit_test(
		    those_who_come_during_a_run_are_the_next_group_led_by_the_first),
		cmocka_unit_test(all_are_told_when_the_leader_cannot_enter),
		cmocka_unit_test(
		    one_thread_works_at_a_time_and_each_gets_its_own_answer),
	};

	return cmocka_run_group_tests_name("store_group", tests, NULL, NULL);
}
