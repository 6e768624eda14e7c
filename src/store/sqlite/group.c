#include "store/sqlite/group.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

struct group {
	struct group_work	 work;
	pthread_mutex_t		 lock;
	struct job		*first;		/* waiting, in order of arrival */
	struct job		**last;
	struct job		*spare;		/* all jobs ever made return here */
	bool			 led;		/* some thread is the leader */
};

enum status
group_new(const struct group_work *work, struct group **out)
{
	struct group *g;

	*out = NULL;
	g = calloc(1, sizeof(*g));
	if (g == NULL)
		return ST_NOMEM;
	g->work = *work;
	g->last = &g->first;
	if (pthread_mutex_init(&g->lock, NULL) != 0) {
		free(g);
		return ST_NOMEM;
	}
	*out = g;
	return ST_OK;
}

void
group_free(struct group *g)
{
	struct job *j;

	if (g == NULL)
		return;
	while ((j = g->spare) != NULL) {
		g->spare = j->next;
		(void)sem_destroy(&j->wake);
		free(j);
	}
	(void)pthread_mutex_destroy(&g->lock);
	free(g);
}

/* A job from the spare ones, or a new one.  Under the lock. */
static struct job *
take_spare(struct group *g)
{
	struct job *j = g->spare;

	if (j != NULL) {
		g->spare = j->next;
		return j;
	}
	j = calloc(1, sizeof(*j));
	if (j != NULL && sem_init(&j->wake, 0, 0) == -1) {
		free(j);
		j = NULL;
	}
	return j;
}

/* Puts a job in the queue; `*leads` when nobody leads yet. */
static struct job *
enqueue(struct group *g, struct mutation *m, size_t n, bool *leads)
{
	struct job *j;

	(void)pthread_mutex_lock(&g->lock);
	j = take_spare(g);
	if (j != NULL) {
		j->mutations = m;
		j->n = n;
		j->st = ST_OK;
		j->leads = false;
		j->next = NULL;
		*g->last = j;
		g->last = &j->next;
		*leads = !g->led;
		g->led = true;
	}
	(void)pthread_mutex_unlock(&g->lock);
	return j;
}

static struct job *
take_all(struct group *g)
{
	struct job *jobs;

	(void)pthread_mutex_lock(&g->lock);
	jobs = g->first;
	g->first = NULL;
	g->last = &g->first;
	(void)pthread_mutex_unlock(&g->lock);
	return jobs;
}

/* Wakes all but the leader's own job, which its thread answers itself. */
static void
answer(struct job *jobs, const struct job *own)
{
	struct job *next;

	for (; jobs != NULL; jobs = next) {
		next = jobs->next;	/* a woken job may be reused at once */
		if (jobs != own)
			(void)sem_post(&jobs->wake);
	}
}

/* The first of those who came meanwhile leads next. */
static void
hand_on(struct group *g)
{
	struct job *heir;

	(void)pthread_mutex_lock(&g->lock);
	heir = g->first;
	g->led = heir != NULL;
	if (heir != NULL) {
		heir->leads = true;
		(void)sem_post(&heir->wake);
	}
	(void)pthread_mutex_unlock(&g->lock);
}

static void
lead(struct group *g, struct job *own)
{
	enum status st;
	struct job *jobs, *j;

	/* lets those the last leader has just answered bring their next */
	(void)sched_yield();
	st = g->work.enter(g->work.arg);
	jobs = take_all(g);
	if (st == ST_OK)
		g->work.run(g->work.arg, jobs);
	else
		for (j = jobs; j != NULL; j = j->next)
			j->st = st;
	answer(jobs, own);
	if (st == ST_OK)
		g->work.leave(g->work.arg);
	hand_on(g);
}

enum status
group_submit(struct group *g, struct mutation *m, size_t n)
{
	bool leads = false;
	enum status st;
	struct job *j;

	j = enqueue(g, m, n, &leads);
	if (j == NULL)
		return ST_NOMEM;
	if (!leads) {
		while (sem_wait(&j->wake) == -1 && errno == EINTR)
			continue;
		leads = j->leads;
	}
	if (leads)
		lead(g, j);
	st = j->st;
	(void)pthread_mutex_lock(&g->lock);
	j->next = g->spare;
	g->spare = j;
	(void)pthread_mutex_unlock(&g->lock);
	return st;
}
