#ifndef NOTEWIRED_LOOP_PEER_H
#define NOTEWIRED_LOOP_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/status.h"
#include "notewired/loop/poller.h"

/*
 * Every descriptor that the daemon holds is one `struct peer`: a socket that it
 * accepted or was handed, with TLS or without, or a pipe.  They stand in one
 * array, at their descriptor's number, so what is idle costs only a few words.
 */
struct peer;
struct ssl_st;

/* What the owner of a connection does about it. */
struct peer_kind {
	const char	*name;
	/* Something can be read.  `ended`: after that nothing more comes. */
	void		(*input)(struct peer *c, bool ended);
	/* What was kept has gone out, and there is room again. */
	void		(*room)(struct peer *c);
	/* Hung up or broken.  The owner closes. */
	void		(*gone)(struct peer *c);
};

struct peer {
	const struct peer_kind	*kind;	/* NULL: free */
	void			*owner;
	struct ssl_st		*tls;	/* NULL: its bytes are plain */
	char			*kept;	/* bytes not yet sent; NULL: none */
	uint32_t		 kept_at;
	uint32_t		 kept_end;
	uint32_t		 life;	/* of this number, how often used */
	int			 fd;
	bool			 full;	/* the kernel took less than all */
	bool			 listens;
	bool			 shared;	/* others have it open as well */
	bool			 piped;		/* no socket */
	int			 poller;	/* its descriptor */
};

struct peers {
	struct poller	 poller;
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
struct poller_key peer_key(const struct peer *c);
/*
 * Closes it: no call of its kind comes after this.  The number is not used
 * again before peers_sweep, since events of this batch may still name it.
 */
void peer_close(struct peers *ps, struct peer *c);

/* Calls the owners of what is ready; whether there may be more. */
bool peers_turn(struct peers *ps);
/* Ends a turn: gives the numbers of closed connections back. */
void peers_sweep(struct peers *ps);

/*
 * Lets the kernel keep little for a client that stops reading: 64 KiB with its
 * own bookkeeping.  Who comes in by a listener of TCP inherits it.
 */
void peer_narrow(const struct peer *c);
/* The same of what is known to be a Unix socket. */
void peer_narrow_unix(const struct peer *c);

/*
 * Sends all pieces, now or as soon as there is room: what the kernel does not
 * take is copied, so a caller that minds memory gives little at a time and
 * nothing while c->full.  ST_CLOSED: broken; ST_NOMEM: part of it is lost, so
 * the connection is good for nothing any more.
 */
enum status peer_send(struct peer *c, struct iovec *piece, int n);
/* As peer_send, of one piece. */
enum status peer_send_bytes(struct peer *c, const void *bytes, size_t n);
/*
 * The first that is sent over a connection: it goes out together with what
 * follows, or when peer_flush says that nothing does.  ST_NOMEM.
 */
enum status peer_send_first(struct peer *c, const void *bytes, size_t n);
enum status peer_flush(struct peer *c);
/*
 * Reads what is there.  `*got` 0 with ST_OK: nothing now.  ST_CLOSED: the end, by
 * errno 0 or broken; of a Unix socket ECONNRESET where the other side left
 * without having read all (unix(7)).
 */
enum status peer_read(struct peer *c, char *to, size_t room, size_t *got);
/* Says that nothing more will be sent; what is kept would be lost. */
void peer_shut(struct peer *c);
/* Bytes that the other side has not taken yet, in the kernel too. */
size_t peer_unsent(const struct peer *c);
/*
 * Its kind's `input` is called again, next turn, although nothing new may have
 * come: for who stops reading before all is read.  ST_NOMEM: it will not be.
 */
enum status peer_again(struct peers *ps, struct peer *c);

#endif
