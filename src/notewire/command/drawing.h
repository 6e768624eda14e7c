#ifndef NOTEWIRE_COMMAND_DRAWING_H
#define NOTEWIRE_COMMAND_DRAWING_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Appends a text as a QR code (ISO/IEC 18004): lines for a terminal, or SVG.
 * ST_TOOBIG: it is too long for one; then nothing was appended.
 */
enum status drawing_put(struct buf *o, const char *text, bool svg);

#endif
