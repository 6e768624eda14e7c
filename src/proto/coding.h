#ifndef PROTO_CODING_H
#define PROTO_CODING_H

#include <stdbool.h>

/*
 * Whether an Accept-Encoding header (RFC 9110, 12.5.3) names a content coding
 * itself, not by "*", with a weight above 0.  An element that is malformed
 * counts as missing: then nothing is encoded.
 */
bool coding_accepted(const char *header, const char *coding);

#endif
