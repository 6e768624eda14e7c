#ifndef NOTEWIRE_NET_EXCHANGE_H
#define NOTEWIRE_NET_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

/*
 * An HTTP client that keeps what came and when, over libcurl.  Several
 * exchanges may be under way at once, in one thread: whichever is waited for,
 * all go on.  A path is sent as it is written, dots and all.
 */
struct exchanges;

enum http_version {
	HTTP_1_1 = 0,
	HTTP_2,			/* where TLS agrees on it */
};

struct exchanges_options {
	const char	*ca_file;	/* NULL: the system's */
	bool		 unverified;	/* take any certificate */
	volatile const int *stop;	/* nothing waits on once it is not 0 */
};

#define EXCHANGE_BODY_MAX	((size_t)64 << 20)
#define EXCHANGE_PIECES	512

struct exchange_request {
	const char		*method;	/* NULL: GET */
	const char		*url;
	const char *const	*header;	/* whole lines, a NULL ends them; or NULL */
	const void		*body;		/* NULL: none; stays the caller's */
	size_t			 len;
	/* A body of that length is announced, and nothing of it sent. */
	uint64_t		 announced;
	enum http_version	 version;
};

/* That the body had at least `len` bytes at that time. */
struct exchange_piece {
	size_t	len;
	int64_t	us;
};

struct exchange {
	/* What came so far. */
	int			 status;	/* 0: no head yet */
	bool			 ended;
	enum http_version	 version;
	struct buf		 head;		/* lines, each with its CRLF */
	struct buf		 body;
	int64_t			 began_us;	/* clock_mono_us */
	int64_t			 ended_us;
	char			 fault[256];	/* why it ended early; or "" */
	bool			 untrusted;	/* the fault is the certificate */
	/* The client's own. */
	struct exchange_piece	 piece[EXCHANGE_PIECES];
	size_t			 pieces;
	uint64_t		 announced;
	bool			 headed;	/* the head has ended */
	struct exchanges	*all;
	void			*handle;
	void			*lines;
};

/* ST_NOMEM; ST_IO where the library cannot start.  Then `*out` is NULL. */
enum status exchanges_open(const struct exchanges_options *o,
    struct exchanges **out);
/* All exchanges have been dropped.  Accepts NULL. */
void exchanges_close(struct exchanges *h);

/* Begins one; NULL: no memory.  The caller drops it. */
struct exchange *exchange_begin(struct exchanges *h,
    const struct exchange_request *r);
/* One that has not ended is cut.  Accepts NULL. */
void exchange_drop(struct exchange *e);

/*
 * Waits until the text stands in the body at `from` or after it; `*after` is
 * where it ends.  ST_CLOSED: the exchange ended before; ST_TIMEOUT; ST_BUSY: it
 * was stopped.  Then `*after` is `from`.
 */
enum status exchange_until(struct exchange *e, size_t from, const char *text,
    int64_t timeout_ms, size_t *after);
/* Waits for the end; ST_IO with `fault` where it was not a good one. */
enum status exchange_end(struct exchange *e, int64_t timeout_ms);
/* Lets all exchanges go on for that time; ST_BUSY: it was stopped. */
enum status exchanges_pass(struct exchanges *h, int64_t ms);

/* When the body had its first `len` bytes, as clock_mono_us. */
int64_t exchange_when(const struct exchange *e, size_t len);
/*
 * The value of the head's first field of that name, without the blanks around
 * it (RFC 9110, 5.5); "" where there is none, or it is too long for `size`.
 */
void exchange_field(const struct exchange *e, const char *name, char *out,
    size_t size);

/* The certificate of who answered, of TLS. */
struct certificate {
	bool	 any;
	char	 subject[128];
	char	 expires[64];	/* as OpenSSL says it: "Nov 30 12:00:00 2026 GMT" */
};

void exchange_certificate(const struct exchange *e,
    struct certificate *out);
/* The address that was connected to; "" if unknown. */
void exchange_peer(const struct exchange *e, char *out, size_t size);

#endif
