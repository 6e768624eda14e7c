#ifndef NOTEWIRE_SETUP_MOUNT_H
#define NOTEWIRE_SETUP_MOUNT_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Appends text of a snippet with another mount in the place of "/notewire";
 * paths of files that have that name in them stay.
 */
void mount_put(struct buf *out, const char *text, size_t len,
    const char *mount);

#endif
