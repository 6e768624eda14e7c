#include "store/sqlite/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct pool {
	pthread_mutex_t	 lock;
	pthread_cond_t	 given;
	char		*path;
	size_t		 unopened;
	size_t		 idle_n;
	struct conn	*idle[];
};

enum status
pool_new(const char *path, size_t n, struct pool **out)
{
	struct pool *p;

	*out = NULL;
	p = calloc(1, sizeof(*p) + n * sizeof(p->idle[0]));
	if (p == NULL)
		return ST_NOMEM;
	p->unopened = n;
	p->path = strdup(path);
	if (p->path == NULL || pthread_mutex_init(&p->lock, NULL) != 0) {
		free(p->path);
		free(p);
		return ST_NOMEM;
	}
	(void)pthread_cond_init(&p->given, NULL);	/* cannot fail on Linux */
	*out = p;
	return ST_OK;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	while (p->idle_n > 0)
		conn_close(p->idle[--p->idle_n]);
	(void)pthread_cond_destroy(&p->given);
	(void)pthread_mutex_destroy(&p->lock);
	free(p->path);
	free(p);
}

enum status
pool_take(struct pool *p, struct conn **out)
{
	enum status st;

	*out = NULL;
	(void)pthread_mutex_lock(&p->lock);
	while (p->idle_n == 0 && p->unopened == 0)
		(void)pthread_cond_wait(&p->given, &p->lock);
	if (p->idle_n > 0)
		*out = p->idle[--p->idle_n];
	else
		p->unopened--;
	(void)pthread_mutex_unlock(&p->lock);
	if (*out != NULL)
		return ST_OK;
	st = conn_open(p->path, CONN_READ, out);
	if (st == ST_OK)
		return ST_OK;
	(void)pthread_mutex_lock(&p->lock);
	p->unopened++;
	(void)pthread_cond_signal(&p->given);
	(void)pthread_mutex_unlock(&p->lock);
	return st;
}

void
pool_give(struct pool *p, struct conn *c)
{
	if (c == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->idle[p->idle_n++] = c;
	(void)pthread_cond_signal(&p->given);
	(void)pthread_mutex_unlock(&p->lock);
}
