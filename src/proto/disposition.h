#ifndef PROTO_DISPOSITION_H
#define PROTO_DISPOSITION_H

#include "base/buf.h"

/*
 * Writes the value of a Content-Disposition (RFC 6266) that makes browsers
 * save under a name: `attachment; filename="…"; filename*=UTF-8''…`.  The first
 * has "_" for all that is not plain ASCII, or that some recipient takes for
 * more than itself (quote, backslash, percent, slash); the second is whole (RFC 8187).
 * The buffer fails with ST_INVALID where the name is empty, holds a control
 * character, or is no UTF-8.
 */
void disposition_attachment(struct buf *b, const char *name);

#endif
