#ifndef PROTO_WS_FRAME_H
#define PROTO_WS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/utf8.h"

/*
 * Frames of the WebSocket protocol (RFC 6455, 5), as a server reads and writes
 * them, and a client too; no extension is spoken.
 */
enum ws_opcode {
	WS_CONTINUATION = 0x0,
	WS_TEXT = 0x1,
	WS_BINARY = 0x2,
	WS_CLOSE = 0x8,
	WS_PING = 0x9,
	WS_PONG = 0xa,
};

/* Close codes (7.4.1), those that a server has reason to send. */
enum {
	WS_CODE_NORMAL = 1000,
	WS_CODE_AWAY = 1001,
	WS_CODE_PROTOCOL = 1002,
	WS_CODE_NONE = 1005,		/* none was given; never on the wire */
	WS_CODE_DATA = 1007,		/* text that is no UTF-8 */
	WS_CODE_POLICY = 1008,
	WS_CODE_SIZE = 1009,
	WS_CODE_RESTART = 1012,
	WS_CODE_LATER = 1013,
};

/* Payload of a control frame, at most (5.5). */
#define WS_CONTROL_MAX	125

/*
 * What the other side sends, taken apart: 24 bytes of state, whatever comes.  The
 * payload stays with the caller, who collects messages and, since they may come
 * in the middle of one (5.4), control frames in a place of their own.
 */
struct ws_in {
	uint64_t	left;		/* payload still to come of this frame */
	uint32_t	total;		/* payload of this message so far */
	unsigned char	mask[4];
	struct utf8	utf8;		/* of a text message */
	uint8_t		state;
	uint8_t		first;		/* FIN and opcode of this frame */
	uint8_t		message;	/* WS_TEXT, WS_BINARY: one is under way; or 0 */
	uint8_t		have;		/* bytes of what the state collects */
	bool		client;		/* of a server's frames, never masked */
};

_Static_assert(sizeof(struct ws_in) <= 24, "idle connections are small");

enum ws_event_kind {
	WS_MORE = 0,		/* all was taken; nothing to tell */
	WS_DATA,		/* payload of the message `opcode` */
	WS_MESSAGE,		/* that message is complete */
	WS_CONTROL_DATA,	/* payload of the control frame `opcode` */
	WS_CONTROL,		/* that frame is complete */
	WS_FAIL,		/* the connection must be closed with `code` */
};

struct ws_event {
	enum ws_event_kind	 kind;
	enum ws_opcode		 opcode;
	char			*data;	/* unmasked, where it was */
	size_t			 len;
	unsigned		 code;
};

/* Of what a client sends; and of what a server does. */
void ws_in_init(struct ws_in *in);
void ws_in_init_client(struct ws_in *in);

/*
 * Takes bytes up to the next event, at most `n`, unmasking payload in place;
 * how many it took.  Call it until all are taken and it says WS_MORE: an event
 * may need no byte.  A fault is found at the first byte that shows it (a
 * message longer than `max` when its header does, text that is no UTF-8 within
 * the piece that has it), and then nothing more may be fed; but after
 * WS_CODE_SIZE what follows can still be taken apart, with a larger `max`, to
 * find the client's own close.
 */
size_t ws_in_step(struct ws_in *in, char *bytes, size_t n, size_t max,
    struct ws_event *e);

/* Bytes of a server's frame header, at most. */
#define WS_HEAD_MAX	10

/* Writes the header of a whole, unmasked frame; its length. */
size_t ws_head(unsigned char out[WS_HEAD_MAX], enum ws_opcode opcode,
    uint64_t len);
/* Bytes of a client's frame header, at most. */
#define WS_MASKED_HEAD_MAX	(WS_HEAD_MAX + 4)

/*
 * The same of a client's frame, whose payload is turned by `mask` in place (5.3):
 * four bytes that nobody could guess.
 */
size_t ws_masked_head(unsigned char out[WS_MASKED_HEAD_MAX],
    enum ws_opcode opcode, char *payload, uint64_t len,
    const unsigned char mask[4]);
/* Writes a whole close frame; `reason` is cut where it is too long (5.5.1). */
size_t ws_close(unsigned char out[2 + WS_CONTROL_MAX], unsigned code,
    const char *reason);

/*
 * What a close frame's payload says: the code, WS_CODE_NONE where it is empty.
 * Otherwise, as of what must not be sent (7.4, 8.1), 0, and `*fault` is the
 * code to close with.
 */
unsigned ws_close_code(const char *payload, size_t len, unsigned *fault);

#endif
