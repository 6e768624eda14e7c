#ifndef CODEC_SIGNAL_H
#define CODEC_SIGNAL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/problem.h"
#include "base/str.h"
#include "codec/json_check.h"

/*
 * What people on a board tell each other and nobody keeps: that they are there
 * (presence), and anything else (a signal), to all or to one.
 *
 * A peer is known to the others by an id that follows from a secret of its own,
 * so that nobody can speak or listen in its name.
 */
enum signal_kind {
	SIGNAL_MESSAGE = 0,
	SIGNAL_PRESENCE,	/* what the peer says of itself */
};

/* Bytes of what is told. */
#define SIGNAL_MAX	((size_t)16 << 10)
/* Of them, of presence, which is kept as long as the peer is there. */
#define SIGNAL_PRESENCE_MAX	((size_t)512)

struct signal {
	enum signal_kind kind;
	bool		 binary;
	bool		 named;		/* as signal_read found it: by "event" */
	char		 board[ID_SIZE];
	char		 from[ID_SIZE];	/* "": no peer, as a script */
	char		 to[ID_SIZE];	/* "": to all */
	const char	*bytes;		/* JSON in one line, unless binary */
	size_t		 len;
};

/*
 * Reads {"event":"signal"|"presence","to":PEER,"data":JSON}, where "to" may be
 * missing and "event" is "signal" where it is.  Fills kind, to and, from
 * `*data`, which is the caller's, bytes and len; in any case `named`: the text is
 * an object with "event".  ST_INVALID with `*why`; ST_NOMEM.
 */
enum status signal_read(const char *text, size_t len,
    const struct json_limits *limits, struct signal *s, struct buf *data,
    struct problem *why);

/* {"from":PEER,"to":PEER,"data":JSON}, or with "base64" of what is binary. */
void signal_print(struct buf *b, const struct signal *s);

/*
 * The same between our own programs: "notewire-signal 1 KIND BOARD FROM TO"
 * and a line end, "-" for what is "", and the bytes behind it.
 */
#define SIGNAL_PACKED_MAX	(SIGNAL_MAX + 128)

void signal_pack(struct buf *b, const struct signal *s);
/* Whether it may be one, and nothing else. */
bool signal_is_packed(const char *bytes, size_t n);
/* `s->bytes` then points into `bytes`.  ST_INVALID; then `*s` is all zero. */
enum status signal_unpack(const char *bytes, size_t n, struct signal *s);

#endif
