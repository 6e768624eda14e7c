#ifndef NOTEWIRED_CONFINE_H
#define NOTEWIRED_CONFINE_H

#include "config/config.h"
#include "sandbox/sandbox.h"

/*
 * Gives up what a daemon does not need once all is open, as sandbox.use and
 * sandbox.require say; `s` says what was reached.  A renewed certificate is read
 * from where this one is, and where its links lead to.  ST_DENIED: not all could
 * be given up, and that is required.
 */
enum status confine(const struct config *c, struct sandbox *s);

#endif
