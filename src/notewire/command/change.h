#ifndef NOTEWIRE_COMMAND_CHANGE_H
#define NOTEWIRE_COMMAND_CHANGE_H

#include <stddef.h>

#include "notewire/cli/cli.h"

struct cJSON;

/*
 * Prints one change at once: as it is, a line of JSON, for scripts; for people
 * its cursor, its note and how that begins.  EX_PROTOCOL: that is no change.
 */
int change_print(struct cli *c, const char *json, size_t len);
int change_print_json(struct cli *c, const struct cJSON *change);
/* The same for what stands in place of changes that cannot be had any more. */
int change_print_reset(struct cli *c, const char *reason, const char *at);

#endif
