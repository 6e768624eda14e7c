#ifndef NOTEWIRED_LOOP_PEERS_H
#define NOTEWIRED_LOOP_PEERS_H

#include "notewired/loop/cork.h"
#include "notewired/loop/peer.h"

/*
 * All descriptors that the daemon holds: one array, each at its own number, so
 * what is idle costs only a few words.
 */
struct peers {
	struct poller	 poller;
	struct cork	 cork;
	struct peer	*at;		/* by descriptor */
	int		 max;		/* descriptors below this one */
	int64_t		 open;
	int64_t		 secured;	/* of them, by TLS */
	int		*doomed;	/* closed, but events may still come */
	size_t		 doomed_n;
};

/*
 * Lets the process have so many connections open, as far as its hard limit
 * allows (setrlimit(2)); what it does not is logged.  Before peers_init.
 */
void peers_expect(int64_t connections);
/* Room for as many as the process may have open.  ST_NOMEM, ST_BUSY, ST_IO. */
enum status peers_init(struct peers *ps);
/* Tells the owners of all connections that they are gone, whatever they are. */
void peers_hang_up(struct peers *ps);
/* Closes all that are left. */
void peers_fini(struct peers *ps);

/*
 * Takes the descriptor, which nobody else has and which does not block, and
 * watches it.  On failure it is still the caller's: ST_BUSY, too many;
 * ST_INVALID, cannot be watched; ST_NOMEM.
 */
enum status peer_take(struct peers *ps, int fd, const struct peer_kind *kind,
    void *owner, struct peer **out);
/*
 * The same, of one that somebody else has open as well.  It may block: a socket
 * is asked each time not to.  A pipe cannot be, so nothing is read from it or
 * written to it before it is made non-blocking, which is for all who have it
 * (peer_own_pipe; ST_INVALID).
 */
enum status peer_take_shared(struct peers *ps, int fd,
    const struct peer_kind *kind, void *owner, struct peer **out);
enum status peer_own_pipe(struct peer *c);
/* The same for a listener: told of as long as somebody waits. */
enum status peer_take_listener(struct peers *ps, int fd,
    const struct peer_kind *kind, void *owner, struct peer **out);
/* All that goes over it is TLS from now on, which it owns (tls.h). */
void peer_secure(struct peers *ps, struct peer *c, struct ssl_st *tls);
/* The connection of that key; NULL: it is another by now. */
struct peer *peer_find(struct peers *ps, struct poller_key key);

/*
 * Its kind's `input` is called again, next turn, although nothing new may have
 * come: for who stops reading before all is read.  ST_NOMEM: it will not be.
 */
enum status peer_again(struct peers *ps, struct peer *c);
/*
 * Closes it: no call of its kind comes after this.  The number is not used
 * again before peers_sweep, since events of this batch may still name it.
 */
void peer_close(struct peers *ps, struct peer *c);

/*
 * What is sent over connections from here to peers_uncork leaves in few system
 * calls, where the system can do that (peers_batch); then their owners are told
 * how it went (peer_kind, `sent`).  ST_NOMEM; that it cannot is logged.
 */
enum status peers_batch(struct peers *ps);
void peers_cork(struct peers *ps);
void peers_uncork(struct peers *ps);

/* Calls the owners of what is ready; whether there may be more. */
bool peers_turn(struct peers *ps);
/* Ends a turn: gives the numbers of closed connections back. */
void peers_sweep(struct peers *ps);

#endif
