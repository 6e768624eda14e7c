#ifndef CODEC_FILE_TYPE_H
#define CODEC_FILE_TYPE_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes from the beginning that tell a type. */
#define FILE_TYPE_LOOK	32

#define FILE_TYPE_OTHER	"application/octet-stream"

/*
 * The media type of a file by its first bytes (`n` of them; FILE_TYPE_LOOK or
 * more where it has so many): image/png, image/jpeg, image/gif, image/webp,
 * and FILE_TYPE_OTHER for all that is not clearly one of these.  Only images
 * that no browser runs as anything else are told apart; whatever stands behind
 * their beginning, a browser told not to sniff shows an image or nothing.
 * Static.
 */
const char *file_type_of(const char *bytes, size_t n);

/*
 * Whether a file may have that name, which is UTF-8 and not too long: not empty,
 * without control characters (C0, C1, DEL), slashes and backslashes.
 */
bool file_name_allowed(const char *name);

#endif
