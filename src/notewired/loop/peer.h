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
 * accepted or was handed, with TLS or without, or a pipe.  What all of them are
 * is in peers.h; here is what goes over one.
 */
struct peer;
struct peers;
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
	/*
	 * What was sent while the cork was in (cork.h) is out; ST_BUSY: what the
	 * kernel did not take of it is kept; else it is broken.
	 */
	void		(*sent)(struct peer *c, enum status st);
};

struct peer {
	const struct peer_kind	*kind;	/* NULL: free */
	void			*owner;
	struct peers		*all;
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
	bool			 corked;	/* some of what it sent waits in
						   the cork */
};

struct poller_key peer_key(const struct peer *c);
/* How many bytes these are. */
size_t peer_total(const struct iovec *piece, int n);

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
/* Whether nothing of what it was sent waits here, kept or corked. */
bool peer_is_through(const struct peer *c);
/*
 * Of these bytes, which were corked, the kernel took so many, or a negative
 * errno: sends or keeps the rest.  ST_BUSY: it is kept; else as peer_send.
 */
enum status peer_sent(struct peer *c, char *bytes, size_t n, int32_t took);
/* There is room: what was kept goes out, and its owner hears of what came. */
void peer_resume(struct peer *c);
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

#endif
