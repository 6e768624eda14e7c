#include "call/spare.h"

#include <unistd.h>

void
spares_init(struct spares *s)
{
	(void)pthread_mutex_init(&s->mutex, NULL);	/* never fails so */
	s->n = 0;
}

void
spares_fini(struct spares *s)
{
	while (s->n > 0)
		(void)close(s->fd[--s->n]);
	(void)pthread_mutex_destroy(&s->mutex);
}

int
spares_take(struct spares *s)
{
	int fd;

	(void)pthread_mutex_lock(&s->mutex);
	fd = s->n > 0 ? s->fd[--s->n] : -1;
	(void)pthread_mutex_unlock(&s->mutex);
	return fd;
}

void
spares_keep(struct spares *s, int fd)
{
	(void)pthread_mutex_lock(&s->mutex);
	if (s->n < SPARES_MAX) {
		s->fd[s->n++] = fd;
		fd = -1;
	}
	(void)pthread_mutex_unlock(&s->mutex);
	if (fd >= 0)
		(void)close(fd);
}
