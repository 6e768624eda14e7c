#ifndef STORE_SQLITE_SCHEMA_H
#define STORE_SQLITE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "store/sqlite/conn.h"

/* sql/NNNN_name.sql, in order, embedded at build time. */
struct schema_step {
	int		 version;
	const char	*name;
	const char	*sql;
};

extern const struct schema_step schema_steps[];
extern const size_t schema_steps_n;

/* How many steps a database has been through; 0: it is new.  */
enum status schema_version(struct conn *c, int *version);
/* Whether every step was applied.  ST_NEWER: more than those we know. */
enum status schema_check(struct conn *c, bool *current);
/*
 * Applies those of the steps that are missing, each in its own transaction;
 * under the gate.  A failed step leaves what the ones before it made.
 */
enum status schema_migrate(struct conn *c, const struct schema_step *steps,
    size_t n);

#endif
