#ifndef STORE_SQLITE_POOL_H
#define STORE_SQLITE_POOL_H

#include <stddef.h>

#include "base/status.h"
#include "store/sqlite/conn.h"

/*
 * A few read-only connections that many threads take turns with.  One is held
 * for the length of a query, never across network I/O.
 */
struct pool;

/* At most `n` connections, opened when they are first needed. */
enum status pool_new(const char *path, size_t n, struct pool **out);
/* All must have been given back.  Accepts NULL. */
void pool_free(struct pool *p);

/* Waits for a free connection.  The errors of conn_open. */
enum status pool_take(struct pool *p, struct conn **out);
/* Accepts NULL. */
void pool_give(struct pool *p, struct conn *c);

#endif
