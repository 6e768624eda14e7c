#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/* Characters of an epoch, and bytes with its NUL. */
#define EPOCH_LEN	8
#define EPOCH_SIZE	(EPOCH_LEN + 1)
/* Bytes that cursor_format needs, the NUL included. */
#define CURSOR_TEXT	(EPOCH_LEN + 1 + 19 + 1)

/*
 * A place in a board's log: after the change numbered `seq`, in the history
 * named `epoch` (8 of [a-z0-9], renewed when history may have been rewound).
 * For people and programs outside it is the opaque text "<epoch>-<seq>".
 */
struct cursor {
	char	epoch[EPOCH_SIZE];
	int64_t	seq;
};

/* Writes the text form. */
void cursor_format(const struct cursor *c, char out[CURSOR_TEXT]);
bool cursor_equal(const struct cursor *a, const struct cursor *b);
/* Reads the text form strictly.  ST_INVALID; then `*c` is all zero. */
enum status cursor_parse(const char *text, struct cursor *c);

#endif
