#ifndef CGI_CALL_SPARE_H
#define CGI_CALL_SPARE_H

#include <pthread.h>

/*
 * Connections that one request is done with and another may use: a few, for all
 * threads.  The other side may have closed them since.
 */
#define SPARES_MAX	32

struct spares {
	pthread_mutex_t	 mutex;
	int		 fd[SPARES_MAX];
	int		 n;
};

void spares_init(struct spares *s);
/* Closes all that are left. */
void spares_fini(struct spares *s);
/* The one that was used last; -1: there is none. */
int spares_take(struct spares *s);
/* The descriptor is theirs from now on; closed where they have enough. */
void spares_keep(struct spares *s, int fd);

#endif
